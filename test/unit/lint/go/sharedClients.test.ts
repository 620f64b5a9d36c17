import assert from 'node:assert/strict';
import { findingsIn } from './support';

const PLAIN = 'GO-HTTP-PLAIN-CLIENT';

async function places(
  imports: readonly string[],
  body: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const found = await findingsIn(imports, body, more);
  return found.map(({ rule, file, line }) => `${rule}:${file}:${line}`);
}

/** A helper of all services, with headers that its callers give. */
const HELPER = `package rest

import (
	"context"
	"net/http"
)

type Client struct {
	http *http.Client
	base string
}

func New(base string) *Client {
	return &Client{base: base, http: &http.Client{Timeout: limit}}
}

func (c *Client) Fetch(ctx context.Context, path string, headers map[string]string) error {
	return c.fetch(ctx, path, headers)
}

func (c *Client) fetch(ctx context.Context, path string, headers map[string]string) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", c.base+path, nil)
	for key, value := range headers {
		req.Header.Set(key, value)
	}
	_, err := c.http.Do(req)
	return err
}
`;

const IMPORTS = ['context', 'net/http', 'os', 'example.com/shop/rest'];
const handler = (call: string, more = ''): string => `var stock = rest.New(os.Getenv("STOCK_URL"))
${more}
func Count(w http.ResponseWriter, r *http.Request) {
	${call}
}`;
const PLAIN_HELPER = `${PLAIN}:rest/rest.go:14`;

describe('A client that many parts of a service share', () => {
  const helper = { 'rest/rest.go': HELPER };

  it('is found although its callers give headers', async () => {
    const own = handler('stock.Fetch(r.Context(), "/count", map[string]string{"Accept": "text/plain"})');
    assert.deepEqual(await places(IMPORTS, own, helper), [PLAIN_HELPER]);
    assert.deepEqual(await places(IMPORTS, handler('stock.Fetch(r.Context(), "/count", nil)'), helper), [PLAIN_HELPER]);
  });

  it('is left where a caller may give the context with the headers', async () => {
    const injecting = 'otel.GetTextMapPropagator().Inject(r.Context(), propagation.MapCarrier(headers))';
    for (const put of [injecting, 'for key := range r.Header { headers[key] = r.Header.Get(key) }'])
      assert.deepEqual(
        await places(
          [...IMPORTS, 'go.opentelemetry.io/otel', 'go.opentelemetry.io/otel/propagation'],
          handler(`headers := map[string]string{}; ${put}; stock.Fetch(r.Context(), "/count", headers)`),
          helper,
        ),
        [],
        put,
      );
    assert.deepEqual(await places(IMPORTS, 'var stock = rest.New(os.Getenv("STOCK_URL"))', helper), [], 'no caller');
  });

  it('is found although some of them ask others', async () => {
    const call = 'stock.Fetch(r.Context(), "/count", nil); maps.Fetch(r.Context(), "/geocode", nil)';
    const maps = 'var maps = rest.New("https://maps.googleapis.com")';
    assert.deepEqual(await places(IMPORTS, handler(call, maps), helper), [PLAIN_HELPER]);
    const others = `${maps}
var mails = rest.New("https://api.sendgrid.com")
func Count(w http.ResponseWriter, r *http.Request) { maps.Fetch(r.Context(), "/geocode", nil); mails.Fetch(r.Context(), "/send", nil) }`;
    assert.deepEqual(await places(IMPORTS, others, helper), [], 'all of them do');
  });
});

describe('An option of a client that a library of the same owner makes', () => {
  const made = (client: string, from: string): Promise<string[]> =>
    places(
      ['net/http', 'os', 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp', from],
      `func New() *stock.Client { c, _ := stock.NewClient(os.Getenv("STOCK_URL"), stock.WithHTTPClient(${client})); return c }`,
      { 'go.mod': OWNED, 'main.go': OWNED_MAIN },
    );
  const [OWNED, OWNED_MAIN] = [
    'module github.com/acme/shop\n\ngo 1.22\n\nrequire (\n\tgo.opentelemetry.io/otel v1.30.0\n\tgo.opentelemetry.io/otel/sdk v1.30.0\n)\n',
    'package main\n\nimport (\n\t"github.com/acme/shop/internal/telemetry"\n\t"github.com/acme/shop/app"\n)\n\nfunc main() {\n\ttelemetry.Setup()\n\tapp.New()\n}\n',
  ];

  it('is followed to the transport', async () => {
    const ours = 'github.com/acme/stock';
    assert.equal((await made('&http.Client{Timeout: limit}', ours)).length, 1);
    assert.deepEqual(await made('&http.Client{Transport: otelhttp.NewTransport(nil)}', ours), []);
    assert.deepEqual(await made('&http.Client{Timeout: limit}', 'github.com/others/stock'), []);
  });
});
