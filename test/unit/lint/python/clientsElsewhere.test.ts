import { expectFindings, expectInWork, tracedProject } from './support';

/** A service of which only the server is instrumented: who is called must be shown by the addresses. */
function service(files: Readonly<Record<string, string>>): Record<string, string> {
  return tracedProject([], { 'app/__init__.py': '', ...files });
}

describe('lint python: clients that are used elsewhere than they are made', () => {
  const STATE = `import httpx


def startup(app):
    app.state.http = httpx.AsyncClient(timeout=5)
`;
  const route = (address: string): string => `from fastapi import Request


async def items(request: Request):
    return await request.app.state.http.get(${address})
`;

  it('follows one that is kept in an application', async () => {
    const files = (address: string): Record<string, string> =>
      service({ 'app/main.py': STATE, 'app/routes.py': route(address) });
    await expectFindings(files('"http://inventory:8080/items"'), ['PY-UNCOVERED-HTTP app/main.py:5']);
    await expectFindings(files('"https://api.stripe.com/v1"'), []);
    await expectFindings(files('request.query_params["at"]'), []);
  });

  it('follows one that is kept under a key', async () => {
    const main = (address: string): string => `import aiohttp


async def handle(request):
    async with request.app["session"].get("${address}") as response:
        return await response.json()


async def start(app):
    app["session"] = aiohttp.ClientSession()
`;
    await expectInWork([], main('http://inventory:8080/items'), ['PY-UNCOVERED-HTTP 10']);
    await expectInWork([], main('https://api.stripe.com/v1'), []);
  });

  it('follows one that a function yields to those who name it', async () => {
    const clients =
      'import httpx\n\n\nasync def get_client():\n    async with httpx.AsyncClient() as client:\n        yield client\n';
    const routes = (address: string, given: string): string => `import httpx
from fastapi import Depends

from app.clients import get_client


async def items(client: httpx.AsyncClient = ${given}):
    return await client.get(${address})
`;
    const files = (address: string, given = 'Depends(get_client)'): Record<string, string> =>
      service({ 'app/clients.py': clients, 'app/routes.py': routes(address, given) });
    await expectFindings(files('"http://inventory:8080/items"'), ['PY-UNCOVERED-HTTP app/clients.py:5']);
    await expectFindings(files('"https://api.github.com/user"'), []);
  });

  it('follows the address that an heir of its class is made with', async () => {
    const base = `import httpx


class BaseClient:
    def __init__(self, base_url):
        self._client = httpx.AsyncClient(base_url=base_url)
`;
    const heir = (init: string, address: string): string => `from app.base import BaseClient


class Inventory(BaseClient):
${init}
    async def items(self):
        return await self._client.get("/items")


inventory = Inventory(${address})
`;
    const files = (init: string, address: string): Record<string, string> =>
      service({ 'app/base.py': base, 'app/inventory.py': heir(init, address) });
    const found = ['PY-UNCOVERED-HTTP app/base.py:6'];
    await expectFindings(files('', '"http://inventory:8080"'), found);
    await expectFindings(files('', '"https://api.openai.com/v1"'), []);
    const init = '    def __init__(self):\n        super().__init__("http://inventory:8080")\n';
    await expectFindings(files(init, ''), found);
  });

  it('knows requests that others are asked to send', async () => {
    const work = (call: string): string =>
      `import asyncio\nfrom functools import partial\n\nimport requests\n\n\nasync def pay(order, loop):\n    return await ${call}\n`;
    const found = ['PY-UNCOVERED-HTTP 8'];
    await expectInWork([], work('asyncio.to_thread(requests.post, "http://billing/pay", json=order)'), found);
    await expectInWork([], work('loop.run_in_executor(None, partial(requests.get, "http://billing/pay"))'), found);
    await expectInWork([], work('asyncio.to_thread(requests.post, "https://api.stripe.com/v1")'), []);
  });

  it('takes headers of the request that are passed on but for some for its context', async () => {
    const work = (condition: string): string => `import requests
from fastapi import Request

KEPT = {"authorization"}


def forward(request: Request):
    headers = {k: v for k, v in request.headers.items()${condition}}
    return requests.get("http://billing:8080/pay", headers=headers)
`;
    await expectInWork([], work(' if k.lower() not in {"host"}'), []);
    await expectInWork([], work(''), []);
    await expectInWork([], work(' if k.lower() in KEPT'), ['PY-UNCOVERED-HTTP 9']);
  });

  it('sees what methods ask in functions of their own', async () => {
    const client = (address: string): string => `import httpx


class Stock:
    def __init__(self):
        self.http = httpx.AsyncClient(timeout=5)

    async def count(self, sku):
        async def ask():
            return await self.http.get(f"${address}/{sku}")

        return await retried(ask)
`;
    await expectFindings(service({ 'app/stock.py': client('http://stock:8080') }), [
      'PY-UNCOVERED-HTTP app/stock.py:6',
    ]);
    await expectFindings(service({ 'app/stock.py': client('https://api.stripe.com') }), []);
  });

  it('asks a helper of the project for the address', async () => {
    const pose = (base: string): Record<string, string> =>
      service({
        'app/avatar.py': `import os

import httpx


def control_url(session):
    base = os.getenv("AVATAR_API_BASE", "${base}").rstrip("/")
    return f"{base}/sessions/{session}"


async def pose(session):
    url = control_url(session)
    async with httpx.AsyncClient() as client:
        await client.post(url)
`,
      });
    await expectFindings(pose('http://avatars:8080'), ['PY-UNCOVERED-HTTP app/avatar.py:13']);
    await expectFindings(pose('https://avatars.example-vendor.com/api'), []);
  });

  it('leaves addresses that come with a request, and what plugins ask', async () => {
    const load = (address: string): string =>
      `import httpx\n\n\nasync def load(self, request):\n    ${address}\n    async with httpx.AsyncClient() as client:\n        return await client.get(url)\n`;
    const told = 'body = await request.body()\n    url = body.decode("utf-8")';
    await expectFindings(service({ 'app/parts.py': load('url = self.parts_url') }), [
      'PY-UNCOVERED-HTTP app/parts.py:6',
    ]);
    await expectFindings(service({ 'app/parts.py': load(told) }), []);
    await expectFindings(service({ 'app/plugins/acme/parts.py': load('url = self.parts_url') }), []);
  });

  it('knows the class of a client that a variable or a caller says', async () => {
    const code = (made: string, given = 'httpx.Client'): string => `import httpx
import requests


class Inventory:
    client_class = httpx.AsyncClient

    @staticmethod
    def _client(client_cls):
        return client_cls(base_url="http://inventory:8080")

    def items(self, is_async):
        ${made}
        return client.get("/items")

    def stock(self):
        return self._client(${given}).get("/stock")
`;
    const found = (line: number): string[] => [`PY-UNCOVERED-HTTP ${line}`];
    await expectInWork([], code('client = self._client(httpx.Client)'), found(10));
    const choice =
      'cls = httpx.AsyncClient if is_async else httpx.Client; client = cls(base_url="http://inventory:8080")';
    await expectInWork([], code(choice, 'Local'), found(13));
    await expectInWork([], code('client = self.client_class(base_url="http://inventory:8080")', 'Local'), found(13));
    await expectInWork(['HTTPXClientInstrumentor'], code('client = self._client(httpx.Client)'), []);
    await expectInWork([], code('client = is_async', 'Local'), []);
  });
});
