import assert from 'node:assert/strict';
import { pythonCheck } from '../../../../src/lint/python/check';
import { lintProject } from '../support/lintProject';
import { expectFindings, tracedProject } from './support';

const CALL =
  'import httpx\n\n\nasync def call():\n    async with httpx.AsyncClient() as client:\n        await client.get("http://orders/1")\n';
const SETUP = `from opentelemetry import trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import TracerProvider


class Tracing:
    def __init__(self, app):
        trace.set_tracer_provider(TracerProvider())
        FastAPIInstrumentor().instrument_app(app)
`;
const SETS_UP_WHEN_LOADED = SETUP.replace(/class Tracing:[^]*/, 'trace.set_tracer_provider(TracerProvider())\n');
const wired = (more: string): Record<string, string> => ({
  'requirements.txt': 'fastapi\nhttpx\nopentelemetry-sdk\n',
  'orders.py': CALL,
  'routes.py': 'from fastapi import APIRouter\n\nrouter = APIRouter()\n',
  'settings_store.py': 'URL = "http://orders"\n',
  'telemetry.py': SETUP,
  'main.py': `from fastapi import FastAPI\nfrom orders import call\nfrom routes import router\nfrom settings_store import URL\n${more}`,
});

/** So many modules that each import all of them. */
function modules(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, i) => `m${i}`);
  const text = names.map((name) => `from .${name} import value\n`).join('');
  return Object.fromEntries(names.map((name) => [`${name}.py`, `${text}value = 1\n`]));
}

describe('lint python: processes', () => {
  it('leaves a program that never uses the set-up beside it', async () => {
    await expectFindings(wired('app = FastAPI()\n'), []);
    await expectFindings(wired('from telemetry import Tracing\napp = FastAPI()\nTracing(app)\n'), [
      'PY-UNCOVERED-HTTP orders.py:5',
    ]);
  });

  it('leaves an application beside a set-up that no file at hand loads', async () => {
    const client =
      'ORDERS_URL = "http://orders"\n\n\nasync def call():\n    return await httpx.AsyncClient().get(ORDERS_URL)\n';
    const app = (more: string): Record<string, string> => ({
      'requirements.txt': 'fastapi\nhttpx\nopentelemetry-sdk\nopentelemetry-instrumentation-requests\n',
      'telemetry.py': SETUP,
      'main.py': `import httpx\nfrom fastapi import FastAPI\n${more}\napp = FastAPI()\n${client}`,
    });
    const start = 'from telemetry import Tracing\nimport main\n\nTracing(main.app)\n';
    const found = ['PY-UNCOVERED-HTTP main.py:9'];
    await expectFindings(app(''), []);
    await expectFindings({ ...app(''), 'telemetry.py': SETS_UP_WHEN_LOADED }, []);
    // What a file does that is not at hand is not known, and so it is with what is loaded by a name.
    await expectFindings({ ...app(''), 'start.py': start }, found);
    await expectFindings(app('from shop_tracing import begin'), found);
    await expectFindings(app('from importlib import import_module'), found);
  });

  it('leaves a set-up that only tests call, though the program imports its file', async () => {
    const telemetry = `"""Begins with \`setup_tracing()\`."""

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider


def setup_tracing():
    _install()


def _install():
    # setup_tracing comes first
    trace.set_tracer_provider(TracerProvider())


def current():
    return trace.get_current_span()
`;
    const project = (main: string, test = 'from telemetry import setup_tracing\n\nsetup_tracing()\n') => ({
      'requirements.txt': 'fastapi\nhttpx\nopentelemetry-sdk\n',
      'telemetry.py': telemetry,
      'orders.py': `${CALL}\n\nORDERS_URL = "http://orders"\n`,
      'main.py': `from fastapi import FastAPI\nimport orders\nimport telemetry\n${main}\napp = FastAPI()\napp.get("/")(orders.call)\n`,
      'tests/test_telemetry.py': test,
      'constants.py': 'LIMIT = 1\n',
    });
    const main = 'telemetry.current().set_attribute("a", 1)';
    const found = ['PY-UNCOVERED-HTTP orders.py:5'];
    const other = 'FastAPIInstrumentor.instrument_app(app)';
    const chooses = `from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor\n`;
    await expectFindings(project(`${chooses}${main}\n${other}`), []);
    await expectFindings(project(`${chooses}${main}\ntelemetry.setup_tracing()\n${other}`), found);
    await expectFindings(project(`${chooses}from telemetry import setup_tracing as begin\nbegin()\n${other}`), found);
    // What a module does that is not at hand is not known.
    await expectFindings(project(`${chooses}from .routes import router\n${main}\n${other}`), found);
    await expectFindings(project(`${chooses}from .constants import LIMIT\n${main}\n${other}`), []);
    // Where hundreds of imports lead to files and one does not, that one is left from code that is gone.
    const broken = project(`${chooses}from .routes import router\nfrom . import m0\n${main}\n${other}`);
    await expectFindings({ ...broken, ...modules(5) }, found);
    await expectFindings({ ...broken, ...modules(20) }, []);
  });

  it('leaves a class of a shared file in the process that uses another of it', async () => {
    const client = (name: string): string =>
      `class ${name}:\n    async def get(self):\n        return await httpx.AsyncClient().get("http://orders/1")\n\n\n`;
    const project = (use: string): Record<string, string> =>
      tracedProject([], {
        'app/clients.py': `import httpx\n\n\n${client('Orders')}${client('Bills')}`,
        'app/api.py': `from fastapi import FastAPI\nfrom app import clients\nfrom app.tracing import setup\n\napp = FastAPI()\nsetup(app)\n${use}`,
        'app/job.py': 'from app import clients\n\nif __name__ == "__main__":\n    clients.Bills().get()\n',
      });
    await expectFindings(project(''), []);
    await expectFindings(project('clients.Orders()\n'), ['PY-UNCOVERED-HTTP app/clients.py:6']);
    await expectFindings(project('clients.Bills()\n'), ['PY-UNCOVERED-HTTP app/clients.py:11']);
  });

  it('leaves a class that only tests make, in a file that no entry leads to', async () => {
    const server = `import grpc
from app.proto.orders_pb2_grpc import OrdersServicer


class MockOrders(OrdersServicer):
    """\`MockOrders\` answers tests."""

    def start(self):
        self._server = grpc.server(None)
`;
    const api =
      'from fastapi import FastAPI\nfrom app import orders, routes, store\nfrom app.tracing import setup\n\napp = FastAPI()\nsetup(app)\n';
    const project = (use: string): Record<string, string> =>
      tracedProject([], {
        'app/api.py': api,
        'app/orders.py': '',
        'app/routes.py': '',
        'app/store.py': '',
        'app/mock/orders.py': server,
        'app/mock/use.py': `from app.mock import orders\n${use}`,
      });
    await expectFindings(project(''), []);
    await expectFindings(project('orders.MockOrders().start()\n'), ['PY-UNCOVERED-HTTP app/mock/orders.py:9']);
  });

  it('takes a set-up for used where a file between is not at hand', async () => {
    await expectFindings(wired('from .bootstrap import start\napp = FastAPI()\nstart(app)\n'), [
      'PY-UNCOVERED-HTTP orders.py:5',
    ]);
  });

  it('takes a set-up that runs when it is loaded for used', async () => {
    const loads = (more: string): Record<string, string> => ({
      ...wired(`${more}app = FastAPI()\n`),
      'telemetry.py': SETS_UP_WHEN_LOADED,
    });
    await expectFindings(loads('import telemetry\n'), ['PY-UNCOVERED-HTTP orders.py:5']);
    await expectFindings(loads(''), []);
  });

  it('follows imports into a package of the workspace that no manifest names', async () => {
    const project = {
      'libs/shop_observability/pyproject.toml':
        '[project]\nname = "shop-observability"\ndependencies = ["opentelemetry-sdk"]\n',
      'libs/shop_observability/shop_observability/__init__.py': SETUP,
      'services/cart/requirements.txt': 'fastapi\nhttpx\n',
      'services/cart/src/main.py':
        'from fastapi import FastAPI\nfrom shop_observability import Tracing\nfrom src.orders import call\n\napp = FastAPI()\nTracing(app)\n',
      'services/cart/src/orders.py': CALL,
    };
    await expectFindings(project, ['PY-UNCOVERED-HTTP services/cart/src/orders.py:5']);
    const { facts } = await lintProject(pythonCheck, project);
    const cart = facts.units.find(({ id }) => id.includes('cart'));
    assert.equal(cart?.uses.length, 1);
  });

  it('knows that opentelemetry-bootstrap installs what a Dockerfile starts with', async () => {
    const files = (install: string, start: string): Record<string, string> => ({
      'requirements.txt': 'httpx\nopentelemetry-distro\n',
      Dockerfile: `FROM python:3.12 AS build\nRUN pip install -r requirements.txt\n${install}FROM python:3.12-slim\nCOPY --from=build /venv /venv\nCMD [${start}"python", "main.py"]\n`,
      'main.py': `${CALL}\n\nif __name__ == "__main__":\n    call()\n`,
    });
    const install = 'RUN opentelemetry-bootstrap -a install\n';
    const start = '"opentelemetry-instrument", ';
    await expectFindings(files(install, start), []);
    await expectFindings(files('RUN venv/bin/opentelemetry-bootstrap --action=install\n', start), []);
    await expectFindings(files('', start), ['PY-UNCOVERED-HTTP main.py:5']);
    // Installed, but nothing starts them: the process exports nothing.
    await expectFindings(files(install, ''), []);
  });

  it('judges activities where their worker runs', async () => {
    const activity = `from temporalio import activity\n${CALL.replace('async def', '@activity.defn\nasync def')}`;
    const worker = (setup: string): string =>
      `from temporalio.worker import Worker\nfrom app.orders import call\n${setup}\n\nif __name__ == "__main__":\n    Worker(None, activities=[call])\n`;
    const api =
      'from fastapi import FastAPI\nfrom app.orders import call\nfrom app.tracing import setup\n\napp = FastAPI()\nsetup(app)\n';
    const project = (setup: string): Record<string, string> =>
      tracedProject([], { 'app/orders.py': activity, 'app/api.py': api, 'app/worker.py': worker(setup) });
    await expectFindings(project(''), []);
    await expectFindings(project('from app.tracing import setup\nsetup(None)\n'), [
      'PY-UNCOVERED-HTTP app/orders.py:7',
    ]);
  });

  it('leaves generated clients, products beside the services, proxies and Airflow', async () => {
    const project = tracedProject([], {
      'app/client.py': `# This file was auto-generated by Fern from our API Definition.\n${CALL}`,
      'app/opa_client.py': CALL.replace('http://orders/1', 'http://opa:8181/v1/data'),
      'app/outbound.py': CALL.replace('AsyncClient()', 'AsyncClient(proxy=config.egress)'),
      'airflow-service/plugins/hook.py': CALL,
      'app/health_checks.py': CALL,
    });
    await expectFindings(project, []);
  });

  it('does not take the instrumentation of a server for one of clients', async () => {
    const main =
      'from fastapi import FastAPI\nfrom telemetry_kit.fastapi import instrument_app\n\napp = FastAPI()\ninstrument_app(app)\n';
    const project = tracedProject([], { 'app/orders.py': CALL, 'app/main.py': main });
    await expectFindings(project, ['PY-UNCOVERED-HTTP app/orders.py:5']);
    const all = main.replaceAll('instrument_app', 'instrument_all');
    await expectFindings(
      { ...project, 'app/main.py': `${all}from app.orders import call\nfrom app.tracing import setup\n` },
      [],
    );
  });

  it('knows which clients are instrumented one by one, wherever they are kept', async () => {
    const setup =
      'from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor\n\n\ndef trace_client(client):\n    HTTPXClientInstrumentor.instrument_client(client)\n';
    const kept = (extra: string): string =>
      `import httpx\nfrom app.clients import trace_client\n\n\ndef start(app):\n    session = httpx.AsyncClient(timeout=5)\n    app.state.session = session\n\n\n${extra}`;
    const project = (extra: string): Record<string, string> =>
      tracedProject([], { 'app/clients.py': setup, 'app/work.py': kept(extra) });
    await expectFindings(project(''), ['PY-UNCOVERED-HTTP app/work.py:6']);
    await expectFindings(project('def later(app):\n    trace_client(app.state.session)\n'), []);
  });

  it('finds a provider that is installed through a cast', async () => {
    const setup =
      'from typing import Any, cast\nfrom opentelemetry import trace\nfrom opentelemetry.sdk.trace import TracerProvider\n\n\ndef setup():\n    cast(Any, trace).set_tracer_provider(cast(Any, TracerProvider)())\n';
    const project = { 'requirements.txt': 'httpx\nopentelemetry-sdk\n', 'tracing.py': setup, 'work.py': CALL };
    await expectFindings(project, ['PY-UNCOVERED-HTTP work.py:5']);
  });
});
