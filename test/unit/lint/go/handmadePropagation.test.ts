import assert from 'node:assert/strict';
import { findingsIn } from './support';

async function rules(imports: readonly string[], body: string): Promise<string[]> {
  return (await findingsIn(imports, body)).map((one) => one.rule);
}

describe('what continues the context in ways of its own, or has none to continue', () => {
  it('takes a header named after the span’s context for one that carries it', async () => {
    const body = (header: string): string => `type Client struct { ordersURL string }

func (c *Client) Ask(ctx context.Context, text string) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", c.ordersURL, nil)
	req.Header.Set("${header}", text)
	_, err := http.DefaultClient.Do(req)
	return err
}`;
    const imports = ['context', 'net/http'];
    assert.deepEqual(await rules(imports, body('span-context')), []);
    assert.deepEqual(await rules(imports, body('X-Trace-Context')), []);
    assert.deepEqual(await rules(imports, body('content-type')), ['GO-HTTP-PLAIN-CLIENT']);
  });

  it('takes headers of a request that are handed on, but for some, for a proxy', async () => {
    const body = (headers: string): string => `type Client struct { ordersURL string; fixed map[string]string }

func (c *Client) Ask(ctx context.Context) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", c.ordersURL, nil)
	for key, values := range ${headers} {
		if skipped(key) {
			continue
		}
		for _, value := range values {
			req.Header.Add(key, value)
		}
	}
	_, err := http.DefaultClient.Do(req)
	return err
}`;
    const imports = ['context', 'net/http'];
    assert.deepEqual(await rules(imports, body('requestHeaders')), []);
    assert.deepEqual(await rules(imports, body('c.fixed')), ['GO-HTTP-PLAIN-CLIENT']);
  });

  it('asks no continuation of who gives out tokens', async () => {
    const body = (field: string): string => `type Source struct { ${field} string }

func (s *Source) Fetch(ctx context.Context) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", s.${field}, nil)
	_, err := http.DefaultClient.Do(req)
	return err
}`;
    const imports = ['context', 'net/http'];
    assert.deepEqual(await rules(imports, body('TokenURL')), []);
    assert.deepEqual(await rules(imports, body('OrdersURL')), ['GO-HTTP-PLAIN-CLIENT']);
  });

  it('looks three functions deep for what puts the context into a message', async () => {
    const body = (made: string): string => `func Publish(ctx context.Context, publisher message.Publisher) error {
	return publisher.Publish("orders", orderMessage(ctx))
}

func orderMessage(ctx context.Context) *message.Message { return newMessage(ctx) }

func newMessage(ctx context.Context) *message.Message { return filled(ctx) }

func filled(ctx context.Context) *message.Message {
	msg := message.NewMessage("1", nil)
	${made}
	return msg
}`;
    const imports = [
      'context',
      'github.com/ThreeDotsLabs/watermill/message',
      'go.opentelemetry.io/otel',
      'go.opentelemetry.io/otel/propagation',
    ];
    const inject = 'otel.GetTextMapPropagator().Inject(ctx, propagation.MapCarrier(msg.Metadata))';
    assert.deepEqual(await rules(imports, body(inject)), []);
    assert.deepEqual(await rules(imports, body('msg.Metadata.Set("kind", "order")')), ['MSG-NO-INJECT']);
  });

  it('sends answers and heartbeats without a context', async () => {
    const body = (
      subject: string,
    ): string => `func Tell(ctx context.Context, conn *nats.Conn, ${subject} string) error {
	return conn.Publish(${subject}, []byte("done"))
}`;
    const imports = ['context', 'github.com/nats-io/nats.go'];
    assert.deepEqual(await rules(imports, body('reply')), []);
    assert.deepEqual(await rules(imports, body('heartbeatSubject')), []);
    assert.deepEqual(await rules(imports, body('subject')), ['MSG-NO-INJECT']);
  });

  it('finds interceptors in chains that were filled before', async () => {
    const body = (first: string): string => `type Config struct { Unary []grpc.UnaryClientInterceptor }

func defaults() Config { return Config{Unary: []grpc.UnaryClientInterceptor{${first}}} }

func (c Config) Connect(addr string) (*grpc.ClientConn, error) {
	return grpc.Dial(addr, grpc.WithUnaryInterceptor(middleware.ChainUnaryClient(c.Unary...)))
}`;
    const imports = [
      'github.com/grpc-ecosystem/go-grpc-middleware',
      'go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc',
      'google.golang.org/grpc',
    ];
    assert.deepEqual(await rules(imports, body('otelgrpc.UnaryClientInterceptor()')), []);
    assert.deepEqual(await rules(imports, body('retrying()')), ['GO-RPC-NO-HANDLER']);
  });

  it('lets what takes messages in begin a trace for each', async () => {
    const body = (taken: string): string => `func Consume(ctx context.Context, sub Subscription) {
	go func() {
		${taken}
		spanCtx, span := otel.Tracer("app").Start(context.Background(), "message")
		defer span.End()
		handle(spanCtx)
	}()
}

type Subscription interface { Receive(ctx context.Context) error }

func handle(ctx context.Context) {}`;
    const imports = ['context', 'go.opentelemetry.io/otel'];
    assert.deepEqual(await rules(imports, body('sub.Receive(ctx)')), []);
    assert.deepEqual(await rules(imports, body('handle(ctx)')), ['GO-CTX-BACKGROUND']);
  });

  it('asks no continuation of probes that say so, nor of what helps tests', async () => {
    const body = (failure: string, parameter = ''): string => `type Client struct { ordersURL string }

func (c *Client) Ask(ctx context.Context${parameter}) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", c.ordersURL, nil)
	if _, err := http.DefaultClient.Do(req); err != nil {
		return errors.New("${failure}")
	}
	return nil
}`;
    const imports = ['context', 'errors', 'net/http'];
    assert.deepEqual(await rules(imports, body('it did not respond to the health check')), []);
    assert.deepEqual(await rules([...imports, 'testing'], body('it did not answer', ', t *testing.T')), []);
    assert.deepEqual(await rules(imports, body('it did not answer')), ['GO-HTTP-PLAIN-CLIENT']);
  });
});

describe('Functions of Go that send a request and a message', () => {
  const NATS = 'github.com/nats-io/nats.go';
  const both = (
    request: string,
    message: string,
  ): string => `func place(ctx context.Context, nc *nats.Conn, url string) error {
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/items", nil)
	${request}
	if _, err := http.DefaultClient.Do(req); err != nil {
		return err
	}
	msg := nats.NewMsg("orders")
	${message}
	return nc.PublishMsg(msg)
}

func Serve(w http.ResponseWriter, r *http.Request) { _ = place(r.Context(), nil, "") }
`;
  const INTO_REQUEST = 'otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))';
  const INTO_MESSAGE = 'otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(msg.Header))';
  const imports = ['context', 'net/http', NATS, 'go.opentelemetry.io/otel', 'go.opentelemetry.io/otel/propagation'];
  const found = async (request: string, message: string): Promise<string[]> =>
    (await findingsIn(imports, both(request, message))).map(({ rule }) => rule);

  it('need the context in both', async () => {
    assert.deepEqual(await found(INTO_REQUEST, ''), ['MSG-NO-INJECT']);
    assert.deepEqual(await found('', INTO_MESSAGE), ['GO-HTTP-PLAIN-CLIENT']);
    assert.deepEqual(await found(INTO_REQUEST, INTO_MESSAGE), []);
  });

  it('may have it from a carrier that says nothing of what it is for', async () => {
    assert.deepEqual(
      await found(INTO_REQUEST, 'inject(ctx, headersOf(msg))\n\totel.GetTextMapPropagator().Inject(ctx, carrier)'),
      [],
    );
  });
});
