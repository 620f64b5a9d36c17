import assert from 'node:assert/strict';
import { applyFix } from '../support/lintProject';
import { findingsIn, gofmtErrors, lintApp, lintGo, rulesWithTracer as rules, TRACED } from './support';

const PRODUCE = 'GO-KAFKA-PRODUCE-NO-INJECT';
const DROP = 'GO-KAFKA-CONSUME-DROP';
const OTELHTTP = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';
const SARAMA = 'github.com/IBM/sarama';
const OTELSARAMA = 'github.com/dnwe/otelsarama';
const KAFKA = 'github.com/segmentio/kafka-go';

describe('Clients that something else than otelhttp instruments', () => {
  const ask = (made: string): string => `type Stock struct{ client *http.Client }
func New() *Stock { return &Stock{client: ${made}} }
func (s *Stock) Count(ctx context.Context, sku string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://stock:8080/items/"+sku, nil)
	if err != nil {
		return err
	}
	_, err = s.client.Do(req)
	return err
}`;

  it('are left alone where X-Ray or Datadog wraps them, and found where nothing does', async () => {
    for (const [from, made] of [
      ['github.com/aws/aws-xray-sdk-go/xray', 'xray.Client(&http.Client{})'],
      ['github.com/aws/aws-xray-sdk-go/v2/xray', '&http.Client{Transport: xray.RoundTripper(http.DefaultTransport)}'],
      [
        'httptrace "github.com/DataDog/dd-trace-go/contrib/net/http/v2"',
        'httptrace.WrapClient(&http.Client{Timeout: 5})',
      ],
      [
        'httptrace "gopkg.in/DataDog/dd-trace-go.v1/contrib/net/http"',
        '&http.Client{Transport: httptrace.WrapRoundTripper(http.DefaultTransport)}',
      ],
      ['github.com/newrelic/go-agent/v3/newrelic', '&http.Client{Transport: newrelic.NewRoundTripper(nil)}'],
    ] as const)
      assert.deepEqual(await rulesOf(['context', 'net/http', from], ask(made)), [], made);
    assert.deepEqual(await rulesOf(['context', 'net/http'], ask('&http.Client{Timeout: 5}')), ['GO-HTTP-PLAIN-CLIENT']);
  });

  it('are left alone where resty is wrapped', async () => {
    const resty = (wrap: string): string => `type Stock struct{ client *resty.Client }
func New() *Stock {
	client := resty.New().SetBaseURL("http://stock:8080")
	${wrap}
	return &Stock{client: client}
}
func (s *Stock) Count(ctx context.Context, sku string) error {
	_, err := s.client.R().SetContext(ctx).Get("/items/" + sku)
	return err
}`;
    const imports = ['context', 'github.com/go-resty/resty/v2'];
    assert.deepEqual(await rulesOf(imports, resty('')), ['GO-HTTP-PLAIN-CLIENT']);
    const otelresty = [...imports, 'github.com/dubonzi/otelresty'];
    assert.deepEqual(await rulesOf(otelresty, resty('otelresty.TraceClient(client)')), []);
    const hooked = (body: string): string =>
      resty(`client.OnBeforeRequest(func(_ *resty.Client, r *resty.Request) error { ${body}; return nil })`);
    const inject = 'otel.GetTextMapPropagator().Inject(r.Context(), propagation.HeaderCarrier(r.Header))';
    assert.deepEqual(await rulesOf(imports, hooked(inject)), []);
    assert.deepEqual(await rulesOf(imports, hooked('r.SetHeader("Accept", "text/plain")')), ['GO-HTTP-PLAIN-CLIENT']);
    const handler = `func Routes() {
	client := resty.New().SetBaseURL("http://stock:8080")
	otelresty.TraceClient(client)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { client.R().SetContext(r.Context()).Get("/items") })
}`;
    assert.deepEqual(await rulesOf(['net/http', ...otelresty.slice(1)], handler), []);
    const bare = handler.replace('otelresty.TraceClient(client)', '');
    assert.deepEqual(await rulesOf(['net/http', ...imports.slice(1)], bare), ['GO-HTTP-PLAIN-CLIENT']);
    const transport = resty('client.SetTransport(otelhttp.NewTransport(http.DefaultTransport))');
    assert.deepEqual(await rulesOf([...imports, 'net/http', OTELHTTP], transport), []);
  });

  it('are left alone where main replaces the default client as a whole', async () => {
    const use = `func Count(ctx context.Context) {
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	http.DefaultClient.Do(req)
}`;
    const main = (made: string): Record<string, string> => ({
      'main.go': TRACED['main.go']!.replace('import (', `import (\n\t"net/http"\n\t"${OTELHTTP}"`).replace(
        '\tapp.Run()',
        `\thttp.DefaultClient = ${made}\n\tapp.Run()`,
      ),
    });
    const wrapped = main('&http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}');
    assert.deepEqual(await rulesOf(['context', 'net/http'], use, wrapped), []);
    assert.deepEqual(await rulesOf(['context', 'net/http'], use, main('&http.Client{Timeout: 5}')), [
      'GO-HTTP-PLAIN-CLIENT',
    ]);
  });
});

describe('Requests whose parameters have the context', () => {
  const call = (made: string): string => `func Folder(ctx context.Context, api *goapi.GrafanaHTTPAPI, id string) error {
	ctx, span := otel.Tracer("folders").Start(ctx, "folder")
	defer span.End()
	${made}
	return err
}`;
  const GRAFANA = {
    'go.mod': TRACED['go.mod']!.replace(
      'require (',
      'require (\n\tgithub.com/grafana/grafana-openapi-client-go v0.1.0',
    ),
  };
  const imports = [
    'goapi "github.com/grafana/grafana-openapi-client-go/client"',
    'github.com/grafana/grafana-openapi-client-go/client/folders',
  ];
  const found = (made: string): Promise<string[]> => rules(imports, call(made), GRAFANA);

  it('are told from those of a generated client that has none', async () => {
    assert.deepEqual(await found('_, err := api.Folders.GetFolderByUID(id)'), ['GO-HTTP-REQ-NO-CTX']);
    const params = 'params := folders.NewGetFolderByUIDParams().WithContext(ctx)\n\t';
    assert.deepEqual(await found(`${params}_, err := api.Folders.GetFolderByUIDWithParams(params)`), []);
    const made = '_, err := api.Folders.GetFolders(&folders.GetFoldersParams{Context: ctx})';
    assert.deepEqual(await found(made), []);
  });
});

describe('Background contexts before Go 1.21', () => {
  const text = `package app

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel"
)

func Order(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	_ = ctx
	go save(context.Background())
}

func save(ctx context.Context) {
	_, span := otel.Tracer("app").Start(ctx, "save")
	defer span.End()
}
`;

  it('are mended by what there was: the span of the request in a new context', async () => {
    const old = { 'go.mod': TRACED['go.mod']!.replace('go 1.22', 'go 1.20') };
    const { findings } = await lintApp(text, old);
    assert.deepEqual(
      findings.map((one) => one.rule),
      ['GO-CTX-BACKGROUND'],
    );
    assert.match(findings[0]!.message, /`trace\.ContextWithSpanContext` keeps/);
    const fixed = applyFix({ 'app/app.go': text }, findings[0]!.finding)['app/app.go']!;
    assert.ok(
      fixed.includes('go save(trace.ContextWithSpanContext(context.Background(), trace.SpanContextFromContext(ctx)))'),
      fixed,
    );
    assert.ok(fixed.includes('\t"go.opentelemetry.io/otel/trace"\n'), fixed);
    assert.ok([undefined, ''].includes(gofmtErrors(fixed)), fixed);
    assert.deepEqual((await lintApp(fixed, old)).short, []);
  });

  it('are mended by WithoutCancel where the version is not said or later', async () => {
    for (const line of ['', 'go 1.21', 'go 1.22.3', 'go 2.0']) {
      const { findings } = await lintApp(text, { 'go.mod': TRACED['go.mod']!.replace('go 1.22', line) });
      const fixed = applyFix({ 'app/app.go': text }, findings[0]!.finding)['app/app.go']!;
      assert.ok(fixed.includes('go save(context.WithoutCancel(ctx))'), line);
    }
  });
});

describe('Producers of Kafka in Go, client by client', () => {
  const sarama = (made: string, before = ''): string => `type Bus struct{ producer sarama.AsyncProducer }
func New(config *sarama.Config) (*Bus, error) {
	producer, err := sarama.NewAsyncProducer([]string{"kafka:9092"}, config)
	if err != nil {
		return nil, err
	}
	${made}
	return &Bus{producer: producer}, nil
}
func (b *Bus) Place(ctx context.Context, body []byte) {
	msg := &sarama.ProducerMessage{Topic: "orders", Value: sarama.ByteEncoder(body)}
	${before}
	b.producer.Input() <- msg
}`;

  it('finds what goes into the channel of an asynchronous one', async () => {
    assert.deepEqual(await rules([SARAMA], sarama('')), [PRODUCE]);
    const inject = 'otel.GetTextMapPropagator().Inject(ctx, otelsarama.NewProducerMessageCarrier(msg))';
    assert.deepEqual(await rules([SARAMA, OTELSARAMA], sarama('', inject)), []);
  });

  it('knows that a wrapper of sarama takes the parent out of the message, where nobody has put it', async () => {
    const wrap = 'producer = otelsarama.WrapAsyncProducer(config, producer)';
    assert.deepEqual(await rules([SARAMA, OTELSARAMA], sarama(wrap)), [PRODUCE]);
    const inject = 'otel.GetTextMapPropagator().Inject(ctx, otelsarama.NewProducerMessageCarrier(msg))';
    assert.deepEqual(await rules([SARAMA, OTELSARAMA], sarama(wrap, inject)), []);
  });

  it('is silent about kafka-go where eBPF carries the context, as about a message that is handed on', async () => {
    const writer = (message: string): string => `type Bus struct{ w *kafka.Writer }
func (b *Bus) Place(ctx context.Context, in kafka.Message) error {
	return b.w.WriteMessages(ctx, ${message})
}`;
    const bare = writer('kafka.Message{Value: in.Value}');
    assert.deepEqual(await rules([KAFKA], bare), [PRODUCE]);
    assert.deepEqual(await rules([KAFKA], writer('kafka.Message{Value: in.Value, Headers: in.Headers}')), []);
    const ebpf = {
      'docker-compose.yml':
        'services:\n  shop:\n    build: .\n  go-auto:\n    image: otel/autoinstrumentation-go:v0.14.0\n    pid: service:shop\n    environment:\n      OTEL_GO_AUTO_TARGET_EXE: /app/shop\n',
    };
    assert.deepEqual(await rules([KAFKA], bare, ebpf), []);
  });

  it('takes the context of a span, however it is called, for none that the message carries', async () => {
    const named = (name: string, message: string): string => `type Bus struct{ w *kafka.Writer }
func (b *Bus) Place(ctx context.Context, body []byte) error {
	${name}, span := otel.Tracer("orders").Start(ctx, "place")
	defer span.End()
	return b.w.WriteMessages(${name}, ${message})
}`;
    for (const name of ['ctx', 'spanCtx', 'spanContext'])
      assert.deepEqual(await rules([KAFKA], named(name, 'kafka.Message{Value: body}')), [PRODUCE], name);
    const carried = 'kafka.Message{Value: wrap(Envelope{Body: body, SpanContext: span.SpanContext()})}';
    assert.deepEqual(await rules([KAFKA], named('spanCtx', carried)), []);
  });

  it('mends what confluent sends', async () => {
    const text = `package app

import (
	"context"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

func Place(ctx context.Context, p *kafka.Producer, body []byte) error {
	return p.Produce(&kafka.Message{Value: body}, nil)
}
`;
    const { findings } = await lintApp(text);
    assert.deepEqual(
      findings.map((one) => one.rule),
      [PRODUCE],
    );
    const fixed = applyFix({ 'app/app.go': text }, findings[0]!.finding)['app/app.go']!;
    assert.ok(fixed.includes('otel.GetTextMapPropagator().Inject(ctx, messageCarrier{msg})'), fixed);
    assert.ok([undefined, ''].includes(gofmtErrors(fixed)), fixed);
    assert.deepEqual((await lintApp(fixed)).short, []);
  });
});

describe('Consumers of Kafka in Go, trap by trap', () => {
  const HANDLE = `
func handle(ctx context.Context, body []byte) {
	_, span := otel.Tracer("orders").Start(ctx, "handle")
	defer span.End()
}`;

  it('finds a span that is started before its message is fetched: a root by construction', async () => {
    const loop = (then: string): string => `func Consume(ctx context.Context, r *kafka.Reader) error {
	for {
		spanCtx, span := otel.Tracer("orders").Start(ctx, "consume")
		msg, err := r.ReadMessage(spanCtx)
		if err != nil {
			span.End()
			return err
		}
		${then}
		span.End()
	}
}${HANDLE}`;
    assert.deepEqual(await rules([KAFKA], loop('handle(spanCtx, msg.Value)')), [DROP]);
    const extracted = 'handle(otel.GetTextMapPropagator().Extract(ctx, carrier{&msg}), msg.Value)';
    assert.deepEqual(await rules([KAFKA], loop(extracted)), []);
    const read = 'spanCtx = contextOf(msg.SpanContext)\n\t\thandle(spanCtx, msg.Value)';
    assert.deepEqual(await rules([KAFKA], loop(read)), []);
  });

  it('only hints at spans of batches, and at nothing where they link', async () => {
    const batches = (options: string): string => `func Consume(ctx context.Context, r *kafka.Reader) error {
	batch := make([]kafka.Message, 0, 100)
	for {
		msg, err := r.FetchMessage(ctx)
		if err != nil {
			return err
		}
		if batch = append(batch, msg); len(batch) < 100 {
			continue
		}
		_, span := otel.Tracer("orders").Start(ctx, "write"${options})
		store(batch)
		span.End()
		batch = batch[:0]
	}
}`;
    const imports = ['context', 'go.opentelemetry.io/otel', KAFKA];
    const found = await findingsIn(imports, batches(''));
    assert.deepEqual(
      found.map(({ rule, severity }) => `${severity} ${rule}`),
      [`hint ${DROP}`],
    );
    const linked = batches(', trace.WithLinks(linksOf(batch)...)');
    assert.deepEqual(await rulesOf([...imports, 'go.opentelemetry.io/otel/trace'], linked), []);
  });

  it('reads what PollRecords and a partition of sarama give', async () => {
    const franz = (context: string): string => `func Consume(ctx context.Context, client *kgo.Client) {
	for {
		fetches := client.PollRecords(ctx, 100)
		for _, record := range fetches.Records() {
			handle(${context}, record.Value)
		}
	}
}${HANDLE}`;
    const FRANZ = 'github.com/twmb/franz-go/pkg/kgo';
    assert.deepEqual(await rules([FRANZ], franz('ctx')), [DROP]);
    assert.deepEqual(await rules([FRANZ], franz('otel.GetTextMapPropagator().Extract(ctx, carrierOf(record))')), []);
    const partition = (context: string): string => `func Consume(ctx context.Context, part sarama.PartitionConsumer) {
	for msg := range part.Messages() {
		handle(${context}, msg.Value)
	}
}${HANDLE}`;
    assert.deepEqual(await rules([SARAMA], partition('ctx')), [DROP]);
    const carrier = 'otel.GetTextMapPropagator().Extract(ctx, otelsarama.NewConsumerMessageCarrier(msg))';
    assert.deepEqual(await rules([SARAMA, OTELSARAMA], partition(carrier)), []);
  });
});

describe('Fixes for consumers of Kafka in Go, client by client', () => {
  it('read the headers of what confluent gives', async () => {
    const text = `package app

import (
	"context"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
	"go.opentelemetry.io/otel"
)

func Consume(ctx context.Context, c *kafka.Consumer) error {
	for {
		msg, err := c.ReadMessage(-1)
		if err != nil {
			return err
		}
		handle(ctx, msg.Value)
	}
}

func handle(ctx context.Context, body []byte) {
	_, span := otel.Tracer("orders").Start(ctx, "handle")
	defer span.End()
}
`;
    const { findings } = await lintApp(text);
    assert.deepEqual(
      findings.map((one) => one.rule),
      [DROP],
    );
    const fixed = applyFix({ 'app/app.go': text }, findings[0]!.finding)['app/app.go']!;
    assert.ok(fixed.includes('\t\tctx := otel.GetTextMapPropagator().Extract(ctx, messageCarrier{msg})\n'), fixed);
    assert.ok([undefined, ''].includes(gofmtErrors(fixed)), fixed);
    assert.deepEqual((await lintApp(fixed)).short, []);
  });
});

describe('The propagator of X-Ray in Go', () => {
  it('makes SQS and SNS carry the context, and no other broker', async () => {
    const xray = (propagator: string): Record<string, string> => ({
      'internal/telemetry/telemetry.go': TRACED['internal/telemetry/telemetry.go']!.replace(
        'import (',
        `import (\n\t"go.opentelemetry.io/contrib/propagators/aws/xray"`,
      ).replace(
        'propagation.TraceContext{}',
        `propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, ${propagator})`,
      ),
    });
    const sqs = `func Place(ctx context.Context, client *sqs.Client, in *sqs.SendMessageInput) error {
	_, err := client.SendMessage(ctx, in)
	return err
}`;
    const SQS = ['github.com/aws/aws-sdk-go-v2/service/sqs'];
    assert.deepEqual(await rules(SQS, sqs), ['MSG-NO-INJECT']);
    assert.deepEqual(await rules(SQS, sqs, xray('xray.Propagator{}')), []);
    const writer = 'func Place(ctx context.Context, w *kafka.Writer) { w.WriteMessages(ctx, kafka.Message{}) }';
    assert.deepEqual(await rules([KAFKA], writer, xray('xray.Propagator{}')), [PRODUCE]);
  });
});

describe('Libraries in Go', () => {
  it('that only make spans need no propagator, which is up to who sets tracing up', async () => {
    const library = `package app

import (
	"context"

	"go.opentelemetry.io/otel"
)

func Price(ctx context.Context) {
	_, span := otel.Tracer("prices").Start(ctx, "price")
	defer span.End()
}
`;
    const bare = TRACED['internal/telemetry/telemetry.go']!.replace(/\n.*propagation"/, '').replace(
      /\n.*SetTextMap.*/,
      '',
    );
    assert.deepEqual(
      (await lintApp(library, { 'internal/telemetry/telemetry.go': bare })).findings.map(({ rule }) => rule),
      ['GO-PROP-UNSET'],
    );
    const { findings } = await lintGo({ 'go.mod': TRACED['go.mod']!, 'app/app.go': library });
    assert.deepEqual(findings, []);
  });
});

async function rulesOf(
  imports: readonly string[],
  body: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  return (await findingsIn(imports, body, more)).map(({ rule }) => rule);
}
