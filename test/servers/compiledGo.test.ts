/** What lint mends in Go, compiled with the real packages. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { goCheck } from '../../src/lint/go/check';
import { missingFor, serversRequired } from '../support/servers/toolchains';
import { runTool } from '../support/servers/runTool';
import { applyFix, lintProject } from '../unit/lint/support/lintProject';

const MODULE = `module example.com/shop

go 1.24

require (
	github.com/IBM/sarama v1.46.3
	github.com/segmentio/kafka-go v0.4.49
	github.com/twmb/franz-go v1.20.4
	go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc v0.63.0
	go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp v0.63.0
	go.opentelemetry.io/otel v1.38.0
	go.opentelemetry.io/otel/sdk v1.38.0
	go.opentelemetry.io/otel/trace v1.38.0
	google.golang.org/grpc v1.76.0
)
`;

const telemetry = (propagator: string): string => `package telemetry

import (
	"go.opentelemetry.io/otel"
${propagator === '' ? '' : '\t"go.opentelemetry.io/otel/propagation"\n'}	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func Setup() {
	tp := sdktrace.NewTracerProvider()
	otel.SetTracerProvider(tp)
${propagator}}
`;

const SET = '\totel.SetTextMapPropagator(propagation.TraceContext{})\n';

const main = (body: string, imports: readonly string[] = []): string => `package main

import (
${['context', 'net/http', ...imports].map((name) => `\t"${name}"\n`).join('')}
	"example.com/shop/telemetry"
)

func main() {
	telemetry.Setup()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { Get(r.Context()) })
	_ = http.ListenAndServe(":8080", nil)
}

${body}
`;

const PLAIN = `func Get(ctx context.Context) {
	client := &http.Client{}
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	_, _ = client.Do(req)
}`;

const NO_CONTEXT = `func Get(ctx context.Context) {
	client := &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
	req, _ := http.NewRequest("GET", "http://stock:8080/", nil)
	_, _ = client.Do(req)
}`;

const OTELHTTP = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';

const BACKGROUND = `func Get(ctx context.Context) {
	go save(context.Background())
}

func save(ctx context.Context) {
	_, span := otel.Tracer("shop").Start(ctx, "save")
	span.End()
}`;

const INACTIVE = `func Get(ctx context.Context) {
	_, span := otel.Tracer("shop").Start(ctx, "get")
	defer span.End()
	client := &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://stock:8080/", nil)
	_, _ = client.Do(req)
}`;

const GRPC = `func Get(ctx context.Context) {
	_, _ = grpc.NewClient("stock:9090", grpc.WithUserAgent("shop"))
}`;

const SEGMENTIO = `var writer = &kafka.Writer{Topic: "orders"}

func Get(ctx context.Context) {
	_ = writer.WriteMessages(ctx, kafka.Message{Value: []byte("1")})
}`;

const CONSUMED = `func Get(ctx context.Context) {
	reader := kafka.NewReader(kafka.ReaderConfig{Topic: "orders"})
	for {
		msg, err := reader.FetchMessage(ctx)
		if err != nil {
			return
		}
		save(ctx, msg.Value)
	}
}

func save(ctx context.Context, body []byte) {
	_, span := otel.Tracer("shop").Start(ctx, string(body))
	span.End()
}`;

const FRANZ = `func send(ctx context.Context, client *kgo.Client) {
	record := &kgo.Record{Topic: "orders"}
	client.Produce(ctx, record, nil)
}

func Get(ctx context.Context) {
	client, _ := kgo.NewClient()
	send(ctx, client)
}`;

const SARAMA = `func send(ctx context.Context, producer sarama.SyncProducer) error {
	_, _, err := producer.SendMessage(&sarama.ProducerMessage{Topic: "orders"})
	return err
}

func Get(ctx context.Context) {
	producer, _ := sarama.NewSyncProducer(nil, nil)
	_ = send(ctx, producer)
}`;

const OTEL = 'go.opentelemetry.io/otel';
const PRODUCE = 'GO-KAFKA-PRODUCE-NO-INJECT';

const PROGRAMS = [
  ['GO-HTTP-PLAIN-CLIENT', main(PLAIN), SET],
  ['GO-HTTP-REQ-NO-CTX', main(NO_CONTEXT, [OTELHTTP]), SET],
  ['GO-PROP-UNSET', main(NO_CONTEXT.replace('NewRequest(', 'NewRequestWithContext(ctx, '), [OTELHTTP]), ''],
  ['GO-CTX-BACKGROUND', main(BACKGROUND, [OTEL]), SET],
  ['SPAN-NOT-ACTIVE', main(INACTIVE, [OTEL, OTELHTTP]), SET],
  ['GO-RPC-NO-HANDLER', main(GRPC, ['google.golang.org/grpc']), SET],
  [PRODUCE, main(SEGMENTIO, ['github.com/segmentio/kafka-go']), SET],
  [PRODUCE, main(FRANZ, ['github.com/twmb/franz-go/pkg/kgo']), SET],
  [PRODUCE, main(SARAMA, ['github.com/IBM/sarama']), SET],
  ['GO-KAFKA-CONSUME-DROP', main(CONSUMED, [OTEL, 'github.com/segmentio/kafka-go']), SET],
] as const;

const missing = missingFor('jaeger1');
const title = 'what lint mends in Go compiles';
if (missing !== undefined && !serversRequired()) describe(title, () => void it(`is left out: ${missing.reason}`));
else describe(title, suite);

function suite(this: Mocha.Suite): void {
  // The first build compiles net/http and the SDK.
  this.timeout(20 * 60_000);

  it('in the programs of all rules together', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'spanlight-go-'));
    try {
      for (const [number, [rule, code, set]] of PROGRAMS.entries()) {
        const files = { 'go.mod': MODULE, 'main.go': code, 'telemetry/telemetry.go': telemetry(set) };
        const { findings } = await lintProject(goCheck, files);
        assert.deepEqual(
          findings.map((found) => found.rule),
          [rule],
          code,
        );
        const fixed = applyFix(files, findings[0]!.finding);
        assert.notDeepEqual(fixed, files);
        for (const [name, text] of Object.entries(fixed)) {
          const file = path.join(folder, String(number), name);
          await mkdir(path.dirname(file), { recursive: true });
          await writeFile(file, text);
        }
        const env = { GOFLAGS: '-mod=mod -buildvcs=false' };
        const what = `compiling the fix of ${rule}`;
        await runTool(
          { what, command: 'go', args: ['vet', './...'], cwd: path.join(folder, String(number)), env },
          () => {},
        );
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
