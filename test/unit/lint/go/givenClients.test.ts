import assert from 'node:assert/strict';
import { findingsIn, lintGo, TRACED } from './support';

const PLAIN = 'GO-HTTP-PLAIN-CLIENT';
const STOCK = `type Stock struct{ client *http.Client; baseURL string }
func (s *Stock) Count(ctx context.Context) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", s.baseURL+"/count", nil)
	_, err := s.client.Do(req)
	return err
}
`;

async function rules(
  imports: readonly string[],
  body: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  return (await findingsIn(imports, body, more)).map(({ rule, file }) => `${rule} ${file}`);
}

describe('Clients that containers give', () => {
  const constructor =
    'func NewStock(client *http.Client) *Stock { return &Stock{client: client, baseURL: "http://stock:80"} }\n';
  const client = (transport: string): string => `func NewClient() *http.Client { return &http.Client{${transport}} }\n`;
  const TRACES = 'Transport: otelhttp.NewTransport(nil)';
  const OTEL = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';
  const containers: readonly (readonly [string, string])[] = [
    ['go.uber.org/fx', 'var App = fx.New(fx.Provide(NewClient, NewStock))'],
    ['github.com/google/wire', 'var Set = wire.NewSet(NewClient, NewStock)'],
    ['go.uber.org/dig', 'func Run(c *dig.Container) { c.Provide(NewClient); c.Provide(NewStock) }'],
  ];

  for (const [container, wiring] of containers) {
    it(`follows ${container} by the types of parameters`, async () => {
      const body = `${STOCK}${constructor}${wiring}\n`;
      assert.deepEqual(await rules(['context', 'net/http', container], body + client('')), [`${PLAIN} app/app.go`]);
      assert.deepEqual(await rules(['context', 'net/http', container, OTEL], body + client(TRACES)), []);
    });
  }

  it('follows the fields of fx.In', async () => {
    const body = `${STOCK}type In struct {
	fx.In
	Client *http.Client
}
func NewStock(in In) *Stock { return &Stock{client: in.Client, baseURL: "http://stock:80"} }
var App = fx.New(fx.Provide(NewClient), fx.Provide(NewStock))
`;
    assert.deepEqual(await rules(['context', 'net/http', 'go.uber.org/fx'], body + client('')), [
      `${PLAIN} app/app.go`,
    ]);
    assert.deepEqual(await rules(['context', 'net/http', 'go.uber.org/fx', OTEL], body + client(TRACES)), []);
  });

  it('says nothing where no constructor is named', async () => {
    assert.deepEqual(await rules(['context', 'net/http'], STOCK + constructor), []);
  });
});

describe('Clients in the surroundings of real code', () => {
  it('finds a client that a struct embeds, and one with tokens on top of the default transport', async () => {
    const embedded = `type Stock struct{ *http.Client; baseURL string }
func New(url string) *Stock { return &Stock{Client: &http.Client{}, baseURL: url} }
func (s *Stock) Count(ctx context.Context) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", s.baseURL+"/count", nil)
	_, err := s.Do(req)
	return err
}`;
    assert.deepEqual(await rules(['context', 'net/http'], embedded), [`${PLAIN} app/app.go`]);
    const token = (ctx: string): string =>
      `${STOCK}func New(c clientcredentials.Config, url string) *Stock { return &Stock{client: c.Client(${ctx}), baseURL: url} }`;
    const imports = ['context', 'net/http', 'golang.org/x/oauth2', 'golang.org/x/oauth2/clientcredentials'];
    assert.deepEqual(await rules(imports, token('context.Background()')), [`${PLAIN} app/app.go`]);
    assert.deepEqual(
      await rules(imports, token('context.WithValue(context.Background(), oauth2.HTTPClient, traced)')),
      [],
    );
  });

  it('follows the chains of resty, and finds the address that is set for the client', async () => {
    const resty = (more: string, url: string): string => `type Stock struct{ client *resty.Client }
func New() *Stock { return &Stock{client: resty.New().SetBaseURL("${url}")${more}} }
func (s *Stock) Count(ctx context.Context) error {
	_, err := s.client.R().SetContext(ctx).Get("/count")
	return err
}`;
    const imports = [
      'context',
      'github.com/go-resty/resty/v2',
      'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp',
    ];
    assert.deepEqual(await rules(imports, resty('.SetTimeout(3)', 'http://stock:80')), [`${PLAIN} app/app.go`]);
    assert.deepEqual(await rules(imports, resty('.SetTransport(otelhttp.NewTransport(nil))', 'http://stock:80')), []);
    assert.deepEqual(await rules(imports, resty('', 'https://api.github.com')), []);
  });

  it('knows contexts under other names and services by their namespace', async () => {
    const ask = (host: string): string => `func Count(ctx gocontext.Context) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://${host}/count", nil)
	_, err := http.DefaultClient.Do(req)
	return err
}`;
    const imports = ['gocontext "context"', 'net/http'];
    assert.deepEqual(await rules(imports, ask('stock.shop')), []);
    assert.deepEqual(await rules(imports, ask('stock.warehouse')), [`${PLAIN} app/app.go`]);
    assert.deepEqual(await rules(imports, ask('stock.com')), []);
  });

  it('reads what is put into a configuration’s client afterwards', async () => {
    const make = (more: string): string => `func New(url string) *ory.APIClient {
	conf := ory.NewConfiguration()
	conf.Servers = ory.ServerConfigurations{{URL: url}}
	conf.HTTPClient = new(http.Client)
	${more}
	return ory.NewAPIClient(conf)
}`;
    const imports = [
      'net/http',
      'ory "example.com/orders-go"',
      'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp',
    ];
    const wraps = 'conf.HTTPClient.Transport = otelhttp.NewTransport(http.DefaultTransport)';
    assert.deepEqual(await rules(imports, make('')), [`${PLAIN} app/app.go`]);
    assert.deepEqual(await rules(imports, make(wraps)), []);
  });
});

describe('Modules that are replaced', () => {
  const project = (transport: string): Record<string, string> => ({
    ...TRACED,
    'go.mod': `${TRACED['go.mod']}\nrequire example.org/kit v0.0.0\n\nreplace example.org/kit => ./common\n`,
    'common/go.mod': 'module example.org/kit\n\ngo 1.22\n',
    'common/web/web.go': `package web\n\nimport "net/http"\n\nfunc New() *http.Client { return &http.Client{${transport}} }\n`,
    'app/app.go': `package app

import (
	"context"
	"net/http"

	"example.org/kit/web"
)

${STOCK}func New(url string) *Stock { return &Stock{client: web.New(), baseURL: url} }
func Run() {}
`,
  });

  it('are read where they lie, whatever their folders are called', async () => {
    const { findings } = await lintGo(project(''));
    assert.deepEqual([...new Set(findings.map(({ rule }) => rule))], [PLAIN]);
    assert.deepEqual((await lintGo(project('Transport: otelhttp.NewTransport(nil)'))).findings.length, 0);
  });
});

describe('Providers that are kept', () => {
  const kept = (options: string): Record<string, string> => ({
    ...TRACED,
    'internal/telemetry/telemetry.go': `package telemetry

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func Setup() {
	tp := sdktrace.NewTracerProvider()
	http.Handle("/", otelhttp.NewHandler(nil, "web", ${options}))
}
`,
    'app/app.go': 'package app\n\nfunc Run() {}\n',
  });

  it('leave instrumentations with the propagator of the process, unless they are given one', async () => {
    const bare = await lintGo(kept('otelhttp.WithTracerProvider(tp)'));
    assert.deepEqual(
      bare.findings.map(({ rule, line }) => `${rule}:${line}`),
      ['GO-PROP-UNSET:11'],
    );
    const whole = await lintGo(kept('otelhttp.WithTracerProvider(tp), otelhttp.WithPropagators(w3c)'));
    assert.deepEqual(whole.findings, []);
  });
});

describe('Clients of a transport that another wraps', () => {
  const OTEL = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';
  const made = (base: string): string => `${STOCK}
func NewStock() *Stock {
	base := http.DefaultTransport.(*http.Transport).Clone()
	tokens := &http.Client{Transport: otelhttp.NewTransport(base)}
	login(tokens)
	return &Stock{client: &http.Client{Transport: ${base}}, baseURL: os.Getenv("STOCK_URL")}
}
`;

  it('are not covered by what was made around it', async () => {
    const imports = ['context', 'net/http', 'os', OTEL];
    assert.deepEqual(await rules(imports, made('base')), [`${PLAIN} app/app.go`]);
    assert.deepEqual(await rules(imports, made('otelhttp.NewTransport(base)')), []);
  });
});

describe('Clients that start-up asks by itself', () => {
  const player = (wrapping: string): Record<string, string> => ({
    'app/poll.go': `package app

import "context"

func Run() { (&Stock{client: newClient(), baseURL: base}).Count(context.Background()) }
${wrapping}
`,
  });
  const body = `${STOCK}
var base = os.Getenv("STOCK_URL")

func newClient() *http.Client { return &http.Client{} }
`;

  it('are found where requests go through a method of the same name', async () => {
    const imports = ['context', 'net/http', 'os'];
    const wraps =
      'type shop struct{ stock *Stock }\n\nfunc (s shop) Count(ctx context.Context) error { return s.stock.Count(ctx) }';
    assert.ok((await rules(imports, body, player(wraps))).includes(`${PLAIN} app/app.go`));
    assert.ok(!(await rules(imports, body, player(''))).includes(`${PLAIN} app/app.go`));
  });
});
