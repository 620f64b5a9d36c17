import assert from 'node:assert/strict';
import { findingsIn } from './support';

const PLAIN = 'GO-HTTP-PLAIN-CLIENT';

async function rules(imports: readonly string[], body: string): Promise<string[]> {
  return (await findingsIn(['context', 'net/http', ...imports], body)).map(({ rule }) => rule);
}

const CLIENT = `type Client struct{ client *http.Client; baseURL string }
func NewClient(baseURL string) *Client { return &Client{client: &http.Client{}, baseURL: baseURL} }
func (c *Client) Get(ctx context.Context, path string) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", c.baseURL+path, nil)
	_, err := c.client.Do(req)
	return err
}
`;

describe('Where requests go in Go', () => {
  it('counts a client that several are asked with, one of them an own service', async () => {
    const own = 'NewClient(os.Getenv("ORDERS_URL"))';
    const foreign = 'NewClient("https://api.stripe.com")';
    const other = 'NewClient("https://api.github.com")';
    const run = (...made: readonly string[]): string =>
      `${CLIENT}func Run() {\n${made.map((one, i) => `\tc${i} := ${one}\n\t_ = c${i}\n`).join('')}}`;
    assert.deepEqual(await rules(['os'], run(own, foreign)), [PLAIN]);
    assert.deepEqual(await rules(['os'], run(foreign, own, other)), [PLAIN]);
    assert.deepEqual(await rules(['os'], run(foreign, other)), []);
    const chosen = 'base := os.Getenv("PAY_URL")\n\tif base == "" {\n\t\tbase = "https://api.stripe.com"\n\t}';
    assert.deepEqual(await rules(['os'], `${CLIENT}func Run() {\n\t${chosen}\n\tNewClient(base)\n}`), []);
  });

  it('leaves the program alone that runs a function in a cloud', async () => {
    const ask = (host: string): string => `type extension struct{ client *http.Client; ${host} string }
func newExtension(${host} string) *extension { return &extension{client: &http.Client{}, ${host}: ${host}} }
func (e *extension) Next(ctx context.Context) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://"+e.${host}+"/next", nil)
	_, err := e.client.Do(req)
	return err
}
func Run() { newExtension(os.Getenv("ADDRESS")) }`;
    assert.deepEqual(await rules(['os'], ask('stockHost')), [PLAIN]);
    assert.deepEqual(await rules(['os'], ask('runtimeAPI')), []);
  });

  it('is done soon where an address is handed on through many, each with several callers', async () => {
    const levels = Array.from({ length: 30 }, (_, i) => i);
    const chain = levels.map(
      (i) =>
        `func a${i}(ctx context.Context, url string) { a${i + 1}(ctx, url); b${i + 1}(ctx, url) }\n` +
        `func b${i}(ctx context.Context, url string) { a${i + 1}(ctx, url); b${i + 1}(ctx, url) }\n`,
    );
    const last = ['a30', 'b30'].map((name) => `func ${name}(ctx context.Context, url string) { get(ctx, url) }\n`);
    const get = `var client = &http.Client{}
func get(ctx context.Context, url string) {
	req, _ := http.NewRequestWithContext(ctx, "GET", url, nil)
	client.Do(req)
}
func Run(ctx context.Context) { a0(ctx, pick()); b0(ctx, find()) }`;
    const before = performance.now();
    await rules([], `${chain.join('')}${last.join('')}${get}`);
    assert.ok(performance.now() - before < 5_000);
  });

  it('reads a host that is put in later', async () => {
    const ask = (host: string, holder = 'u'): string => `type Client struct{ host string }
func (c *Client) Get(ctx context.Context, raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return err
	}
	${holder}.Host = ${host}
	req, _ := http.NewRequestWithContext(ctx, "GET", u.String(), nil)
	_, err = http.DefaultClient.Do(req)
	return err
}`;
    assert.deepEqual(await rules(['net/url'], ask('c.host')), [PLAIN]);
    assert.deepEqual(await rules(['net/url'], ask('"https://api.stripe.com"')), []);
    assert.deepEqual(await rules(['net/url'], `type other struct{ Host string }\n${ask('c.host', 'new(other)')}`), []);
  });

  it('reads the host of an address that is put together', async () => {
    const ask = (host: string): string => `type Client struct{ client *http.Client; host string; port int }
func New(host string) *Client { return &Client{client: &http.Client{}, host: host, port: 80} }
func (c *Client) Ask(ctx context.Context) error {
	target := url.URL{Scheme: "http", Host: ${host}, Path: "/stock"}
	req, _ := http.NewRequestWithContext(ctx, "GET", target.String(), nil)
	_, err := c.client.Do(req)
	return err
}`;
    const imports = ['net', 'net/url', 'strconv'];
    assert.deepEqual(await rules(imports, ask('net.JoinHostPort(c.host, strconv.Itoa(c.port))')), [PLAIN]);
    assert.deepEqual(await rules(imports, ask('pick(ctx)')), []);
  });
});
