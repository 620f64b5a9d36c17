import assert from 'node:assert/strict';
import { pythonCheck } from '../../../../src/lint/python/check';
import { lintProject } from '../support/lintProject';
import { expectFindings } from './support';

const SETUP = `from opentelemetry import trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import TracerProvider


def start(app):
    trace.set_tracer_provider(TracerProvider())
    FastAPIInstrumentor().instrument_app(app)
`;
const main = (imported: string): string =>
  `import httpx\nfrom fastapi import FastAPI\n${imported}\n\napp = FastAPI()\nstart(app)\n\n\n@app.get("/")\nasync def home():\n    async with httpx.AsyncClient() as client:\n        await client.get("http://orders/1")\n`;
const LOST = ['PY-UNCOVERED-HTTP services/cart/main.py:11'];
const REQUIREMENTS = 'fastapi\nhttpx\nopentelemetry-sdk\n';

describe('lint python: folders that services share', () => {
  it('are found by what is imported of them', async () => {
    const project = {
      'shared/tracing.py': SETUP,
      'services/cart/requirements.txt': REQUIREMENTS,
      'services/cart/main.py': main('from shared.tracing import start'),
    };
    await expectFindings(project, LOST);
    const covering = SETUP.replace(/\n$/, '\n    HTTPXClientInstrumentor().instrument()\n').replace(
      'from opentelemetry.sdk',
      'from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor\nfrom opentelemetry.sdk',
    );
    await expectFindings({ ...project, 'shared/tracing.py': covering }, []);
  });

  it('may have a manifest of another name, or lie beside the services', async () => {
    const cart = { 'services/cart/requirements.txt': REQUIREMENTS };
    const inner = main('from services.common.tracing import start');
    await expectFindings({ ...cart, 'services/common/tracing.py': SETUP, 'services/cart/main.py': inner }, LOST);
    const named = {
      'shared/requirements.txt': 'opentelemetry-sdk\n',
      'shared/telemetry/setup.py': SETUP,
      'services/cart/main.py': main('from shared.telemetry.setup import start'),
    };
    await expectFindings({ ...cart, ...named }, LOST);
  });

  it('may have packages that are projects by themselves', async () => {
    const project = {
      'services/cart/requirements.txt': REQUIREMENTS,
      'services/cart/main.py': main('from shared.telemetry import start'),
      'shared/money/__init__.py': 'RATE = 1\n',
      'shared/telemetry/requirements.txt': 'opentelemetry-sdk\n',
      'shared/telemetry/__init__.py': 'from .setup import start\n',
      'shared/telemetry/setup.py': SETUP,
    };
    await expectFindings(project, LOST);
    await expectFindings({ ...project, 'services/cart/main.py': main('from shared.money import start') }, []);
  });

  it('are put beside the own modules by an image', async () => {
    const project = {
      'services/cart/requirements.txt': REQUIREMENTS,
      'services/cart/Dockerfile':
        'FROM python:3.12\nCOPY services/cart/ .\nCOPY shared/ .\nCMD ["uvicorn", "main:app"]\n',
      'services/cart/main.py': main('from tracing import start'),
      'shared/tracing.py': SETUP,
    };
    await expectFindings(project, LOST);
  });

  it('have projects in them, which an image installs', async () => {
    const project = {
      'services/cart/requirements.txt': REQUIREMENTS,
      'services/cart/main.py': main('from tracing.setup import start'),
      'libs/tracing/tracing/__init__.py': '',
      'libs/tracing/tracing/setup.py': SETUP,
    };
    await expectFindings(project, LOST);
    const named = '[project]\nname = "tracing"\ndependencies = ["opentelemetry-sdk"]\n';
    await expectFindings({ ...project, 'libs/tracing/pyproject.toml': named }, LOST);
    await expectFindings({ ...project, 'services/cart/tracing/setup.py': 'def start(app):\n    return app\n' }, []);
  });

  it('are not what a service has itself, nor a package that is installed', async () => {
    const project = {
      'services/cart/requirements.txt': `${REQUIREMENTS}kafka-python\n`,
      'services/cart/shared/tracing.py': 'def start(app):\n    app.state.ready = True\n',
      'services/cart/main.py': main('from shared.tracing import start'),
      'shared/tracing.py': SETUP,
      'kafka/load.py': SETUP,
      'services/cart/worker.py': 'from kafka import KafkaProducer\n',
    };
    await expectFindings(project, []);
    const { facts } = await lintProject(pythonCheck, project);
    const cart = facts.units.find(({ root }) => root.endsWith('cart'));
    assert.deepEqual(cart?.uses, []);
  });
});
