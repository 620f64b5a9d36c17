import assert from 'node:assert/strict';
import { pythonCheck } from '../../../../src/lint/python/check';
import { lintProject, type FoundPlace } from '../support/lintProject';
import { expectInWork, tracedProject } from './support';

const ASKS = 'import httpx\n\n\ndef stock(sku):\n    return httpx.get(f"http://stock:8080/{sku}").json()\n';

/** A service under `opentelemetry-instrument` with the instrumentation for httpx. */
function started(disabled: string, version = '0.27.0'): Record<string, string> {
  return {
    'requirements.txt': `flask==3.0.0\nhttpx==${version}\nopentelemetry-distro==0.48b0\nopentelemetry-exporter-otlp==1.27.0\nopentelemetry-instrumentation-httpx==0.48b0\n`,
    Dockerfile: `FROM python:3.12-slim\nCOPY . /app\nENV OTEL_SERVICE_NAME=shop${disabled}\nCMD ["opentelemetry-instrument", "gunicorn", "app:app"]\n`,
    'app.py': `from flask import Flask\n${ASKS.replace('\n\n\n', '\n\napp = Flask(__name__)\n\n\n@app.get("/<sku>")\n')}`,
  };
}

async function found(files: Record<string, string>): Promise<readonly FoundPlace[]> {
  return (await lintProject(pythonCheck, files)).findings;
}

describe('instrumentations in Python that are there and do nothing', () => {
  it('finds what opentelemetry-instrument is told to leave out', async () => {
    const [finding, ...others] = await found(started('\nENV OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=logging,httpx'));
    assert.equal(finding?.rule, 'PY-UNCOVERED-HTTP');
    assert.match(finding.message, /OTEL_PYTHON_DISABLED_INSTRUMENTATIONS switches httpx off/);
    assert.ok(finding.evidence.some((one) => one.startsWith('Dockerfile:4')));
    assert.deepEqual([others.length, finding.finding.fixes.length], [0, 0]);
  });

  it('leaves what is told of others, or by a value that is not there', async () => {
    assert.deepEqual(await found(started('')), []);
    assert.deepEqual(await found(started('\nENV OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=httpx2,logging')), []);
    assert.deepEqual(await found(started('\nARG OFF\nENV OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=$OFF')), []);
  });

  it('knows the instrumentations that a distribution brings', async () => {
    const files = started('');
    const from = (packages: string): Record<string, string> => ({
      ...files,
      'requirements.txt': `flask==3.0.0\nhttpx==0.27.0\n${packages}\n`,
    });
    assert.deepEqual(await found(from('aws-opentelemetry-distro==0.12.2')), []);
    assert.equal((await found(from('opentelemetry-distro==0.48b0')))[0]?.rule, 'PY-UNCOVERED-HTTP');
  });

  it('is silent where the deployment switches the SDK off, and tells so', async () => {
    const files = (compose: string, name = 'docker-compose.yml'): Record<string, string> => ({
      ...started('\nENV OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=httpx'),
      [name]: `services:\n  shop:\n    build: .\n    environment:\n      ${compose}\n`,
    });
    const { findings, explained } = await lintProject(pythonCheck, files("OTEL_SDK_DISABLED: 'true'"));
    assert.deepEqual(findings, []);
    assert.ok(explained.some((one) => one.includes('the SDK is switched off')));
    assert.equal((await found(files("OTEL_SDK_DISABLED: 'false'"))).length, 1);
    assert.equal((await found(files("OTEL_SDK_DISABLED: 'true'", 'docker-compose.test.yml'))).length, 1);
    const production = files('OTEL_SERVICE_NAME: shop', 'docker-compose.prod.yml');
    assert.equal((await found({ ...files("OTEL_SDK_DISABLED: 'true'"), ...production })).length, 1);
  });

  it('finds a library that is too old for its instrumentation', async () => {
    assert.match((await found(started('', '0.17.1')))[0]!.message, /leaves httpx before 0\.18\.0 alone/);
    const on = ['HTTPXClientInstrumentor'];
    const requirements = (range: string): Record<string, string> => {
      const files = tracedProject(on, { 'app/work.py': ASKS });
      return { ...files, 'requirements.txt': `${files['requirements.txt']!}httpx${range}\n` };
    };
    assert.deepEqual(
      (await found(requirements('<0.18'))).map(({ rule }) => rule),
      ['PY-UNCOVERED-HTTP'],
    );
    for (const range of ['==0.18.0', '>=0.16', '', '~=0.24']) assert.deepEqual(await found(requirements(range)), []);
    await expectInWork(on, ASKS, []);
  });

  it('does not know of a library that is newer than the table', async () => {
    const work =
      'from aiokafka import AIOKafkaConsumer\nfrom opentelemetry import trace\n\ntracer = trace.get_tracer("a")\n\n\nasync def run():\n    async for message in AIOKafkaConsumer("a"):\n        with tracer.start_as_current_span("b"):\n            print(message)\n';
    const files = tracedProject(['AIOKafkaInstrumentor'], { 'app/work.py': work });
    const at = (version: string): Record<string, string> => ({
      ...files,
      'requirements.txt': `${files['requirements.txt']!}aiokafka==${version}\n`,
    });
    assert.match((await found(at('0.12.0')))[0]!.message, /ends its span before/);
    assert.deepEqual(await found(at('1.0.0')), []);
    assert.match((await found(at('0.7.2')))[0]!.message, /leaves aiokafka before 0\.8 alone/);
  });

  it('takes what measures requests for no instrumentation of clients, wherever it is made', async () => {
    const files = (from: string): Record<string, string> =>
      tracedProject(['RequestsInstrumentor'], {
        'app/__init__.py': '',
        'app/metrics.py': `from ${from} import Instrumentator\n\ninstrumentator = Instrumentator()\n`,
        'app/main.py':
          'from app.metrics import instrumentator\n\n\ndef start(app):\n    instrumentator.instrument(app)\n',
        'app/stock.py': ASKS,
      });
    assert.equal((await found(files('prometheus_fastapi_instrumentator'))).length, 1);
    assert.deepEqual(await found(files('acme_observability')), []);
  });
});
