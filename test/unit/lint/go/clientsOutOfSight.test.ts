import assert from 'node:assert/strict';
import { findingsIn } from './support';

const PLAIN = 'GO-HTTP-PLAIN-CLIENT';

async function rules(
  imports: readonly string[],
  body: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  return (await findingsIn(imports, body, more)).map(({ rule, line }) => `${rule}:${line}`);
}

const WEB = ['context', 'net/http'];
/** A client of a struct that asks the own system; its transport is what a test is about. */
const asks = (transport: string, types = ''): string => `type Stock struct{ client *http.Client; baseURL string }
func New(url string) *Stock { return &Stock{baseURL: url, client: &http.Client{Transport: ${transport}}} }
func (s *Stock) Count(ctx context.Context) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", s.baseURL+"/count", nil)
	_, err := s.client.Do(req)
	return err
}
${types}`;

describe('Transports that wrap others', () => {
  it('takes a wrapper out of sight, whose name says what else it does, for one that hands requests on', async () => {
    assert.deepEqual(await rules(WEB, asks('NewAuthRoundTripper(http.DefaultTransport, "token")')), [`${PLAIN}:9`]);
    assert.deepEqual(await rules(WEB, asks('NewUserAgentTransport(NewRetryTransport(http.DefaultTransport))')), [
      `${PLAIN}:9`,
    ]);
  });

  it('takes a literal of a type out of sight for what its name says', async () => {
    assert.deepEqual(await rules(WEB, asks('&jwtTransport{next: http.DefaultTransport}')), [`${PLAIN}:9`]);
    assert.deepEqual(await rules(WEB, asks('&tracedTransport{next: http.DefaultTransport}')), []);
    assert.deepEqual(await rules(WEB, asks('&jwtTransport{next: given}', 'var given = remote()')), []);
  });

  it('takes a transport of a package for what the package is about', async () => {
    const from = (path: string): string[] => [...WEB, `wrap "github.com/acme/${path}"`];
    const around = asks('&wrap.Transport{UnderlyingTransport: http.DefaultTransport}');
    for (const path of ['go-acme-client/oauth2', 'bearerauth/v2', 'httpcache'])
      assert.deepEqual(await rules(from(path), around), [`${PLAIN}:10`], path);
    assert.deepEqual(await rules(from('httpretry'), asks('wrap.NewTransport(http.DefaultTransport)')), [`${PLAIN}:10`]);
    // What it is about may as well be traces, or anything.
    for (const path of ['oauth2otel', 'tracing/oauth2', 'sdk'])
      assert.deepEqual(await rules(from(path), around), [], path);
    const traced = asks('&wrap.Transport{Base: otelhttp.NewTransport(nil)}');
    const otel = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';
    assert.deepEqual(await rules([...from('oauth2'), otel], traced), []);
  });

  it('leaves alone what a profile for tests makes', async () => {
    const given = `type Profile interface{ HttpClient() *http.Client }
func Count(ctx context.Context, profile Profile, baseURL string) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", baseURL+"/count", nil)
	_, err := profile.HttpClient().Do(req)
	return err
}
type Live struct{}
func (Live) HttpClient() *http.Client { return &http.Client{} }`;
    const test =
      'package app\n\nimport "net/http"\n\ntype Test struct{}\n\nfunc (Test) HttpClient() *http.Client { return &http.Client{} }\n';
    assert.deepEqual(await rules(WEB, given, { 'app/test.go': test }), [`${PLAIN}:15`]);
    assert.deepEqual(await rules(WEB, given, { 'app/spare.go': test }), [`${PLAIN}:15`, `${PLAIN}:7`]);
  });

  it('is silent for wrappers that may do anything', async () => {
    for (const wrapper of ['NewTransport', 'NewTracingTransport', 'WrapInstrumentedTransport', 'decorate'])
      assert.deepEqual(await rules(WEB, asks(`${wrapper}(http.DefaultTransport)`)), [], wrapper);
    assert.deepEqual(await rules(WEB, asks('NewAuthRoundTripper(given, nil)', 'var given = remote()')), []);
  });

  it('looks into functions that are transports', async () => {
    const limited = (inject: string): string =>
      asks(
        'limit(http.DefaultTransport)',
        `type roundTripper func(*http.Request) (*http.Response, error)
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
func limit(base http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) { ${inject}; return base.RoundTrip(r) })
}`,
      );
    assert.deepEqual(await rules(WEB, limited('count++')), [`${PLAIN}:9`]);
    assert.deepEqual(await rules(WEB, limited('prop.Inject(r.Context(), propagation.HeaderCarrier(r.Header))')), []);
  });

  it('follows the field that RoundTrip hands on to, whatever it is called', async () => {
    const wrapped = (field: string): string =>
      asks(
        `&stamped{${field}: http.DefaultTransport}`,
        `type stamped struct{ ${field} http.RoundTripper }
func (s *stamped) RoundTrip(r *http.Request) (*http.Response, error) { return s.${field}.RoundTrip(r) }`,
      );
    assert.deepEqual(await rules(WEB, wrapped('onward')), [`${PLAIN}:9`]);
  });

  it('does not mix fields of one name in different types', async () => {
    const other = `type Other struct{ client *http.Client }
func Use(o *Other) { o.client.Transport = otelhttp.NewTransport(nil) }`;
    const imports = [...WEB, 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp'];
    assert.deepEqual(await rules(imports, asks('http.DefaultTransport', other)), [`${PLAIN}:10`]);
    assert.deepEqual(
      await rules(
        imports,
        asks('http.DefaultTransport', 'func Use(s *Stock) { s.client.Transport = otelhttp.NewTransport(nil) }'),
      ),
      [],
    );
  });
});

describe('Clients that are handed over', () => {
  const auth = (client: string): string =>
    `func Run(ctx context.Context) { svc := auth.NewService(ctx, ${client}); svc.Serve(ctx) }`;
  const imports = [...WEB, 'example.com/shop/internal/auth'];

  it('finds a bare one given to a constructor of the own module that is not among the files', async () => {
    assert.deepEqual(await rules(imports, auth('&http.Client{}')), [`${PLAIN}:9`]);
  });

  it('is silent for wrapped ones, others’ constructors, vendors, and variables', async () => {
    const wrapped = auth('&http.Client{Transport: otelhttp.NewTransport(nil)}');
    const otelhttp = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';
    assert.deepEqual(await rules([...imports, otelhttp], wrapped), []);
    assert.deepEqual(await rules([...WEB, 'github.com/acme/auth'], auth('&http.Client{}')), []);
    assert.deepEqual(
      await rules([...WEB, 'example.com/shop/internal/stripe'], 'func Run() { stripe.NewClient(&http.Client{}) }'),
      [],
    );
    assert.deepEqual(await rules(imports, auth('given')), []);
  });

  it('finds one in the settings of a library of the same owner', async () => {
    const mod = 'module github.com/acme/shop\n\ngo 1.22\n\nrequire go.opentelemetry.io/otel/sdk v1.30.0\n';
    const guard = (library: string, client: string): Promise<string[]> =>
      rules(
        [...WEB, 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp', `${library}/guard`],
        `var client = ${client}\nfunc Run() { guard.Use(guard.Config{Endpoint: "x", TokenClient: client}) }`,
        { 'go.mod': mod },
      );
    assert.deepEqual(await guard('github.com/acme/gate', 'http.DefaultClient'), [`${PLAIN}:10`]);
    assert.deepEqual(await guard('github.com/other/gate', 'http.DefaultClient'), []);
    const wrapped = '&http.Client{Transport: otelhttp.NewTransport(nil)}';
    assert.deepEqual(await guard('github.com/acme/gate', wrapped), []);
  });

  it('finds one that asks other agents', async () => {
    const a2a = (client: string): Promise<string[]> =>
      rules(
        ['net/http', 'github.com/a2aproject/a2a-go/a2aclient'],
        `func Connect(card any) { a2aclient.NewFromCard(card, a2aclient.WithJSONRPCTransport(${client})) }`,
      );
    assert.deepEqual(await a2a('http.DefaultClient'), [`${PLAIN}:8`]);
    assert.deepEqual(await a2a('given'), []);
    assert.deepEqual(await a2a('http.DefaultClient), a2aclient.WithCallInterceptors(sendContext()'), []);
  });

  it('is silent where the constructor is seen to use it for nothing', async () => {
    const seen = {
      'internal/auth/auth.go':
        'package auth\n\nimport "net/http"\n\nfunc NewService(ctx any, c *http.Client) *Service { return &Service{} }\n\ntype Service struct{}\n',
    };
    assert.deepEqual(await rules(imports, auth('&http.Client{}'), seen), []);
  });
});

describe('Clients that OpenAPI Generator wrote', () => {
  const ory = 'hydra "github.com/ory/hydra-client-go/v2"';
  const client = (set: string): string => `func New(url string) *hydra.APIClient {
	cfg := hydra.NewConfiguration()
	cfg.Servers = hydra.ServerConfigurations{{URL: url}}
	${set}
	return hydra.NewAPIClient(cfg)
}`;

  it('send with the default client where the configuration has none', async () => {
    assert.deepEqual(await rules([ory], client('cfg.Debug = true')), [`${PLAIN}:11`]);
    assert.deepEqual(await rules([ory], 'var c = hydra.NewAPIClient(&hydra.Configuration{Debug: true})'), [
      `${PLAIN}:7`,
    ]);
  });

  it('send with the one that is set', async () => {
    const both = [ory, 'net/http', 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp'];
    const set = 'cfg.HTTPClient = &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}';
    assert.deepEqual(await rules(both, client(set)), []);
    assert.deepEqual(await rules([ory, 'net/http'], client('cfg.HTTPClient = &http.Client{}')), [`${PLAIN}:11`]);
  });

  it('are left alone where a vendor answers, or the configuration comes from elsewhere', async () => {
    const vendor = client('').replaceAll('hydra.', 'datadog.');
    assert.deepEqual(await rules(['datadog "github.com/DataDog/datadog-api-client-go/v2/api/datadog"'], vendor), []);
    assert.deepEqual(
      await rules([ory], 'func New(cfg *hydra.Configuration) *hydra.APIClient { return hydra.NewAPIClient(cfg) }'),
      [],
    );
  });
});

describe('Requests that the methods in other files of a package are sent through', () => {
  const sdk = (fields: string, call = ''): string => `type sdk struct { client *http.Client; ${fields} }
func New() *sdk { return &sdk{client: &http.Client{}} }
func (s *sdk) sendRequest(method, reqURL string) error {
	req, _ := http.NewRequest(method, reqURL, nil)
	_, err := s.client.Do(req)
	return err
}
${call}`;
  /** Something of the module is imported that is not among the files. */
  const CUT = [...WEB, '_ "example.com/shop/internal/stock"'];

  it('go to the services whose addresses what sends them keeps', async () => {
    assert.deepEqual(await rules(CUT, sdk('usersURL string; ordersURL string')), [`${PLAIN}:10`]);
    assert.deepEqual(await rules(CUT, sdk('usersURL string; githubURL string')), []);
    assert.deepEqual(await rules(CUT, sdk('token string')), []);
  });

  it('go where the callers at hand say', async () => {
    const call = 'func (s *sdk) Zen() error { return s.sendRequest("GET", "https://api.github.com/zen") }';
    assert.deepEqual(await rules(CUT, sdk('usersURL string', call)), []);
  });
});
