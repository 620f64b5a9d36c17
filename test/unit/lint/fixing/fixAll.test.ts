import assert from 'node:assert/strict';
import { EditedText } from '../../../../src/lint/fixing/editedText';
import { fixAll } from '../../../../src/lint/fixing/fixAll';
import { NO_LINT_SETTINGS } from '../../../../src/lint/lintSettings';
import { RULES } from '../../../../src/lint/ruleCatalogue';
import { TrialFiles } from '../../../../src/lint/fixing/trialFiles';
import { WorkspaceLinter } from '../../../../src/lint/workspaceLinter';
import { sharedSyntax } from '../../../support/syntaxGolden';
import { KAFKA_ORDERS, PUBLISHER } from '../dotnet/kafkaOrders';
import { MemoryFiles, PROJECT, relativeToProject } from '../support/memoryFiles';

type Project = Readonly<Record<string, string>>;

interface Mended {
  /** The files that changed. */
  readonly files: Project;
  /** What was found of the rule before, and what is after. */
  readonly counts: readonly [number, number];
}

/** All findings of a rule mended, and linted again as if it had been saved. */
async function mended(project: Project, rule: string, file?: string): Promise<Mended> {
  const memory = new MemoryFiles(project);
  const files = new TrialFiles(memory);
  const severities = new Map(RULES.map(({ id, severity }) => [id, id === rule ? severity : 'off'] as const));
  const settings = { ...NO_LINT_SETTINGS, severities };
  const linter = new WorkspaceLinter({ files, code: await sharedSyntax(), settings });
  const before = (await linter.run()).findings.length;
  const edits = await fixAll(linter, files, { rule, file: file === undefined ? undefined : `${PROJECT}/${file}` });
  assert.equal((await linter.run()).findings.length, before, 'the linter is as before');
  const changed = new Map<string, string>();
  for (const name of new Set(edits.map((edit) => edit.file))) {
    const own = edits.filter((edit) => edit.file === name);
    const relative = relativeToProject(name);
    changed.set(relative, EditedText.of(name, project[relative]!).with(own).text);
  }
  for (const [name, text] of changed) linter.edited(memory.change(name, text));
  return { files: Object.fromEntries(changed), counts: [before, (await linter.run()).findings.length] };
}

function timesIn(text: string | undefined, part: string): number {
  return (text ?? '').split(part).length - 1;
}

const GO_MOD = `module example.com/shop

go 1.23

require (
	github.com/segmentio/kafka-go v0.4.47
	go.opentelemetry.io/otel v1.30.0
	go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp v1.30.0
	go.opentelemetry.io/otel/sdk v1.30.0
)
`;

const GO_SETUP = `package main

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	exporter, _ := otlptracehttp.New(context.Background())
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	http.HandleFunc("/orders", orders)
	_ = http.ListenAndServe(":8080", nil)
}
`;

describe('all findings of a rule at once', function () {
  this.timeout(60_000);

  it('import once what two fixes of a file need', async () => {
    const client = (name: string): string => `
func ${name}(ctx context.Context, url string) error {
	ctx, span := otel.Tracer("shop").Start(ctx, "${name}")
	defer span.End()
	client := &http.Client{}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	_, err = client.Do(request)
	return err
}
`;
    const orders = `package main

import (
	"context"
	"net/http"
	"os"

	"go.opentelemetry.io/otel"
)

func orders(w http.ResponseWriter, r *http.Request) {
	_ = reserve(r.Context(), os.Getenv("STOCK_URL"))
	_ = charge(r.Context(), os.Getenv("PAYMENT_URL"))
}
${client('reserve')}${client('charge')}`;
    const { files, counts } = await mended(
      { 'go.mod': GO_MOD, 'main.go': GO_SETUP, 'orders.go': orders },
      'GO-HTTP-PLAIN-CLIENT',
      'orders.go',
    );
    assert.deepEqual(counts, [2, 0]);
    assert.equal(timesIn(files['orders.go'], 'net/http/otelhttp"'), 1);
    assert.equal(timesIn(files['orders.go'], 'otelhttp.NewTransport('), 2);
  });

  it('add what a process needs to its manifest once', async () => {
    const server = `const { Kafka } = require('kafkajs');
const producer = new Kafka({ brokers: ['kafka:9092'] }).producer();

async function place(order) {
  await producer.send({ topic: 'orders', messages: [{ value: JSON.stringify(order) }] });
  await producer.send({ topic: 'audit', messages: [{ value: JSON.stringify(order) }] });
}

require('http').createServer(async (request, response) => {
  await place({ id: request.url });
  response.end();
}).listen(8080);
`;
    const setup = `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
new NodeSDK({ instrumentations: [new HttpInstrumentation()] }).start();
`;
    const manifest = {
      name: 'shop',
      scripts: { start: 'node -r ./tracing.js server.js' },
      dependencies: { '@opentelemetry/sdk-node': '0.52.0', '@opentelemetry/api': '1.9.0', kafkajs: '2.2.4' },
    };
    const project = {
      'package.json': JSON.stringify(manifest, undefined, 2),
      'tracing.js': setup,
      'server.js': server,
    };
    const { files, counts } = await mended(project, 'JS-KAFKAJS-NO-INSTR');
    assert.deepEqual([counts[0] > 0, counts[1]], [true, 0]);
    assert.equal(timesIn(files['package.json'], 'instrumentation-kafkajs'), 1);
  });

  it('work in Python over several files, each with its import', async () => {
    const worker = (name: string): string => `from concurrent.futures import ThreadPoolExecutor
from opentelemetry import trace

tracer = trace.get_tracer(__name__)
pool = ThreadPoolExecutor()


def work(item):
    with tracer.start_as_current_span("work"):
        return item


def ${name}(items):
    with tracer.start_as_current_span("${name}"):
        pool.submit(work, items[0])
        pool.submit(work, items[1])
`;
    const project = {
      'requirements.txt': 'flask==3.0\nopentelemetry-sdk==1.27\nopentelemetry-exporter-otlp==1.27\n',
      'app.py': `from flask import Flask
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from left import first
from right import second

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
app = Flask(__name__)


@app.get("/")
def index():
    first([1, 2])
    second([3, 4])
    return "ok"


app.run()
`,
      'left.py': worker('first'),
      'right.py': worker('second'),
    };
    const one = await mended(project, 'PY-THREAD-CTX-LOSS', 'left.py');
    assert.deepEqual([one.counts, Object.keys(one.files)], [[4, 2], ['left.py']]);
    const { files, counts } = await mended(project, 'PY-THREAD-CTX-LOSS');
    assert.deepEqual(counts, [4, 0]);
    for (const name of ['left.py', 'right.py']) {
      assert.equal(timesIn(files[name], 'import contextvars'), 1, files[name]);
      assert.equal(timesIn(files[name], 'copy_context().run'), 2, files[name]);
    }
  });

  it('call what they put into one function by other names', async () => {
    const [from, to] = [PUBLISHER.indexOf('        var message'), PUBLISHER.indexOf('    }\n}')];
    const twice = ['orders', 'audit'].map(
      (topic) =>
        `        await _producer.ProduceAsync("${topic}", new Message<string, string> { Value = order.Id }, ct);\n`,
    );
    const publisher = PUBLISHER.slice(0, from) + twice.join('') + PUBLISHER.slice(to);
    const project = { ...KAFKA_ORDERS, 'Orders/OrderPublisher.cs': publisher };
    const { files, counts } = await mended(project, 'CS-KAFKA-PRODUCE-NO-INJECT');
    const text = files['Orders/OrderPublisher.cs']!;
    assert.deepEqual(counts, [2, 0], text);
    assert.deepEqual([timesIn(text, 'var message = '), timesIn(text, 'var message2 = ')], [1, 1], text);
    assert.equal(timesIn(text, 'using OpenTelemetry.Context.Propagation;'), 1);
  });

  it('leave alone what no fix mends', async () => {
    assert.deepEqual((await mended({ 'a.go': 'package main\n' }, 'GO-CTX-BACKGROUND')).files, {});
  });
});
