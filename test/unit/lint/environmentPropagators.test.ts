import assert from 'node:assert/strict';
import { toLine1 } from '../../../src/base/positions';
import type { LintSettings } from '../../../src/lint/lintSettings';
import { AS_FOUND, NO_LINT_SETTINGS } from '../../../src/lint/lintSettings';
import { WorkspaceLinter } from '../../../src/lint/workspaceLinter';
import { sharedSyntax } from '../../support/syntaxGolden';
import { manifest, sdk } from './node/support';
import { MemoryFiles, relativeToProject } from './support/memoryFiles';

const SETTINGS: LintSettings = { ...NO_LINT_SETTINGS, severities: new Map([['PROP-MISMATCH', AS_FOUND]]) };
const PYTHON = `from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
`;

/** Two services; what each is deployed with. */
async function found(orders: readonly string[], stock: readonly string[], set = 'new HttpInstrumentation()') {
  const environment = (rows: readonly string[]): string => rows.map((row) => `      ${row}\n`).join('');
  const files = new MemoryFiles({
    'docker-compose.yml': `services:\n  orders:\n    build: ./orders\n    environment:\n${environment(orders)}  stock:\n    build: ./stock\n    environment:\n${environment(stock)}`,
    'orders/package.json': manifest(),
    'orders/Dockerfile': 'FROM node:22\nCOPY . .\nCMD ["node", "dist/main.js"]\n',
    'orders/src/tracing.ts': sdk(set),
    'orders/src/main.ts': "import './tracing';\nimport http from 'node:http';\nhttp.createServer().listen(80);\n",
    'stock/requirements.txt': 'opentelemetry-sdk==1.27.0\nopentelemetry-exporter-otlp==1.27.0\n',
    'stock/Dockerfile': 'FROM python:3.12\nCOPY . .\nCMD ["python", "main.py"]\n',
    'stock/main.py': PYTHON,
  });
  const { findings } = await new WorkspaceLinter({ files, code: await sharedSyntax(), settings: SETTINGS }).run();
  return findings.map(
    ({ severity, file, range, related }) =>
      `${severity} ${relativeToProject(file)}:${toLine1(range.startLine)} ${related.map((one) => toLine1(one.range.startLine)).join()}`,
  );
}

const NAME = 'OTEL_SERVICE_NAME: one';
const B3 = 'OTEL_PROPAGATORS: b3';

describe('lint: PROP-MISMATCH in deployment files', () => {
  it('warns where another service goes by the standard, with the line that shows it', async () => {
    assert.deepEqual(await found([NAME, B3], [NAME]), ['warning docker-compose.yml:6 10']);
    assert.deepEqual(await found([NAME, B3], ['OTEL_PROPAGATORS: tracecontext,baggage']), [
      'warning docker-compose.yml:6 10',
    ]);
    assert.deepEqual(await found([NAME], [NAME, 'OTEL_PROPAGATORS: xray,baggage']), [
      'warning docker-compose.yml:10 5',
    ]);
  });

  it('hints where the others do the same, or are not shown to trace', async () => {
    assert.deepEqual(await found([NAME, B3], [NAME, B3]), [
      'hint docker-compose.yml:6 ',
      'hint docker-compose.yml:11 ',
    ]);
    assert.deepEqual(await found([NAME, B3], ['PORT: "80"']), ['hint docker-compose.yml:6 ']);
  });

  it('is silent where formats are sent besides the standard’s, or code gives its own', async () => {
    assert.deepEqual(await found([NAME, 'OTEL_PROPAGATORS: b3,tracecontext'], [NAME]), []);
    const own = 'new HttpInstrumentation()], textMapPropagator: new W3CTraceContextPropagator(), x: [';
    assert.deepEqual(await found([NAME, B3], [NAME], own), []);
  });
});
