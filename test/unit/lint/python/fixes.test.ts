import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { pythonCheck } from '../../../../src/lint/python/check';
import { applyFix, lintProject } from '../support/lintProject';
import { tracedProject } from './support';

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** The project after the first fix of its first finding; no finding is left, and Python can compile what was changed. */
async function fixed(files: Readonly<Record<string, string>>, rule: string): Promise<Readonly<Record<string, string>>> {
  const before = await lintProject(pythonCheck, files);
  const [first] = before.findings;
  assert.equal(first?.rule, rule);
  const after = applyFix(files, first.finding);
  assert.notDeepEqual(after, files);
  const left = await lintProject(pythonCheck, after);
  assert.deepEqual(left.short, []);
  for (const [name, text] of Object.entries(after)) {
    if (text === files[name] || !name.endsWith('.py') || !hasPython) continue;
    const check = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input: text });
    assert.equal(check.status, 0, `${name}: ${check.stderr.toString()}\n${text}`);
  }
  return after;
}

describe('lint python: fixes', () => {
  it('adds an instrumentor, its import and its requirement', async () => {
    const files = tracedProject(['RequestsInstrumentor'], {
      'app/work.py': 'import httpx\n\n\ndef stock():\n    return httpx.get("http://stock:8080")\n',
    });
    const after = await fixed(files, 'PY-UNCOVERED-HTTP');
    assert.match(
      after['app/tracing.py']!,
      /\n {4}RequestsInstrumentor\(\)\.instrument\(\)\n {4}HTTPXClientInstrumentor\(\)\.instrument\(\)\n/,
    );
    assert.match(
      after['app/tracing.py']!,
      /^from opentelemetry\.instrumentation\.httpx import HTTPXClientInstrumentor$/m,
    );
    assert.match(after['requirements.txt']!, /-fastapi==0\.48b0\nopentelemetry-instrumentation-httpx==0\.48b0/);
  });

  it('adds the requirement in the style of pyproject.toml', async () => {
    const files = tracedProject(['RequestsInstrumentor'], {
      'app/work.py': 'import httpx\n\n\ndef stock():\n    return httpx.get("http://stock:8080")\n',
    });
    const list =
      '[project]\nname = "shop"\ndependencies = [\n    "opentelemetry-sdk",\n    "opentelemetry-instrumentation-requests>=0.48b0"\n]\n';
    const inList = await fixed({ ...files, 'requirements.txt': '', 'pyproject.toml': list }, 'PY-UNCOVERED-HTTP');
    assert.match(
      inList['pyproject.toml']!,
      /\n {4}"opentelemetry-instrumentation-httpx>=0\.48b0",\n {4}"opentelemetry-instrumentation-requests>=0\.48b0"\n\]/,
    );
    const table =
      '[tool.poetry]\nname = "shop"\n\n[tool.poetry.dependencies]\npython = "^3.12"\nopentelemetry-instrumentation-requests = "^0.48b0"\n';
    const inTable = await fixed({ ...files, 'requirements.txt': '', 'pyproject.toml': table }, 'PY-UNCOVERED-HTTP');
    assert.match(
      inTable['pyproject.toml']!,
      /\nopentelemetry-instrumentation-httpx = "\^0\.48b0"\nopentelemetry-instrumentation-requests = "\^0\.48b0"\n/,
    );
  });

  it('adds it as the set-up is written: imported in a function, with a provider', async () => {
    const files = {
      'requirements.txt': 'opentelemetry-sdk\n',
      'app.py': `import httpx
from opentelemetry.sdk.trace import TracerProvider


def setup():
    provider = TracerProvider()
    try:
        from opentelemetry.instrumentation.requests import RequestsInstrumentor

        RequestsInstrumentor().instrument(tracer_provider=provider)
    except ImportError:
        pass


def stock():
    return httpx.get("http://stock:8080")
`,
    };
    const after = await fixed(files, 'PY-UNCOVERED-HTTP');
    assert.match(after['app.py']!, /\n {8}HTTPXClientInstrumentor\(\)\.instrument\(tracer_provider=provider\)\n/);
  });

  const HEAD = `import threading
from concurrent.futures import ThreadPoolExecutor

from opentelemetry import trace

tracer = trace.get_tracer(__name__)
pool = ThreadPoolExecutor()


def price(item, factor=1):
    with tracer.start_as_current_span("price"):
        return item * factor


`;
  for (const [code, expected] of [
    ['pool.submit(price, 1, factor=2)', 'pool.submit(contextvars.copy_context().run, price, 1, factor=2)'],
    ['loop.run_in_executor(None, price, 1)', 'loop.run_in_executor(None, contextvars.copy_context().run, price, 1)'],
    [
      'threading.Thread(target=price, args=(1, 2)).start()',
      'threading.Thread(target=contextvars.copy_context().run, args=(price, 1, 2)).start()',
    ],
    [
      'threading.Thread(target=price).start()',
      'threading.Thread(target=contextvars.copy_context().run, args=(price,)).start()',
    ],
    [
      'threading.Thread(None, price, "price", (1, 2)).start()',
      'threading.Thread(None, contextvars.copy_context().run, "price", (price, 1, 2)).start()',
    ],
  ] as const) {
    it(`runs work in a copy of the context: ${code}`, async () => {
      const work = `${HEAD}def handle(loop):\n    with tracer.start_as_current_span("order"):\n        ${code}\n`;
      const after = await fixed(tracedProject(['RequestsInstrumentor'], { 'app/work.py': work }), 'PY-THREAD-CTX-LOSS');
      assert.ok(after['app/work.py']!.includes(expected), after['app/work.py']);
      assert.match(after['app/work.py']!, /^import contextvars$/m);
    });
  }

  for (const [imports, made, send] of [
    ['from kafka import KafkaProducer', 'KafkaProducer()', 'producer.send("orders", b"x")'],
    ['from kafka import KafkaProducer', 'KafkaProducer()', 'producer.send("orders", b"x", b"k", [("a", b"b")])'],
    [
      'from aiokafka import AIOKafkaProducer',
      'AIOKafkaProducer()',
      'await producer.send(\n        "orders",\n        b"x",\n        headers=[("a", b"b")],\n    )',
    ],
    [
      'import confluent_kafka',
      'confluent_kafka.Producer({})',
      'producer.produce(\n        "orders",\n        value=b"x",\n    )',
    ],
  ] as const) {
    it(`injects into the headers: ${made}`, async () => {
      const work = `"""Messages."""\n${imports}\n\nproducer = ${made}\n\n\nasync def publish():\n    ${send}\n`;
      const after = await fixed(tracedProject([], { 'app/work.py': work }), 'PY-KAFKA-PRODUCE-NO-INJECT');
      assert.match(after['app/work.py']!, /\n {4}carrier: dict\[str, str\] = \{\}\n {4}inject\(carrier\)\n/);
      assert.match(after['app/work.py']!, /\[\(key, value\.encode\(\)\) for key, value in carrier\.items\(\)\]/);
      const headersByPlace = send.includes('b"k", [');
      assert.equal(/headers=/.test(after['app/work.py']!), !headersByPlace);
    });
  }

  it('starts spans in the trace of the message', async () => {
    const work = `from confluent_kafka import Consumer
from opentelemetry import trace

tracer = trace.get_tracer(__name__)


def run():
    consumer = Consumer({})
    while True:
        msg = consumer.poll(1.0)
        with tracer.start_as_current_span("process", kind=trace.SpanKind.CONSUMER):
            print(msg.value())
`;
    const after = await fixed(tracedProject([], { 'app/work.py': work }), 'PY-KAFKA-CONSUME-DROP');
    assert.match(after['app/work.py']!, /, context=extract\(\{.*msg\.headers\(\) or \[\] if/);
  });

  it('instruments the client that was imported too early, and turns a tuple into a list', async () => {
    const head =
      'from confluent_kafka import Producer\nfrom opentelemetry.instrumentation.confluent_kafka import ConfluentKafkaInstrumentor\n\nConfluentKafkaInstrumentor().instrument()\n';
    const early = `${head}producer = Producer({})\n\n\ndef publish():\n    producer.produce("a", b"x")\n`;
    const after = await fixed(tracedProject([], { 'app/work.py': early }), 'PY-KAFKA-PATCH-MISSED');
    assert.ok(after['app/work.py']!.includes('ConfluentKafkaInstrumentor.instrument_producer(Producer({}))'));
    const tuple =
      'from aiokafka import AIOKafkaProducer\n\nproducer = AIOKafkaProducer()\n\n\nasync def publish():\n    await producer.send("a", b"", headers=(("k", b"v"),))\n';
    await fixed(tracedProject(['AIOKafkaInstrumentor'], { 'app/work.py': tuple }), 'PY-KAFKA-PATCH-MISSED');
  });

  it('gives what is extracted to the span that starts next', async () => {
    const work = `from opentelemetry import trace
from opentelemetry.propagate import extract


def handle(headers):
    ctx = extract(headers)
    with trace.get_tracer("a").start_as_current_span("handle", kind=trace.SpanKind.CONSUMER):
        return 1
`;
    const after = await fixed(tracedProject(['RequestsInstrumentor'], { 'app/work.py': work }), 'EXTRACT-UNUSED');
    assert.ok(after['app/work.py']!.includes('("handle", kind=trace.SpanKind.CONSUMER, context=ctx)'));
  });

  it('keeps what is extracted for the span that starts next', async () => {
    const work = `from opentelemetry import trace
from opentelemetry.propagate import extract


def handle(queue):
    while True:
        extract(queue.get().headers)
        with trace.get_tracer("a").start_as_current_span("handle"):
            print(queue)
`;
    const after = await fixed(tracedProject(['RequestsInstrumentor'], { 'app/work.py': work }), 'EXTRACT-UNUSED');
    assert.ok(after['app/work.py']!.includes('        parent_context = extract(queue.get().headers)\n'));
    assert.ok(after['app/work.py']!.includes('("handle", context=parent_context)'));
  });

  for (const [statement, kept] of [
    ['extract(headers)  # of the sender', 'token = attach(extract(headers))  # of the sender'],
    ['ctx = extract(headers)', 'ctx = extract(headers)\n        token = attach(ctx)'],
  ] as const)
    it(`attaches what is extracted and detaches it again: ${statement}`, async () => {
      const work = `from opentelemetry.propagate import extract


def handle(queue, ready):
    for headers in queue:
        ${statement}
        # What comes of it.
        if ready:
            print(queue)

        ready.run()  # at last
    return 1
`;
      const after = await fixed(tracedProject(['RequestsInstrumentor'], { 'app/work.py': work }), 'EXTRACT-UNUSED');
      const expected = `        ${kept}
        try:
            # What comes of it.
            if ready:
                print(queue)

            ready.run()  # at last
        finally:
            detach(token)
    return 1
`;
      assert.ok(after['app/work.py']!.includes(expected), after['app/work.py']);
    });

  for (const [title, body] of [
    ['nothing follows', 'extract(headers)'],
    ['a text of several lines follows', 'extract(headers)\n    print("""a\nb""")'],
    ['a generator waits', 'extract(headers)\n    yield headers'],
    ['the span is started elsewhere, too', 'if headers:\n        extract(headers)\n    tracer.start_span("a")'],
  ] as const)
    it(`offers nothing to attach where ${title}`, async () => {
      const work = `from opentelemetry.propagate import extract\n\n\ndef handle(headers, tracer):\n    ${body}\n`;
      const files = tracedProject(['RequestsInstrumentor'], { 'app/work.py': work });
      const { findings } = await lintProject(pythonCheck, files);
      assert.deepEqual(
        findings.map(({ rule, finding }) => [rule, finding.fixes.length]),
        [['EXTRACT-UNUSED', 0]],
      );
    });
});
