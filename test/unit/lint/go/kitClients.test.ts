import assert from 'node:assert/strict';
import { rulesWithTracer as rules } from './support';

const PLAIN = 'GO-HTTP-PLAIN-CLIENT';
const KIT = 'kithttp "github.com/go-kit/kit/transport/http"';

describe('Clients of go-kit', () => {
  const client = (options = '', more = ''): string => `func New(baseURL string) endpoint.Endpoint {
	u, _ := url.Parse(baseURL + "/stock")
	return kithttp.NewClient("GET", u, encode, decode${options}).Endpoint()
}

func encode(_ context.Context, req *http.Request, request any) error { return nil }
func decode(_ context.Context, res *http.Response) (any, error) { return nil, nil }
${more}
`;
  const found = (options?: string, more?: string, imports: string[] = []): Promise<string[]> =>
    rules(['net/http', 'net/url', KIT, ...imports], client(options, more));

  it('send with Go’s default client, or the one they are given', async () => {
    assert.deepEqual(await found(), [PLAIN]);
    assert.deepEqual(await found(', kithttp.SetClient(&http.Client{})'), [PLAIN]);
  });

  it('are covered by what is called before a request, or by a client that sends the context', async () => {
    const before =
      'func headers(ctx context.Context, req *http.Request) context.Context {\n\totel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))\n\treturn ctx\n}';
    assert.deepEqual(
      await found(', kithttp.ClientBefore(headers)', before, ['go.opentelemetry.io/otel/propagation']),
      [],
    );
    assert.deepEqual(await found(', kithttp.ClientBefore(kitopentracing.ContextToHTTP(tracer, logger))'), []);
    const otelhttp = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';
    const wrapped = ', kithttp.SetClient(&http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)})';
    assert.deepEqual(await found(wrapped, '', [otelhttp]), []);
  });

  it('are left alone where options come from somewhere', async () => {
    assert.deepEqual(await found(', options()...'), []);
  });
});
