import assert from 'node:assert/strict';
import { pythonCheck } from '../../../../src/lint/python/check';
import { lintProject } from '../support/lintProject';

const REQUIREMENTS = `fastapi==0.115.0
httpx==0.27.0
requests==2.32.0
opentelemetry-sdk==1.27.0
opentelemetry-instrumentation-fastapi==0.48b0
opentelemetry-instrumentation-requests==0.48b0
`;

const TRACING = `from opentelemetry import trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import TracerProvider


def setup(app):
    trace.set_tracer_provider(TracerProvider())
    FastAPIInstrumentor.instrument_app(app)
    RequestsInstrumentor().instrument()
`;

const MAIN = `import httpx
from fastapi import FastAPI

from app.tracing import setup

app = FastAPI()
setup(app)


@app.get("/orders/{order_id}")
async def order(order_id: str):
    async with httpx.AsyncClient() as client:
        return (await client.get(f"http://inventory:8080/items/{order_id}")).json()
`;

const PROJECT = {
  'requirements.txt': REQUIREMENTS,
  'app/tracing.py': TRACING,
  'app/main.py': MAIN,
  'app/__init__.py': '',
};

describe('lint python: PY-UNCOVERED-HTTP', () => {
  it('finds the second library that nobody instrumented', async () => {
    const { findings, short } = await lintProject(pythonCheck, PROJECT);
    assert.deepEqual(short, ['PY-UNCOVERED-HTTP app/main.py:12']);
    assert.match(findings[0]!.message, /httpx sends no trace context.*`app\/tracing\.py:9`.*HTTPXClientInstrumentor/);
  });

  it('is silent when it is instrumented', async () => {
    const tracing = `${TRACING.replace('import RequestsInstrumentor', 'import RequestsInstrumentor\nfrom opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor')}    if HAS_HTTPX:\n        HTTPXClientInstrumentor().instrument()\n`;
    const { short } = await lintProject(pythonCheck, { ...PROJECT, 'app/tracing.py': tracing });
    assert.deepEqual(short, []);
  });
});
