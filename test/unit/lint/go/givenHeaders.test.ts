import assert from 'node:assert/strict';
import { findingsIn } from './support';

const PLAIN = 'GO-HTTP-PLAIN-CLIENT';

/** A client whose headers come with the call, through a function that repeats it. */
const client = (type: string): string => `type Client struct{ client *http.Client; baseURL string }
func New() *Client { return &Client{client: &http.Client{}, baseURL: os.Getenv("ORDERS_URL")} }
func (c *Client) Get(ctx context.Context, path string, headers ${type}) error { return c.get(ctx, path, headers) }
func (c *Client) get(ctx context.Context, path string, headers ${type}) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", c.baseURL+path, nil)
	for key, value := range headers {
		req.Header.Set(key, value)
	}
	_, err := c.client.Do(req)
	return err
}
`;

async function rules(body: string, type = 'map[string]string', more: readonly string[] = []): Promise<string[]> {
  const imports = ['context', 'net/http', 'os', 'go.opentelemetry.io/otel', 'go.opentelemetry.io/otel/propagation'];
  return (await findingsIn([...imports, ...more], client(type) + body)).map(({ rule }) => rule);
}

const handle = (body: string): string => `func Handle(w http.ResponseWriter, r *http.Request) {
	c := New()
	${body}
}`;

describe('Headers that come with a call in Go', () => {
  it('are those that its callers make, where each has one value', async () => {
    for (const body of [
      'c.Get(r.Context(), "/a", nil)',
      'c.Get(r.Context(), "/a", map[string]string{"X-Shop": "1"})',
      'headers := map[string]string{}\n\theaders["X-Shop"] = r.Header.Get("X-Shop")\n\tc.Get(r.Context(), "/a", headers)',
    ])
      assert.deepEqual(await rules(handle(body)), [PLAIN], body);
    assert.deepEqual(await rules('', undefined, ['example.com/shop/cut']), [PLAIN]);
    assert.deepEqual(await rules(''), []);
  });

  it('may have a context that callers put in, or be those of the request', async () => {
    const inject =
      'headers := map[string]string{}\n\totel.GetTextMapPropagator().Inject(r.Context(), propagation.MapCarrier(headers))';
    assert.deepEqual(await rules(handle(`${inject}\n\tc.Get(r.Context(), "/a", headers)`)), []);
    const copy = 'headers := map[string]string{}\n\tfor k := range r.Header {\n\t\theaders[k] = r.Header.Get(k)\n\t}';
    assert.deepEqual(await rules(handle(`${copy}\n\tc.Get(r.Context(), "/a", headers)`)), []);
    assert.deepEqual(await rules(handle('c.Get(r.Context(), "/a", r.Header)'), 'http.Header'), []);
  });
});
