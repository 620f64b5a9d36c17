import assert from 'node:assert/strict';
import { openMapper, operation, told, withFolder } from '../../support/mappingWorkspace';

const FASTAPI = {
  'pyproject.toml': '[project]\nname = "shop"\n',
  'app/main.py': `from fastapi import FastAPI
from app.api import api_router
from app.api.v2 import router as v2
app = FastAPI()
app.include_router(api_router, prefix="/api/v1")
app.include_router(v2, prefix="/api/v2")
`,
  'app/api/__init__.py': `from fastapi import APIRouter
from app.api import orders
from .items import router as items_router
api_router = APIRouter(prefix="/shop")
api_router.include_router(orders.router, prefix="/sales", tags=["sales"])
api_router.include_router(items_router)
`,
  'app/api/orders.py': `from fastapi import APIRouter
from .lines import lines
router = APIRouter(prefix="/orders")
router.include_router(lines, prefix="/{order_id}")

@router.get("/{order_id}")
async def get_order(order_id: int): ...

@router.get("")
async def list_orders(): ...
`,
  'app/api/lines.py': `from fastapi import APIRouter
lines = APIRouter(prefix="/lines")

@lines.get("/{id}")
def get_line(id: int): ...
`,
  'app/api/items.py': `from fastapi import APIRouter
router = APIRouter(prefix="/items")

@router.get("/{id}")
def get_item(id: int): ...
`,
  'app/api/v2.py': `from fastapi import APIRouter
router = APIRouter()

@router.get("/items/{id}")
def get_item_v2(id: int): ...
`,
};

describe('routers mounted in routers', () => {
  it('have the prefixes of all levels and their own, in FastAPI', async () => {
    await withFolder(FASTAPI, async (folder) => {
      const mapper = await openMapper([folder]);
      const ask = async (route: string): Promise<string> => {
        const attributes = { 'http.route': route, 'http.method': 'GET' };
        const key = operation('SERVER', `GET ${route}`, attributes, { service: 'shop', language: 'python' });
        return told(mapper, await mapper.map(key));
      };
      assert.equal(await ask('/api/v1/shop/sales/orders/{order_id}'), 'app/api/orders.py:7 get_order 0.85');
      assert.equal(await ask('/api/v1/shop/sales/orders'), 'app/api/orders.py:10 list_orders 0.85');
      assert.equal(await ask('/api/v1/shop/sales/orders/{order_id}/lines/{id}'), 'app/api/lines.py:5 get_line 0.85');
      assert.equal(await ask('/api/v1/shop/items/{id}'), 'app/api/items.py:5 get_item 0.85');
      assert.equal(await ask('/api/v2/items/{id}'), 'app/api/v2.py:5 get_item_v2 0.85');
      assert.equal(await ask('/api/v1/items/{id}'), 'unmapped symbol-not-found');
    });
  });

  it('have the prefix the outer one was made with, in Hono', async () => {
    const files = {
      'package.json': '{"name": "shop"}',
      'app.ts':
        "import { Hono } from 'hono';\nimport books from './books';\nconst api = new Hono().basePath('/api');\napi.route('/books', books);\n",
      'books.ts':
        "import { Hono } from 'hono';\nconst books = new Hono();\nbooks.get('/:id', (c) => c.json({}));\nexport default books;\n",
    };
    await withFolder(files, async (folder) => {
      const mapper = await openMapper([folder]);
      const attributes = { 'http.route': '/api/books/:id', 'http.request.method': 'GET' };
      const key = operation('SERVER', 'GET', attributes, { service: 'shop', language: 'nodejs' });
      assert.equal(told(mapper, await mapper.map(key)), 'books.ts:3 (anonymous) 0.85');
    });
  });
});
