import assert from 'node:assert/strict';
import { operation, withMapped } from '../../support/mappingWorkspace';

const key = (method: string, route: string) =>
  operation('SERVER', `${method} ${route}`, { 'http.route': route, 'http.method': method }, { language: 'nodejs' });

describe('routes of hapi, Koa and Hono', () => {
  it('are read out of lists of objects', () =>
    withMapped(
      {
        'package.json': '{ "name": "ledger" }',
        'src/routes.js': `const Handler = require('./handler');
module.exports = [
  { method: 'GET', path: '/orders', handler: Handler.list },
  { method: ['PUT', 'PATCH'], path: '/orders/{id}', handler: async (request) => request },
];
const options = { handler: Handler.list, path: 'orders' };
`,
        'src/handler.js': 'const list = async () => [];\nmodule.exports = { list };\n',
      },
      key,
      async (ask) => {
        assert.equal(await ask('GET', '/orders'), 'src/handler.js:1 list 0.85');
        assert.equal(await ask('PATCH', '/orders/{id}'), 'src/routes.js:4 handler 0.85');
        assert.equal(await ask('DELETE', '/orders/{id}'), 'unmapped service-not-bound');
      },
    ));

  it('may have no slash in front, and lie behind koa-mount', () =>
    withMapped(
      {
        'package.json': '{ "name": "wiki" }',
        'src/app.ts': "import mount from 'koa-mount';\nimport api from './api';\napp.use(mount('/api', api));\n",
        'src/api.ts': `import Router from 'koa-router';
const router = new Router();
router.post('groups.list', auth(), async (ctx) => {
  ctx.body = [];
});
export default router;
`,
      },
      key,
      async (ask) => {
        assert.equal(await ask('POST', '/api/groups.list'), 'src/api.ts:3 (anonymous) 0.85');
        assert.equal(await ask('POST', '/api/groups.info'), 'unmapped service-not-bound');
      },
    ));

  it('are mounted where a function makes the router', () =>
    withMapped(
      {
        'package.json': '{ "name": "app" }',
        'src/index.ts': `import { Hono } from 'hono';
import { createBackend } from './backend';
const app = new Hono();
const backend = createBackend();
app.route('/_api', backend);
`,
        'src/backend.ts': `import { Hono } from 'hono';
export function createBackend() {
  const backendApp = new Hono();
  backendApp.get('/up', (c) => c.text(''));
  return backendApp;
}
`,
      },
      key,
      async (ask) => assert.equal(await ask('GET', '/_api/up'), 'src/backend.ts:4 createBackend.(anonymous) 0.85'),
    ));

  it('take names from packages that tsconfig calls otherwise', () =>
    withMapped(
      {
        'tsconfig.base.json': '{ "compilerOptions": { "paths": { "@shop/topics": ["libs/topics/src/index.ts"] } } }',
        'libs/topics/src/index.ts': 'export const PATHS = { orders: "/orders" } as const;\n',
        'apps/api/package.json': '{ "name": "api" }',
        'apps/api/src/main.ts': `import { PATHS } from '@shop/topics';
import express from 'express';
const app = express();
app.get(PATHS.orders, function listOrders(req, res) {});
`,
      },
      key,
      async (ask) => assert.equal(await ask('GET', '/orders'), 'apps/api/src/main.ts:4 listOrders 0.85'),
    ));
});
