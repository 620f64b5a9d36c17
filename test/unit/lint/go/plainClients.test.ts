import assert from 'node:assert/strict';
import { applyFix } from '../support/lintProject';
import { gofmtErrors, lintApp, lintGo, TRACED } from './support';

const IMPORTS = 'import (\n\t"context"\n\t"net/http"\n\t"time"\n)\n';

function app(body: string, imports = IMPORTS): string {
  return `package app\n\n${imports}\n${body}\n`;
}

const FETCH = (client: string): string =>
  app(`func (s *Service) Fetch(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, "GET", s.baseURL+"/stock", nil)
	if err != nil {
		return err
	}
	_, err = ${client}.Do(req)
	return err
}
type Service struct {
	baseURL string
	client  *http.Client
}`);

describe('GO-HTTP-PLAIN-CLIENT', () => {
  it('finds requests of the default client', async () => {
    assert.deepEqual((await lintApp(FETCH('http.DefaultClient'))).short, ['GO-HTTP-PLAIN-CLIENT app/app.go:14']);
  });

  it('finds the place where a client of a field is made, with the calls it carries out', async () => {
    const made = `${FETCH('s.client')}
func New(url string) *Service {
	return &Service{baseURL: url, client: &http.Client{Timeout: time.Second}}
}
`;
    const { short, findings } = await lintApp(made);
    assert.deepEqual(short, ['GO-HTTP-PLAIN-CLIENT app/app.go:23']);
    assert.deepEqual(
      findings[0]!.related.map((one) => one.split(' ')[0]),
      ['app/app.go:14'],
    );
  });

  it('takes an exporter of spans for tracing, where the provider is made in a file that is not there', async () => {
    const telemetry = `package telemetry

import "go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"

func Setup() {
	exporter, _ := otlptracegrpc.New(nil)
	install(exporter)
}
`;
    const found = await lintApp(FETCH('http.DefaultClient'), { 'internal/telemetry/telemetry.go': telemetry });
    assert.deepEqual(found.short, ['GO-HTTP-PLAIN-CLIENT app/app.go:14']);
  });

  it('sees what functions do with a client that they are given', async () => {
    const made = (body: string): string => `${FETCH('s.client')}
type option func(*http.Client)
func New(url string, options ...option) *Service {
	client := &http.Client{Timeout: time.Second}
	${body}
	return &Service{baseURL: url, client: client}
}
`;
    const helper = (rt: string): string =>
      `${made('prepare(client)')}func prepare(c *http.Client) {\n\tc.Transport = ${rt}\n}\n`;
    const traced = helper('otelhttp.NewTransport(http.DefaultTransport)').replace(
      '"time"\n',
      '"time"\n\t"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"\n',
    );
    assert.deepEqual((await lintApp(traced)).short, []);
    assert.deepEqual((await lintApp(made('for _, apply := range options {\n\t\tapply(client)\n\t}'))).short, []);
    assert.deepEqual((await lintApp(helper('&http.Transport{}'))).short.length, 1);
    assert.deepEqual((await lintApp(made('println(client)'))).short.length, 1);
  });

  it('follows helpers of other packages two levels deep, plain and wrapped', async () => {
    const more = (transport: string): Record<string, string> => ({
      'internal/httpx/httpx.go': `package httpx

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

func NewClient() *http.Client {
	return &http.Client{Transport: base()}
}

func base() http.RoundTripper {
	return ${transport}
}

var _ = otelhttp.NewTransport
`,
    });
    const user = app(
      `func Get(ctx context.Context, addr string) {
	client := httpx.NewClient()
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/"+addr, nil)
	client.Do(req)
}`,
      'import (\n\t"context"\n\t"net/http"\n\n\t"example.com/shop/internal/httpx"\n)\n',
    );
    assert.deepEqual((await lintApp(user, more('&http.Transport{}'))).short, [
      'GO-HTTP-PLAIN-CLIENT internal/httpx/httpx.go:10',
    ]);
    assert.deepEqual((await lintApp(user, more('otelhttp.NewTransport(http.DefaultTransport)'))).short, []);
  });

  it('follows transports of the workspace that wrap others', async () => {
    const chain = (inner: string): string =>
      app(
        `type agent struct{ next http.RoundTripper }

func (a agent) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("User-Agent", "shop")
	return a.next.RoundTrip(r)
}

func Get(ctx context.Context) {
	var rt http.RoundTripper = http.DefaultTransport
	rt = ${inner}
	rt = agent{next: rt}
	client := &http.Client{Transport: rt}
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	client.Do(req)
}`,
        'import (\n\t"context"\n\t"net/http"\n\n\t"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"\n)\n',
      );
    assert.deepEqual((await lintApp(chain('&http.Transport{}'))).short, ['GO-HTTP-PLAIN-CLIENT app/app.go:21']);
    assert.deepEqual((await lintApp(chain('otelhttp.NewTransport(rt)'))).short, []);
  });

  it('knows a transport that injects by itself', async () => {
    const own = app(`type traced struct{ next http.RoundTripper }

func (t traced) RoundTrip(r *http.Request) (*http.Response, error) {
	otel.GetTextMapPropagator().Inject(r.Context(), propagation.HeaderCarrier(r.Header))
	return t.next.RoundTrip(r)
}

func Get(ctx context.Context) {
	client := &http.Client{Transport: traced{next: http.DefaultTransport}}
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	client.Do(req)
}`);
    assert.deepEqual((await lintApp(own)).short, []);
  });

  it('hears of transports set later, and of a default client that is replaced', async () => {
    const later = app(`func Get(ctx context.Context) {
	client := &http.Client{}
	client.Transport = otelhttp.NewTransport(http.DefaultTransport)
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	client.Do(req)
}`).replace('"time"', '"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"');
    assert.deepEqual((await lintApp(later)).short, []);
    const replaced = {
      'internal/boot/boot.go':
        'package boot\n\nimport (\n\t"net/http"\n\n\t"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"\n)\n\nfunc init() {\n\thttp.DefaultTransport = otelhttp.NewTransport(http.DefaultTransport)\n}\n',
    };
    const main = TRACED['main.go']!.replace('import (', 'import (\n\t_ "example.com/shop/internal/boot"');
    assert.deepEqual((await lintApp(FETCH('http.DefaultClient'), { ...replaced, 'main.go': main })).short, []);
  });

  it('is silent for others’ services, metadata, probes, and addresses that data says', async () => {
    const get = (fn: string, url: string): string =>
      app(`func ${fn}(ctx context.Context, href string) {
	req, _ := http.NewRequestWithContext(ctx, "GET", ${url}, nil)
	http.DefaultClient.Do(req)
}`);
    for (const [fn, url] of [
      ['Repos', '"https://api.github.com/user/repos"'],
      ['Region', '"http://169.254.169.254/latest/meta-data/placement/region"'],
      ['SlackNotify', 'webhookURL'],
      ['checkHealth', '"http://stock:8080/healthz"'],
      ['Fetch', 'href'],
      ['Keys', 'cfg.Auth0URL + "/.well-known/jwks.json"'],
    ] as const)
      assert.deepEqual((await lintApp(get(fn, url))).short, [], fn);
    assert.equal((await lintApp(get('Stock', 'os.Getenv("STOCK_URL") + "/stock"'))).short.length, 1);
  });

  it('is silent where the context is injected by hand, here or in a helper', async () => {
    const own = (line: string): string =>
      app(`func Get(ctx context.Context) {
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	${line}
	http.DefaultClient.Do(req)
}

func stamp(ctx context.Context, req *http.Request) {
	otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))
}`);
    for (const line of [
      'otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))',
      'stamp(ctx, req)',
      'req.Header.Set("traceparent", parent(ctx))',
    ])
      assert.deepEqual((await lintApp(own(line))).short, [], line);
    assert.equal((await lintApp(own('_ = req'))).short.length, 1);
  });

  it('is silent in start-up, in tests and examples, where eBPF instruments, and without tracing', async () => {
    const start = app(`func warm() {
	http.Get("http://stock:8080/warm")
}

func Run() { warm() }`);
    assert.deepEqual((await lintApp(start)).short, []);
    const inTest = await lintApp('package app\n', { 'app/app_test.go': FETCH('http.DefaultClient') });
    assert.deepEqual(inTest.short, []);
    const untraced = {
      'go.mod': 'module example.com/x\n',
      'main.go': FETCH('http.DefaultClient').replace('package app', 'package main'),
    };
    assert.deepEqual((await lintGo(untraced)).short, []);
  });

  it('is silent where a client cannot be known', async () => {
    const open = app(`func Get(ctx context.Context, client *http.Client) {
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	client.Do(req)
}`);
    assert.deepEqual((await lintApp(open)).short, []);
  });

  it('wraps the transport, in code that gofmt takes', async () => {
    for (const literal of [
      '&http.Client{Timeout: time.Second}',
      '&http.Client{}',
      '&http.Client{\n\t\tTimeout: time.Second,\n\t}',
      '&http.Client{Transport: &http.Transport{}}',
    ]) {
      const text = app(`func Get(ctx context.Context) {
	client := ${literal}
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	client.Do(req)
}`);
      const { findings } = await lintApp(text);
      assert.equal(findings.length, 1, literal);
      const fixed = applyFix({ 'app/app.go': text }, findings[0]!.finding)['app/app.go']!;
      assert.match(fixed, /Transport: otelhttp\.NewTransport\((http\.DefaultTransport|&http\.Transport\{\})\)/);
      assert.match(fixed, /"go\.opentelemetry\.io\/contrib\/instrumentation\/net\/http\/otelhttp"/);
      assert.deepEqual((await lintApp(fixed)).short, []);
      const errors = gofmtErrors(fixed);
      if (errors !== undefined) assert.ok(!/expected|error/.test(errors), errors);
    }
  });
});
