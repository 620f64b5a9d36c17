import assert from 'node:assert/strict';
import { pythonCheck } from '../../../../src/lint/python/check';
import { lintProject } from '../support/lintProject';
import { expectFindings, expectInWork, tracedProject } from './support';

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
    const [first] = findings[0]!.evidence;
    assert.equal(first, 'app/tracing.py:9 FastAPIInstrumentor, but no HTTPXClientInstrumentor');
  });

  it('names the place of the set-up by its whole path in the workspace', async () => {
    const { 'app/tracing.py': tracing, 'app/main.py': main, ...others } = PROJECT;
    const { findings } = await lintProject(pythonCheck, {
      ...others,
      'app/core/telemetry/setup.py': tracing,
      'app/main.py': main,
    });
    assert.match(findings[0]!.message, /`app\/core\/telemetry\/setup\.py:9`/);
  });

  it('is silent when it is instrumented', async () => {
    const tracing = `${TRACING.replace('import RequestsInstrumentor', 'import RequestsInstrumentor\nfrom opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor')}    if HAS_HTTPX:\n        HTTPXClientInstrumentor().instrument()\n`;
    const { short } = await lintProject(pythonCheck, { ...PROJECT, 'app/tracing.py': tracing });
    assert.deepEqual(short, []);
  });

  const CALLS: readonly (readonly [title: string, code: string, lost: boolean])[] = [
    ['a session', 'session = requests.Session()\n    return session.get(f"{ORDERS_URL}/a")', true],
    [
      'an aiohttp session',
      'async with aiohttp.ClientSession() as session:\n        await session.get("http://orders/a")',
      true,
    ],
    ['a setting of the environment', 'return requests.get(os.environ["ORDERS_URL"])', true],
    ['a default of the environment', 'return requests.get(os.getenv("BASE", "http://orders") + "/a")', true],
    [
      'a model that is tried out on the own host',
      'base = os.getenv("BASE", "http://localhost:1234"); return requests.post(f"{base}/chat/completions")',
      false,
    ],
    ['a vendor', 'return requests.get("https://api.stripe.com/v1/charges")', false],
    [
      'a table of public hosts',
      'table = {"test": "https://test.pay.com/a", "live": "https://www.pay.com/a"}; return requests.get(table.get(order, table["test"]))',
      false,
    ],
    [
      'a table with an own host',
      'table = {"test": "https://test.pay.com/a", "live": "http://pay/a"}; return requests.get(table[order])',
      true,
    ],
    ['an address that may not lead inside', 'refuse_ssrf(order.url); return requests.get(order.url)', false],
    ['an address that is not checked', 'log(order.url); return requests.get(order.url)', true],
    ['a vendor by a setting', 'return requests.post(os.environ["SLACK_WEBHOOK_URL"], json={})', false],
    ['a vendor by a constant', 'return requests.get(GITHUB_API + "/user")', false],
    ['a public host', 'return requests.get("https://www.weather-service.com/today")', false],
    ["the cloud's metadata", 'return requests.get("http://169.254.169.254/latest")', false],
    [
      'a vendor that a client is made for',
      'client = httpx.Client(base_url="https://api.openai.com")\n    return client.get("/v1")',
      false,
    ],
    [
      'a vendor that a client calls',
      'with httpx.Client() as client:\n        return client.get("https://api.github.com/user")',
      false,
    ],
    ['the own application', 'return httpx.AsyncClient(transport=httpx.ASGITransport(app=app))', false],
    ['a probe', 'return requests.get(f"{ORDERS_URL}/healthz")', false],
    [
      'headers that are injected by hand',
      'headers = {}\n    inject(headers)\n    return requests.get(ORDERS_URL, headers=headers)',
      false,
    ],
    ['headers that a helper injects', 'return requests.get(ORDERS_URL, headers=outgoing())', false],
    ['a session with trace_configs', 'return aiohttp.ClientSession(trace_configs=[config])', false],
  ];
  for (const [title, code, lost] of CALLS) {
    it(`${lost ? 'finds' : 'leaves'} ${title}`, async () => {
      const head = `import os

import aiohttp
import httpx
import requests
from opentelemetry.propagate import inject

ORDERS_URL = os.environ["ORDERS_URL"]
GITHUB_API = "https://api.github.com"


def outgoing():
    carrier = {}
    inject(carrier)
    return carrier


async def call(app, config):
`;
      const at = head.split('\n').length;
      await expectInWork([], `${head}    ${code}\n`, lost ? [`PY-UNCOVERED-HTTP ${at}`] : []);
    });
  }

  const PLAIN = 'import httpx\n\n\ndef call():\n    return httpx.get("http://orders")\n';

  it('is silent in a process without tracing', async () => {
    await expectFindings({ 'requirements.txt': 'httpx\nopentelemetry-api\n', 'app/work.py': PLAIN }, []);
  });

  it('finds only calls to the own system where nothing at all is instrumented', async () => {
    const provider =
      'from opentelemetry import trace\nfrom opentelemetry.sdk.trace import TracerProvider\ntrace.set_tracer_provider(TracerProvider())\n';
    const project = { 'requirements.txt': 'opentelemetry-sdk\n', 'app/tracing.py': provider };
    await expectFindings({ ...project, 'app/work.py': PLAIN }, ['PY-UNCOVERED-HTTP app/work.py:5']);
    const unknown = PLAIN.replace('call()', 'call(url)').replace('"http://orders"', 'url');
    await expectFindings({ ...project, 'app/work.py': unknown }, []);
  });

  it('finds calls of clients that a class keeps and hands out, to services that settings name', async () => {
    const file = (address: string): string => `import httpx
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer(__name__)


class Ledger:
    def __init__(self, settings):
        self._client = None
        self.base_url = str(settings.${address}).rstrip("/")

    def _get_client(self):
        if self._client is None:
            self._client = httpx.Client(timeout=5)
        return self._client

    def book(self, entry):
        with tracer.start_as_current_span("book"):
            client = self._get_client()
            return client.post(f"{self.base_url}/entries", json=entry)
`;
    const project = (code: string): Record<string, string> => ({
      'requirements.txt': 'httpx\nopentelemetry-sdk\n',
      'app/ledger.py': code,
    });
    await expectFindings(project(file('ledger_base_url')), ['PY-UNCOVERED-HTTP app/ledger.py:16']);
    await expectFindings(project(file('webhook_url')), []);
  });

  it('does not take a library that traces itself for one that instruments others', async () => {
    const files = (way: string): Record<string, string> =>
      tracedProject([], { 'app/work.py': PLAIN, 'app/more.py': way });
    const agents = 'from pydantic_ai import Agent\n\nAgent.instrument_all()\n';
    await expectFindings(files(agents), ['PY-UNCOVERED-HTTP app/work.py:5']);
    await expectFindings(files('from acme.frame import instrument_all\n\ninstrument_all()\n'), []);
  });

  it('takes an instrumentor that is only asked for, whether it could be imported, for none', async () => {
    const files = (then: string, asked = 'HTTPXClientInstrumentor is not None'): Record<string, string> =>
      tracedProject(['RequestsInstrumentor'], {
        'app/more.py': `try:
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
except ImportError:
    HTTPXClientInstrumentor = None

if ${asked}:
    ${then}
`,
        'app/work.py': 'import httpx\n\n\ndef items():\n    return httpx.get("http://inventory:8080/items")\n',
      });
    await expectFindings(files('HTTPXClientInstrumentor().instrument()'), []);
    await expectFindings(files('switch_on(HTTPXClientInstrumentor)'), []);
    await expectFindings(files('print("there")'), ['PY-UNCOVERED-HTTP app/work.py:5']);
    await expectFindings(files('print("there")', 'HTTPXClientInstrumentor'), ['PY-UNCOVERED-HTTP app/work.py:5']);
  });

  it('follows instrumentors through lists, names and modules at run time', async () => {
    const ways = [
      'from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor\nfor one in [HTTPXClientInstrumentor]:\n    one().instrument()\n',
      'import importlib\nimportlib.import_module("opentelemetry.instrumentation.httpx").HTTPXClientInstrumentor().instrument()\n',
      'import importlib\nfor name in NAMES:\n    importlib.import_module(f"opentelemetry.instrumentation.{name}")\n',
      'from opentelemetry.instrumentation.auto_instrumentation import initialize\ninitialize()\n',
      'import logfire\nlogfire.configure()\n',
      'from azure.monitor.opentelemetry import configure_azure_monitor\nconfigure_azure_monitor()\n',
    ];
    for (const way of ways) await expectFindings(tracedProject([], { 'app/work.py': PLAIN, 'app/more.py': way }), []);
    const off =
      'from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor\nHTTPXClientInstrumentor().uninstrument()\n';
    await expectFindings(tracedProject([], { 'app/work.py': PLAIN, 'app/more.py': off }), [
      'PY-UNCOVERED-HTTP app/work.py:5',
    ]);
  });

  it('takes what a command installs for covered', async () => {
    const dockerfile = 'FROM python:3.12\nCOPY . .\nCMD ["opentelemetry-instrument", "python", "main.py"]\n';
    const files = (requirements: string): Record<string, string> => ({
      'requirements.txt': `httpx\nopentelemetry-distro\n${requirements}`,
      Dockerfile: dockerfile,
      'main.py': `${PLAIN}\n\nif __name__ == "__main__":\n    call()\n`,
    });
    await expectFindings(files('opentelemetry-instrumentation-httpx\n'), []);
  });

  it('tells clients that are instrumented one by one from those that are not', async () => {
    const files = tracedProject([], {
      'app/clients.py':
        'from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor\n\n\ndef traced(client):\n    HTTPXClientInstrumentor.instrument_client(client)\n    return client\n',
      'app/work.py': `import httpx

from app.clients import traced


def one():
    client = httpx.Client()
    traced(client)
    return client.get("http://orders")


def other():
    with httpx.Client() as client:
        return client.get("http://orders")
`,
    });
    await expectFindings(files, ['PY-UNCOVERED-HTTP app/work.py:13']);
  });

  it('leaves scripts beside the service, and processes that set no tracing up', async () => {
    const files = tracedProject([], {
      'main.py': 'from fastapi import FastAPI\nfrom app.tracing import setup\n\napp = FastAPI()\nsetup(app)\n',
      'scripts/seed.py': PLAIN,
      'worker.py': `${PLAIN}\n\nif __name__ == "__main__":\n    call()\n`,
    });
    await expectFindings(files, []);
  });

  it('leaves what was put away, but not what archives', async () => {
    const all = { 'app/_archived/work.py': PLAIN, 'archived/work.py': PLAIN, 'app/archive/work.py': PLAIN };
    await expectFindings(tracedProject([], all), ['PY-UNCOVERED-HTTP app/archive/work.py:5']);
  });

  it('leaves calls to wherever a caller says, where no client is instrumented', async () => {
    const files = (url: string): Record<string, string> =>
      tracedProject([], {
        'app/work.py': `import requests\n\n\ndef load(url, base):\n    return requests.get(${url})\n`,
      });
    await expectFindings(files('url'), []);
    await expectFindings(files('f"{base}/items"'), []);
    const inService = (code: string): Record<string, string> =>
      Object.fromEntries(
        Object.entries(tracedProject([], { 'app/work.py': code })).map(([file, text]) => [
          `services/tools/${file}`,
          text,
        ]),
      );
    const run = (command: string): string =>
      `import requests\n\n\ndef run(${command}):\n    return requests.get(${command})\n`;
    await expectFindings(inService(run('command')), []);
    await expectFindings(inService(run('orders_url')), ['PY-UNCOVERED-HTTP services/tools/app/work.py:5']);
  });

  describe('where no client is instrumented', () => {
    const cases: readonly [string, string, boolean][] = [
      ['a setting that names another service', 'settings.inventory_url + "/items"', true],
      ['a key of the configuration that names one', 'config["INVENTORY_API_URL"]', true],
      ['a setting kept in a variable', 'f"{target}/items"', true],
      ['an attribute with an own host as default', 'getattr(settings, "base", "http://inventory:80")', true],
      ['a setting that names nobody', 'settings.base_url', true],
      ['a field of an item', 'answer.url', false],
      ['a path of a model provider', 'f"{settings.base_url}/v1/chat/completions"', false],
      ['a product that is run beside the services', 'settings.mermaid_base_url', false],
      ['a product on an own host', 'getattr(settings, "whisper_url", "http://localhost:9100")', false],
      ['an address that is signed for a storage', 'settings.presigned_url', false],
      ['the address of a document', 'settings.document_url', false],
      ['the address of a model', 'settings.llm_api_url', false],
      ['the address of an issuer of tokens', 'settings.introspection_endpoint', false],
      ['what a response says', 'answer["uploadUrl"]', false],
      ['an address that is taken apart', 'f"{url_parts.scheme}://{url_parts.netloc}"', false],
      ['a variable that is called otherwise than what it is made of', 'list_url', false],
    ];
    for (const [what, url, lost] of cases) {
      it(`${lost ? 'finds' : 'leaves'} ${what}`, async () => {
        const head = `import requests\nfrom .config import settings, config\n\n\ndef load(answer):\n    target = settings.inventory_url\n    list_url = f"{settings.marketplace_endpoint}/list"\n`;
        await expectInWork([], `${head}    return requests.get(${url})\n`, lost ? ['PY-UNCOVERED-HTTP 8'] : []);
      });
    }

    it('leaves a client of a class whose other methods ask what data says', async () => {
      const work = (url: string): string => `import httpx


class Deliveries:
    def __init__(self, settings):
        self.settings = settings
        self.client = httpx.Client(timeout=settings.timeout)

    def deliver(self, task):
        url = ${url}
        return self.client.post(url, json=task)
`;
      await expectInWork([], work('task["url"]'), []);
      await expectInWork([], work('self.settings.base_url'), ['PY-UNCOVERED-HTTP 7']);
    });

    it('takes the folder of a service for a sign of others', async () => {
      const work = 'import requests\n\n\ndef load(base):\n    return requests.get(f"{base}/items")\n';
      const files = tracedProject([], { 'app/work.py': work });
      const moved = (root: string): Record<string, string> =>
        Object.fromEntries(Object.entries(files).map(([file, text]) => [`${root}/${file}`, text]));
      await expectFindings(moved('services/orders'), ['PY-UNCOVERED-HTTP services/orders/app/work.py:5']);
      await expectFindings(moved('packages/orders'), []);
    });
  });

  it('leaves an address that a caller gives, also when it is tidied up first', async () => {
    const code = (tidy: string): string =>
      `import httpx\n\n\ndef load(ref):\n    with httpx.Client() as client:\n        ${tidy}\n        return client.get(ref)\n`;
    await expectInWork([], code('ref = ref.strip()'), []);
    await expectInWork([], code('ref = "http://inventory:8080/items"'), ['PY-UNCOVERED-HTTP 5']);
  });

  it('leaves addresses of what others have registered', async () => {
    const work = (url: string): string =>
      `import httpx\n\n\nclass Caller:\n    def call(self):\n        url = ${url}\n        return httpx.get(url)\n`;
    await expectInWork(['RequestsInstrumentor'], work('self.provider.api_endpoint_url'), []);
    await expectInWork(['RequestsInstrumentor'], work('self.settings.orders_url'), ['PY-UNCOVERED-HTTP 7']);
  });

  it('leaves commands, demos and tests that lie beside the service', async () => {
    await expectFindings(
      tracedProject([], {
        'app/cli/show.py': PLAIN,
        'app/cli.py': PLAIN,
        'demos/show.py': PLAIN,
        'tests_integ/providers.py': PLAIN,
        'app-dev/client.py': PLAIN,
      }),
      [],
    );
  });

  it('finds a client that passes requests on with chosen headers, none of a trace among them', async () => {
    const relay = (names: string, condition: string): string => `import httpx


class Relay:
    FORWARDED = frozenset({"authorization"${names}})

    def __init__(self, config):
        self._client = httpx.AsyncClient(timeout=config.timeout)

    def _headers(self, request):
        return {k: v for k, v in request.headers.items() if ${condition}}

    async def forward(self, request, target):
        send = getattr(self._client, request.method.lower())
        return await send(f"{target}{request.url.path}", headers=self._headers(request))
`;
    await expectInWork([], relay('', 'k.lower() in self.FORWARDED'), ['PY-UNCOVERED-HTTP 8']);
    await expectInWork([], relay(', "traceparent"', 'k.lower() in self.FORWARDED'), []);
    await expectInWork([], relay('', 'k.lower() not in self.FORWARDED'), []);
  });

  it('takes a header of the context that a function writes by hand for it, and pictures that data names for others’', async () => {
    const work = (entry: string): string => `import httpx


def headers_of(span):
    return {${entry}}


def pay(span):
    headers = headers_of(span)
    return httpx.get("http://orders:8080/1", headers=headers)
`;
    await expectInWork([], work('"traceparent": f"00-{span.trace_id}-{span.span_id}-01"'), []);
    await expectInWork([], work('"accept": "text/plain"'), ['PY-UNCOVERED-HTTP app/work.py:10']);
    const load = (name: string): string =>
      `import requests\n\n\ndef ${name}(url):\n    return requests.get(url).content\n`;
    await expectInWork(['HTTPXClientInstrumentor'], load('load_image'), []);
    await expectInWork(['HTTPXClientInstrumentor'], load('order'), ['PY-UNCOVERED-HTTP app/work.py:5']);
  });

  it('asks those who hand headers in whether they inject', async () => {
    const code = (second: string): string => `import httpx
from opentelemetry.propagate import inject


async def _stock_of(item, headers):
    async with httpx.AsyncClient() as client:
        return await client.get(f"http://inventory:8080/items/{item}", headers=headers)


async def order(request):
    headers = {"Authorization": request.headers["Authorization"]}
    inject(headers)
    return await _stock_of(1, headers)


async def prices():
    async with httpx.AsyncClient() as client:
        await client.get("http://prices:8080/all", headers=${second})
`;
    await expectInWork(['RequestsInstrumentor'], code('{}'), ['PY-UNCOVERED-HTTP 17']);
    const alone = code('{}').replace('    inject(headers)\n', '');
    await expectInWork(['RequestsInstrumentor'], alone, ['PY-UNCOVERED-HTTP 6']);
  });

  it('leaves a client that nothing is asked through', async () => {
    const code = (body: string): string => `import httpx


async def logout(response):
    async with httpx.AsyncClient() as client:
        # await client.post("http://users:8000/logout")
        ${body}
`;
    await expectInWork(['RequestsInstrumentor'], code('response.delete_cookie("token")'), []);
    await expectInWork(['RequestsInstrumentor'], code('await ask(client)'), ['PY-UNCOVERED-HTTP 5']);
  });

  it('takes the headers of the request, passed on as they are, for its context', async () => {
    const work = (headers: string): string => `import requests
from fastapi import Request


def pay(request: Request):
    carrier = ${headers}
    return requests.get("http://orders:8080/1", headers=carrier)
`;
    await expectInWork([], work('dict(request.headers)'), []);
    await expectInWork([], work('{"accept": "text/plain"}'), ['PY-UNCOVERED-HTTP app/work.py:7']);
  });

  it('takes opentelemetry-instrument for tracing only where something brings an SDK', async () => {
    const files = (requirements: string): Record<string, string> => ({
      'requirements.txt': `fastapi\nhttpx\nopentelemetry-instrumentation-fastapi\n${requirements}`,
      Dockerfile: 'FROM python:3.12\nCOPY . .\nCMD ["opentelemetry-instrument", "python", "main.py"]\n',
      'main.py': 'import httpx\n\n\ndef get():\n    return httpx.get("http://orders:8080/1")\n',
    });
    await expectFindings(files('opentelemetry-distro\n'), ['PY-UNCOVERED-HTTP main.py:5']);
    await expectFindings(files(''), []);
  });

  it('reads the image of a program that lies among the documentation', async () => {
    const image =
      'FROM python:3.12\nRUN opentelemetry-bootstrap -a install\nCMD ["opentelemetry-instrument", "python", "main.py"]\n';
    const files = Object.fromEntries(
      Object.entries({ ...PROJECT, Dockerfile: image }).map(([name, text]) => [`docs/shop/${name}`, text]),
    );
    await expectFindings(files, []);
  });
});
