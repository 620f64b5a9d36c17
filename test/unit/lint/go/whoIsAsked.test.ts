import assert from 'node:assert/strict';
import { findingsIn, lintApp, TRACED } from './support';

const PLAIN = 'GO-HTTP-PLAIN-CLIENT';

async function rules(body: string, ...imports: readonly string[]): Promise<string[]> {
  return (await findingsIn(['context', 'net/http', ...imports], body)).map(({ rule }) => rule);
}

const asks = (
  address: string,
  more = '',
  before = '',
): string => `type feed struct{ client *http.Client; cfg *Config; account string }
func NewFeed(cfg *Config) *feed { return &feed{client: &http.Client{}, cfg: cfg} }
func (f *feed) Latest(ctx context.Context, path string) error {
	${before}
	req, _ := http.NewRequestWithContext(ctx, "POST", ${address}, nil)
	_, err := f.client.Do(req)
	return err
}
${more}`;

const CONFIG = `type Config struct{ Providers Providers; Orders OrdersConfig }
type Providers struct{ CoinGecko Feed; Metadata Feed; Main StripeConfig }
type Feed struct{ BaseURL string; OrdersURL string }
type StripeConfig struct{ URL string }
type OrdersConfig struct{ BaseURL string }`;

describe('Who is asked by a plain client in Go', () => {
  it('reads whose address it is from what holds it, where the address is only called an address', async () => {
    assert.deepEqual(await rules(asks('f.cfg.Orders.BaseURL+path', CONFIG)), [PLAIN]);
    assert.deepEqual(await rules(asks('f.cfg.Providers.CoinGecko.BaseURL+path', CONFIG)), []);
    assert.deepEqual(await rules(asks('f.cfg.Providers.Main.URL+path', CONFIG)), []);
    const through = 'base := fmt.Sprintf("%s/global", f.cfg.Providers.CoinGecko.BaseURL)';
    assert.deepEqual(await rules(asks('base', CONFIG, through), 'fmt'), []);
    // Near misses: an address of the own orders that the vendor's settings hold, and a folder of metadata.
    assert.deepEqual(await rules(asks('f.cfg.Providers.CoinGecko.OrdersURL+path', CONFIG)), [PLAIN]);
    assert.deepEqual(await rules(asks('f.cfg.Providers.Metadata.BaseURL+path', CONFIG)), [PLAIN]);
  });

  it('asks what gives out addresses by its name alone, not by what it was made with', async () => {
    const held = (dispatcher: string): string => `type Manager struct{ ${dispatcher} *Directory; address string }
type Directory struct{ licences string }
func NewDirectory(licences string) *Directory { return &Directory{licences: licences} }
func (d *Directory) URLFor(name string) string { return lookUp(d, name) }
func NewManager() *Manager { return &Manager{${dispatcher}: NewDirectory("https://api.stripe.com/v1")} }
func (m *Manager) Latest(ctx context.Context, name string) error {
	p := &proxy{url: m.${dispatcher}.URLFor(name)}
	return p.ask(ctx)
}
type proxy struct{ url string }
func (p *proxy) ask(ctx context.Context) error {
	req, _ := http.NewRequestWithContext(ctx, "POST", p.url+"/state", nil)
	_, err := http.DefaultClient.Do(req)
	return err
}`;
    assert.deepEqual(await rules(held('dispatcher')), [PLAIN]);
    // What a service of its own has stored is not for that an address of its own.
    const stored = `type Handler struct{ Service Users }
type Users interface{ User(ctx context.Context, id string) (string, error) }
func (h *Handler) ShowUser(ctx context.Context, id string) error {
	avatar, err := h.Service.User(ctx, id)
	if err != nil {
		return err
	}
	return shrink(ctx, avatar)
}
func shrink(ctx context.Context, avatar string) error {
	_, err := http.Get(avatar)
	return err
}`;
    assert.deepEqual(await rules(stored), []);
    assert.deepEqual(await rules(held('stripe')), []);
  });

  it('knows vendors by names of folders, also those of whom the repository is kept at', async () => {
    const fetches = `package client

import (
	"context"
	"net/http"
)

func Fetch(ctx context.Context, baseURL string) error {
	_, err := http.Get(baseURL + "/archive")
	return err
}
`;
    const manifest = TRACED['go.mod']!.replaceAll('example.com/shop', 'github.com/acme/shop');
    const found = async (folder: string): Promise<string[]> =>
      (
        await lintApp('package app\n\nfunc Run() {}\n', { 'go.mod': manifest, [`${folder}/client.go`]: fetches })
      ).findings
        .filter(({ rule }) => rule === PLAIN)
        .map(({ file }) => file);
    assert.deepEqual(await found('githubclient'), []);
    assert.deepEqual(await found('stripeapi'), []);
    assert.deepEqual(await found('ordersclient'), ['ordersclient/client.go']);
  });

  it('puts constant addresses together', async () => {
    const hosts = (host: string): string => `const (\n\thost   = "${host}"\n\torigin = "https://" + host\n)\n${CONFIG}`;
    assert.deepEqual(await rules(asks('origin+path', hosts('demo.acme-exchange.com'))), []);
    assert.deepEqual(await rules(asks('origin+path', hosts('api.exchange.io:8443'))), []);
    assert.deepEqual(await rules(asks('origin+path', hosts('orders.shop.svc'))), [PLAIN]);
    assert.deepEqual(await rules(asks('origin+path', hosts('orders'))), [PLAIN]);
    const built = (end: string): string =>
      asks('u.String()', CONFIG, `u := url.URL{Scheme: "https", Host: f.account + "${end}", Path: path}`);
    assert.deepEqual(await rules(built('.warehouse-cloud.com'), 'net/url'), []);
    // A file's name is no host, nor is a name of the cluster.
    assert.deepEqual(await rules(asks('f.cfg.Orders.BaseURL+"main.go"', CONFIG)), [PLAIN]);
    assert.deepEqual(await rules(asks('"http://"+f.cfg.Orders.Host+".svc.cluster.local"', CONFIG)), [PLAIN]);
  });

  it('leaves measurements of others, signed hooks and what customers connect', async () => {
    assert.deepEqual(await rules(asks('f.cfg.Orders.BaseURL+"/metrics"', CONFIG)), []);
    assert.deepEqual(await rules(asks('f.cfg.Orders.BaseURL+"/metrics/orders"', CONFIG)), [PLAIN]);
    const signed = (header: string): string =>
      asks('f.cfg.Orders.BaseURL', CONFIG).replace('_, err :=', `req.Header.Set("${header}", "1")\n\t_, err :=`);
    for (const header of ['webhook-signature', 'X-Shop-Webhook-Id', 'X-Hub-Signature-256'])
      assert.deepEqual(await rules(signed(header)), [], header);
    for (const header of ['X-Signature', 'webhook', 'X-Request-Id'])
      assert.deepEqual(await rules(signed(header)), [PLAIN], header);
  });

  it('takes what `main` starts beside its handlers for no part of a request', async () => {
    const beside = (start: string): Record<string, string> => ({
      'main.go': `package main

import (
	"context"
	"net/http"
	"os"
	"time"

	"example.com/shop/internal/telemetry"
	"go.opentelemetry.io/otel"
)

func main() {
	telemetry.Setup()
	${start}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		_, span := otel.Tracer("edge").Start(r.Context(), "forward")
		defer span.End()
	})
}

func pollFleets() {
	client := &http.Client{}
	for {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		req, _ := http.NewRequestWithContext(ctx, "GET", os.Getenv("FLEETS_URL"), nil)
		client.Do(req)
		cancel()
	}
}
`,
    });
    const found = async (start: string): Promise<string[]> =>
      (await findingsIn([], '', beside(start))).map(({ rule }) => rule);
    assert.deepEqual(await found('go pollFleets()'), []);
    assert.deepEqual(
      await found('_, span := otel.Tracer("edge").Start(context.Background(), "poll")\n\tpollFleets()\n\tspan.End()'),
      [PLAIN],
    );
  });

  it('leaves what users name: links in their pages, and clients that guard against them', async () => {
    const get = (name: string): string => `type page struct{ hostURL *string }
func Show(w http.ResponseWriter, r *http.Request) { fetch(os.Getenv("PAGES_URL"), &page{}) }
func fetch(${name} string, p *page) error {
	if p.hostURL != nil {
		${name} = *p.hostURL + ${name}
	}
	_, err := http.Get(${name})
	return err
}`;
    assert.deepEqual(await rules(get('path'), 'os'), [PLAIN]);
    assert.deepEqual(await rules(get('href'), 'os'), []);
    const made = (guard: string): string =>
      asks('f.cfg.Orders.BaseURL', CONFIG).replace('client: &http.Client{}', `client: newClient(nil)`) +
      `\nfunc newClient(list []string) *http.Client {\n\t${guard}\n\treturn &http.Client{}\n}`;
    assert.deepEqual(await rules(made('denyList := list\n\t_ = denyList')), []);
    assert.deepEqual(await rules(made('priceList := list\n\t_ = priceList')), [PLAIN]);
  });
});
