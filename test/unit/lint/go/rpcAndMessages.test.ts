import assert from 'node:assert/strict';
import { applyFix } from '../support/lintProject';
import { gofmtErrors, lintApp, rulesWithTracer } from './support';

async function rules(imports: string, body: string, more: Readonly<Record<string, string>> = {}): Promise<string[]> {
  return (await lintApp(`package app\n\nimport (\n\t"context"\n${imports})\n\n${body}\n`, more)).findings.map(
    (one) => one.rule,
  );
}

const GRPC =
  '\t"google.golang.org/grpc"\n\t"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"\n';

describe('GO-RPC-NO-HANDLER', () => {
  const dial = (options: string, target = 'addr'): string =>
    `func Dial(addr string) { grpc.NewClient(${target}, ${options}) }`;

  it('finds gRPC clients without a handler, also with options in a list', async () => {
    assert.deepEqual(await rules(GRPC, dial('grpc.WithTransportCredentials(creds)')), ['GO-RPC-NO-HANDLER']);
    const list = `func Dial(addr string) {
	opts := []grpc.DialOption{grpc.WithBlock()}
	opts = append(opts, grpc.WithTransportCredentials(creds))
	grpc.Dial(addr, opts...)
}`;
    assert.deepEqual(await rules(GRPC, list), ['GO-RPC-NO-HANDLER']);
    assert.deepEqual(
      await rules(GRPC, list.replace('grpc.WithBlock()', 'grpc.WithStatsHandler(otelgrpc.NewClientHandler())')),
      [],
    );
  });

  it('follows interceptors and handlers that were made before, in gRPC and Connect clients', async () => {
    const handler = (made: string): string =>
      `func Dial(addr string) {\n\thandler := ${made}\n\tgrpc.NewClient(addr, grpc.WithUnaryInterceptor(handler))\n}`;
    assert.deepEqual(await rules(GRPC, handler('otelgrpc.UnaryClientInterceptor()')), []);
    assert.deepEqual(await rules(GRPC, handler('retrying()')), ['GO-RPC-NO-HANDLER']);
    const CONNECT =
      '\t"net/http"\n\t"connectrpc.com/connect"\n\t"connectrpc.com/otelconnect"\n\t"example.com/gen/orders/v1/ordersv1connect"\n';
    const client = (made: string, parameter = 'log any'): string =>
      `func Call(ctx context.Context, addr string, ${parameter}) {
\t${made}
\tordersv1connect.NewOrdersServiceClient(http.DefaultClient, addr, connect.WithInterceptors(one))
}`;
    assert.deepEqual(await rules(CONNECT, client('one, err := otelconnect.NewInterceptor()')), []);
    assert.deepEqual(await rules(CONNECT, client('', 'one connect.Interceptor')), []);
    assert.deepEqual(await rules(CONNECT, client('one := newAuth()')), ['GO-RPC-NO-HANDLER']);
  });

  it('gives a Connect client an instrumented HTTP client', async () => {
    const app = (client: string): string => `package app

import (
	"net/http"

	"connectrpc.com/connect"
	"example.com/gen/orders/v1/ordersv1connect"
)

func open(addr string) ordersv1connect.OrdersServiceClient {
	client := ${client}
	return ordersv1connect.NewOrdersServiceClient(client, addr, connect.WithGRPC())
}
`;
    for (const client of ['http.DefaultClient', '&http.Client{Timeout: 5}']) {
      const { findings } = await lintApp(app(client));
      assert.deepEqual(
        findings.map(({ rule }) => rule),
        ['GO-RPC-NO-HANDLER'],
      );
      const fixed = applyFix({ 'app/app.go': app(client) }, findings[0]!.finding)['app/app.go']!;
      assert.match(fixed, /\tclient := &http\.Client\{Transport: otelhttp\.NewTransport\(http\.DefaultTransport\)/);
      assert.deepEqual((await lintApp(fixed)).short, []);
      assert.ok([undefined, ''].includes(gofmtErrors(fixed)), fixed);
    }
  });

  it('is silent for handlers, old interceptors, helpers, unknown lists, the collector and tests', async () => {
    for (const options of [
      'grpc.WithStatsHandler(otelgrpc.NewClientHandler())',
      'grpc.WithUnaryInterceptor(otelgrpc.UnaryClientInterceptor())',
      'grpc.WithChainUnaryInterceptor(retry, tracing.Client())',
      'grpc.WithContextDialer(bufDialer(bufconn.Listen(1)))',
    ])
      assert.deepEqual(await rules(GRPC, dial(options)), [], options);
    assert.deepEqual(
      await rules(GRPC, 'func Dial(addr string, opts ...grpc.DialOption) { grpc.NewClient(addr, opts...) }'),
      [],
    );
    const interceptors =
      'func Dial(addr string) {\n\tchain := []grpc.UnaryClientInterceptor{retry(), FIRST}\n\tgrpc.NewClient(addr, grpc.WithChainUnaryInterceptor(chain...))\n}';
    assert.deepEqual(await rules(GRPC, interceptors.replace('FIRST', 'otelgrpc.UnaryClientInterceptor()')), []);
    assert.deepEqual(await rules(GRPC, interceptors.replace('FIRST', 'logging()')), ['GO-RPC-NO-HANDLER']);
    assert.deepEqual(await rules(GRPC, dial('creds', 'cfg.OtelCollectorAddr')), []);
    assert.deepEqual(await rules(GRPC, dial('creds', '"pubsub.googleapis.com:443"')), []);
    const helper = {
      'internal/rpc/rpc.go': `package rpc\n\nimport (\n${GRPC})\n\nfunc Options() []grpc.DialOption {\n\treturn []grpc.DialOption{grpc.WithStatsHandler(otelgrpc.NewClientHandler())}\n}\n`,
    };
    assert.deepEqual(
      await rules(
        `${GRPC}\t"example.com/shop/internal/rpc"\n`,
        'func Dial(addr string) { grpc.NewClient(addr, rpc.Options()...) }',
        helper,
      ),
      [],
    );
  });

  it('is silent where calls get their context by hand, but not for an interceptor that only some have', async () => {
    const imports = `${GRPC}\t"google.golang.org/grpc/metadata"\n`;
    const hand =
      'func with(ctx context.Context, parent string) context.Context { return metadata.AppendToOutgoingContext(ctx, "KEY", parent) }';
    const call = (key: string): string => `${dial('grpc.WithBlock()')}\n${hand.replace('KEY', key)}`;
    assert.deepEqual(await rules(imports, call('traceparent')), []);
    assert.deepEqual(await rules(imports, call('authorization')), ['GO-RPC-NO-HANDLER']);
    const interceptor = `${call('traceparent')}
func intercept(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoker grpc.UnaryInvoker) error {
	return invoker(with(ctx, "x"), method, req, reply, cc)
}`;
    assert.deepEqual(await rules(imports, interceptor), ['GO-RPC-NO-HANDLER']);
    const wrapper = `type conn struct{ grpc.ClientConnInterface }
func (c conn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	return c.ClientConnInterface.Invoke(with(ctx, "x"), method, args, reply, opts...)
}`;
    assert.deepEqual(await rules(imports, `${call('traceparent')}\n${wrapper}`), ['GO-RPC-NO-HANDLER']);
  });

  it('adds the handler', async () => {
    const text = `package app\n\nimport (\n\t"google.golang.org/grpc"\n)\n\nfunc Dial(addr string) {\n\tgrpc.NewClient(addr, grpc.WithBlock())\n}\n`;
    const { findings } = await lintApp(text);
    const fixed = applyFix({ 'app/app.go': text }, findings[0]!.finding)['app/app.go']!;
    assert.ok(
      fixed.includes('grpc.NewClient(addr, grpc.WithStatsHandler(otelgrpc.NewClientHandler()), grpc.WithBlock())'),
      fixed,
    );
    assert.deepEqual((await lintApp(fixed)).short, []);
  });
});

const KAFKA = '\t"github.com/segmentio/kafka-go"\n\t"go.opentelemetry.io/otel"\n';

describe('Kafka and other messages in Go', () => {
  const produce = (extra: string): string => `type Bus struct{ w *kafka.Writer }
func (b *Bus) Publish(ctx context.Context, body []byte) error {
	msg := kafka.Message{Value: body}
	${extra}
	return b.w.WriteMessages(ctx, msg)
}`;

  it('finds messages without the context, and hears of injection here, in helpers and by callers', async () => {
    assert.deepEqual(await rules(KAFKA, produce('')), ['GO-KAFKA-PRODUCE-NO-INJECT']);
    assert.deepEqual(await rules(KAFKA, produce('otel.GetTextMapPropagator().Inject(ctx, headerCarrier{&msg})')), []);
    const helper = `${produce('msg.Headers = headers(ctx)')}\nfunc headers(ctx context.Context) []kafka.Header {\n\tc := carrier{}\n\totel.GetTextMapPropagator().Inject(ctx, c)\n\treturn c.list()\n}`;
    assert.deepEqual(await rules(KAFKA, helper), []);
    const forwarded =
      'func (b *Bus) Forward(ctx context.Context, m kafka.Message) { b.w.WriteMessages(ctx, kafka.Message{Value: m.Value, Headers: m.Headers}) }\ntype Bus struct{ w *kafka.Writer }';
    assert.deepEqual(await rules(KAFKA, forwarded), []);
  });

  it('knows the senders of sarama, confluent, franz-go, SQS, SNS, Pub/Sub, NATS and RabbitMQ', async () => {
    for (const [from, type, call, rule] of [
      [
        'github.com/IBM/sarama',
        'sarama.SyncProducer',
        'x.SendMessage(&sarama.ProducerMessage{})',
        'GO-KAFKA-PRODUCE-NO-INJECT',
      ],
      [
        'github.com/confluentinc/confluent-kafka-go/v2/kafka',
        '*kafka.Producer',
        'x.Produce(&kafka.Message{}, nil)',
        'GO-KAFKA-PRODUCE-NO-INJECT',
      ],
      ['github.com/twmb/franz-go/pkg/kgo', '*kgo.Client', 'x.Produce(ctx, r, nil)', 'GO-KAFKA-PRODUCE-NO-INJECT'],
      [
        'github.com/aws/aws-sdk-go-v2/service/sqs',
        '*sqs.Client',
        'x.SendMessage(ctx, &sqs.SendMessageInput{})',
        'MSG-NO-INJECT',
      ],
      [
        'github.com/aws/aws-sdk-go-v2/service/sns',
        '*sns.Client',
        'x.Publish(ctx, &sns.PublishInput{})',
        'MSG-NO-INJECT',
      ],
      ['cloud.google.com/go/pubsub', '*pubsub.Topic', 'x.Publish(ctx, &pubsub.Message{})', 'MSG-NO-INJECT'],
      ['github.com/nats-io/nats.go', '*nats.Conn', 'x.Publish("orders", nil)', 'MSG-NO-INJECT'],
      [
        'github.com/rabbitmq/amqp091-go',
        '*amqp091.Channel',
        'x.PublishWithContext(ctx, "", "q", false, false, p)',
        'MSG-NO-INJECT',
      ],
    ] as const)
      assert.deepEqual(
        await rules(`\t"${from}"\n`, `func Send(ctx context.Context, x ${type}) { ${call} }`),
        [rule],
        from,
      );
  });

  it('lets a received body go on with the context that it carries', async () => {
    const dead = (value: string, reads: string): Promise<string[]> =>
      rulesWithTracer(
        ['github.com/twmb/franz-go/pkg/kgo', 'go.opentelemetry.io/otel/propagation'],
        `type worker struct{ client *kgo.Client }

func (w *worker) work(ctx context.Context, in *kgo.Record) {
	event := decode(in.Value)
	ctx = otel.GetTextMapPropagator().Extract(ctx, propagation.MapCarrier(${reads}))
	ctx, span := otel.Tracer("shop").Start(ctx, "work")
	defer span.End()
	if err := handle(ctx, event); err != nil {
		w.dead(ctx, in)
	}
}

func (w *worker) dead(ctx context.Context, in *kgo.Record) {
	w.client.ProduceSync(ctx, &kgo.Record{Topic: in.Topic + ".dead", Value: ${value}})
}`,
      );
    assert.deepEqual(await dead('in.Value', 'event.GetTraceContext()'), []);
    assert.deepEqual(await dead('failed(in)', 'event.GetTraceContext()'), ['GO-KAFKA-PRODUCE-NO-INJECT']);
    assert.deepEqual(await dead('in.Value', 'headersOf(in)'), ['GO-KAFKA-PRODUCE-NO-INJECT']);
  });

  it('is silent with hooks and options, and in functions that serve no request', async () => {
    const franz = '\t"github.com/twmb/franz-go/pkg/kgo"\n\t"github.com/twmb/franz-go/plugin/kotel"\n';
    assert.deepEqual(
      await rules(
        franz,
        'func Send(ctx context.Context, x *kgo.Client) { x.Produce(ctx, r, nil) }\nvar h = kgo.WithHooks(kotel.NewKotel().Hooks()...)',
      ),
      [],
    );
    const pubsub = '\t"cloud.google.com/go/pubsub"\n';
    assert.deepEqual(
      await rules(
        pubsub,
        'func Send(ctx context.Context, x *pubsub.Topic) { x.Publish(ctx, m) }\nvar c = pubsub.ClientConfig{EnableOpenTelemetryTracing: true}',
      ),
      [],
    );
    assert.deepEqual(
      await rules(KAFKA, 'func flush(w *kafka.Writer) { w.WriteMessages(nil) }\nfunc init() { flush(nil) }'),
      [],
    );
  });

  it('finds loops that work on messages without reading their headers', async () => {
    const loop = (first: string): string => `func consume(r *kafka.Reader) {
	for {
		msg, _ := r.ReadMessage(context.Background())
		ctx := context.Background()
		${first}
		handle(ctx, msg)
	}
}
func handle(ctx context.Context, msg kafka.Message) {
	_, span := otel.Tracer("x").Start(ctx, "handle")
	defer span.End()
}`;
    assert.deepEqual(await rules(KAFKA, loop('')), ['GO-KAFKA-CONSUME-DROP']);
    assert.deepEqual(await rules(KAFKA, loop('ctx = otel.GetTextMapPropagator().Extract(ctx, carrier{&msg})')), []);
    const logs = 'func consume(r *kafka.Reader) { msg, _ := r.ReadMessage(context.Background()); log(msg) }';
    assert.deepEqual(await rules(KAFKA, logs), []);
  });
});
