import assert from 'node:assert/strict';
import { lintApp } from './support';

interface ConsumeCase {
  readonly what: string;
  readonly imports: readonly string[];
  readonly code: string;
}

const RULE = 'GO-KAFKA-CONSUME-DROP';

/** Work in a trace of its own, unless `ctx` has one. */
const HANDLE = `
func handle(ctx context.Context, body []byte) error {
	ctx, span := tracer.Start(ctx, "handle order")
	defer span.End()
	return store(ctx, body)
}

func store(ctx context.Context, body []byte) error { return nil }
`;

const SEGMENTIO = 'github.com/segmentio/kafka-go';
const SARAMA = 'github.com/IBM/sarama';
const CONFLUENT = 'github.com/confluentinc/confluent-kafka-go/v2/kafka';
const FRANZ = 'github.com/twmb/franz-go/pkg/kgo';

const sarama = (first: string, work = 'handle(ctx, message.Value)'): string => `type consumer struct{}

func (c *consumer) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (c *consumer) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (c *consumer) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		ctx := session.Context()
		${first}
		${work}
		session.MarkMessage(message, "")
	}
	return nil
}
`;

const confluent = (first: string): string => `func consume(c *kafka.Consumer) {
	for {
		msg, err := c.ReadMessage(-1)
		if err != nil {
			continue
		}
		ctx := context.Background()
		${first}
		handle(ctx, msg.Value)
	}
}
`;

const franz = (first: string): string => `func consume(ctx context.Context, client *kgo.Client) {
	for {
		fetches := client.PollFetches(ctx)
		fetches.EachRecord(func(record *kgo.Record) {
			${first}
			handle(ctx, record.Value)
		})
	}
}
`;

const reader = (first: string, work = 'handle(ctx, msg.Value)'): string => `type Worker struct{ reader *kafka.Reader }

func (w *Worker) Run(ctx context.Context) error {
	for {
		msg, err := w.reader.FetchMessage(ctx)
		if err != nil {
			return err
		}
		${first}
		if err := ${work}; err != nil {
			return err
		}
		if err := w.reader.CommitMessages(ctx, msg); err != nil {
			return err
		}
	}
}
`;

const LOST: ConsumeCase[] = [
  { what: 'a claim of sarama', imports: [SARAMA], code: sarama('') + HANDLE },
  { what: 'messages of confluent', imports: [CONFLUENT], code: confluent('') + HANDLE },
  { what: 'fetches of franz-go without its hooks', imports: [FRANZ], code: franz('') + HANDLE },
  { what: 'a worker that commits what it fetched', imports: [SEGMENTIO], code: reader('') + HANDLE },
  {
    what: 'headers that are read for something else',
    imports: [SEGMENTIO],
    code:
      reader('tenant := header(msg, "tenant")\n\t\tlog.Println(tenant)') +
      `
func header(msg kafka.Message, key string) string {
	for _, one := range msg.Headers {
		if one.Key == key {
			return string(one.Value)
		}
	}
	return ""
}
` +
      HANDLE,
  },
  {
    what: 'a handler that asks another service',
    imports: [SEGMENTIO, 'net/http', 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp'],
    code: `${reader('', 'notify(ctx, msg.Key)')}
var client = &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}

func notify(ctx context.Context, id []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://mail:8080/orders/"+string(id), nil)
	if err != nil {
		return err
	}
	_, err = client.Do(req)
	return err
}
`,
  },
  {
    what: 'a handler that is a field',
    imports: [SARAMA],
    code: `${sarama('', 'c.work(ctx, message)').replace('struct{}', 'struct{ orders *Orders }')}
func (c *consumer) work(ctx context.Context, message *sarama.ConsumerMessage) { c.orders.Place(ctx, message.Value) }

type Orders struct{}

func (o *Orders) Place(ctx context.Context, body []byte) {
	_, span := tracer.Start(ctx, "place order")
	defer span.End()
}
`,
  },
];

const KEPT: ConsumeCase[] = [
  {
    what: 'a claim whose context is read from a carrier of otelsarama',
    imports: [SARAMA, 'github.com/dnwe/otelsarama'],
    code:
      sarama('ctx = otel.GetTextMapPropagator().Extract(ctx, otelsarama.NewConsumerMessageCarrier(message))') + HANDLE,
  },
  {
    what: 'messages of confluent read through a carrier of its own',
    imports: [CONFLUENT],
    code:
      confluent('ctx = otel.GetTextMapPropagator().Extract(ctx, carrier{msg})') +
      '\ntype carrier struct{ msg *kafka.Message }\n' +
      HANDLE,
  },
  {
    what: 'a client of franz-go with its hooks',
    imports: [FRANZ, 'github.com/twmb/franz-go/plugin/kotel'],
    code: `func connect() (*kgo.Client, error) {
	return kgo.NewClient(kgo.WithHooks(kotel.NewKotel(kotel.WithTracer(kotel.NewTracer())).Hooks()...))
}

${franz('')}${HANDLE}`,
  },
  {
    what: 'a helper that reads the headers, two calls away',
    imports: [SEGMENTIO],
    code: `${reader('ctx := incoming(ctx, msg)')}
func incoming(ctx context.Context, msg kafka.Message) context.Context { return traceOf(ctx, msg.Headers) }

func traceOf(ctx context.Context, headers []kafka.Header) context.Context {
	carrier := propagation.MapCarrier{}
	for _, one := range headers {
		carrier[one.Key] = string(one.Value)
	}
	return otel.GetTextMapPropagator().Extract(ctx, carrier)
}
${HANDLE}`,
  },
  {
    what: 'a traceparent that is read by hand',
    imports: [SEGMENTIO],
    code: `${reader('ctx := withParent(ctx, msg)')}
func withParent(ctx context.Context, msg kafka.Message) context.Context {
	return parse(ctx, fields(msg.Headers).Get("traceparent"))
}

type fields []kafka.Header

func (f fields) Get(key string) string { return "" }

func parse(ctx context.Context, text string) context.Context { return ctx }
${HANDLE}`,
  },
  {
    what: 'a traceparent that is compared for',
    imports: [SEGMENTIO],
    code: `${reader('ctx := withParent(ctx, msg)')}
func withParent(ctx context.Context, msg kafka.Message) context.Context {
	for _, one := range msg.Headers {
		if one.Key == "traceparent" {
			return parse(ctx, string(one.Value))
		}
	}
	return ctx
}

func parse(ctx context.Context, text string) context.Context { return ctx }
${HANDLE}`,
  },
  {
    what: 'a body that is only logged and counted',
    imports: [SEGMENTIO],
    code: `${reader('', 'count(msg)')}
func count(msg kafka.Message) error {
	log.Printf("%s at %d", msg.Key, msg.Offset)
	return nil
}
`,
  },
  {
    what: 'spans that are linked to the message',
    imports: [SARAMA, 'go.opentelemetry.io/otel/trace'],
    code: `${sarama('', 'batch(message)')}
func batch(message *sarama.ConsumerMessage) {
	producer := trace.SpanContextFromContext(otel.GetTextMapPropagator().Extract(context.Background(), headersOf(message)))
	_, span := tracer.Start(context.Background(), "batch", trace.WithLinks(trace.Link{SpanContext: producer}))
	defer span.End()
}

func headersOf(message *sarama.ConsumerMessage) propagation.MapCarrier { return propagation.MapCarrier{} }
`,
  },
];

const KONSUMER = 'github.com/Trendyol/otel-kafka-konsumer';
/** The wrapper ends its span before it gives a message, and leaves the context in the message's headers. */
const wrapped = (context: string): string => `func run(ctx context.Context, base *kafka.Reader, writer *kafka.Writer) {
	reader, _ := otelkafkakonsumer.NewReader(base)
	traced, _ := otelkafkakonsumer.NewWriter(writer)
	for {
		msg, err := reader.ReadMessage(ctx)
		if err != nil {
			return
		}
		traced.WriteMessage(${context}, kafka.Message{Value: msg.Value})
	}
}
func carried(msg *kafka.Message) propagation.TextMapCarrier { return otelkafkakonsumer.NewMessageCarrier(msg) }
`;
LOST.push({
  what: 'a wrapped reader whose messages are worked on',
  imports: [SEGMENTIO, KONSUMER],
  code: wrapped('ctx'),
});
KEPT.push({
  what: 'a wrapped reader whose messages’ headers are read',
  imports: [SEGMENTIO, KONSUMER],
  code: wrapped('otel.GetTextMapPropagator().Extract(ctx, carried(msg))'),
});

describe(`${RULE}, consumer by consumer`, () => {
  for (const { what, imports, code } of LOST)
    it(`finds ${what}`, async () => assert.deepEqual(await rules(imports, code), [RULE]));
  for (const { what, imports, code } of KEPT)
    it(`leaves ${what}`, async () => assert.deepEqual(await rules(imports, code), []));
});

async function rules(imports: readonly string[], code: string): Promise<readonly string[]> {
  const paths = ['context', 'log', ...imports, 'go.opentelemetry.io/otel', 'go.opentelemetry.io/otel/propagation'];
  const app = `package app

import (
${paths.map((one) => `\t"${one}"`).join('\n')}
)

var tracer = otel.Tracer("app")

${code}`;
  return (await lintApp(app)).findings.map(({ rule }) => rule);
}
