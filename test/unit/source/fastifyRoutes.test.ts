import assert from 'node:assert/strict';
import type { OperationKey } from '../../../src/model/operation';
import { operation, withMapped } from '../../support/mappingWorkspace';

const PLUGINS = {
  'package.json': '{ "name": "shop", "type": "module" }',
  'src/app.js': `import Fastify from 'fastify';
import orders from './orders.js';
import { itemRoutes } from './items.js';
import health from './health.js';

export function build() {
  const app = Fastify({ logger: true });
  app.get('/', async () => ({ hello: 'shop' }));
  app.register(orders, { prefix: '/orders' });
  app.register(itemRoutes, { prefix: 'items' });
  app.register(health);
  app.register(async (api) => {
    api.get('', async function versions() { return []; });
    api.get('/status/', async function status() { return {}; });
    api.register(orders, { prefix: '/sales' });
  }, { prefix: '/api/v1' });
  return app;
}
`,
  'src/orders.js': `export default async function orders(fastify, options) {
  fastify.get('/', async function listOrders(request, reply) {
    return [];
  });
  fastify.post('', { schema: {} }, async function addOrder(request, reply) {
    return {};
  });
  fastify.route({ method: ['PUT', 'PATCH'], url: '/', handler: replaceOrders });
  fastify.get('/:id', { handler: getOrder });
}

async function replaceOrders(request, reply) {}

async function getOrder(request, reply) {}
`,
  'src/items.js': `export const itemRoutes = (fastify, options, done) => {
  fastify.get('/', (request, reply) => {
    reply.send([]);
  });
  done();
};
`,
  'src/health.js': `import fp from 'fastify-plugin';

export default fp(async (fastify) => {
  fastify.get('/health', async () => 'ok');
});
`,
};

const AUTOLOAD = {
  'package.json': '{ "name": "demo" }',
  'src/app.ts': `import path from 'node:path';
import fastifyAutoload from '@fastify/autoload';

export default async function serviceApp(fastify, opts) {
  fastify.register(fastifyAutoload, { dir: path.join(import.meta.dirname, 'routes'), routeParams: true });
}
`,
  'src/routes/home.ts': `import { FastifyInstance } from 'fastify';

export default async function (fastify: FastifyInstance) {
  fastify.get('/', async function home() {
    return { message: 'Welcome' };
  });
}
`,
  'src/routes/api/index.ts': `import { FastifyInstance } from 'fastify';

export default async function (fastify: FastifyInstance) {
  fastify.get('/', async function apiHome() {
    return {};
  });
}
`,
  'src/routes/api/tasks/index.ts': `import { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';

const plugin: FastifyPluginAsyncTypebox = async (fastify) => {
  fastify.get('/', { schema: { tags: ['Tasks'] } }, async function listTasks(request) {
    return [];
  });
  fastify.get('/:id', {}, async function getTask(request) {
    return {};
  });
};

export default plugin;
`,
  'src/routes/api/users/index.ts': `import { FastifyPluginAsync } from 'fastify';

export const autoPrefix = '/people';

const plugin: FastifyPluginAsync = async (fastify) => {
  fastify.get('/', async function listPeople() {
    return [];
  });
};

export default plugin;
`,
  'src/routes/_id/notes.ts': `export default async function (fastify) {
  fastify.get('/notes', async function notes() {
    return [];
  });
}
`,
};

function request(method: string, route: string): OperationKey {
  const attributes = { 'http.route': route, 'http.request.method': method };
  return operation('SERVER', 'request', attributes, { scope: '@fastify/otel' });
}

describe('Fastify’s routes', () => {
  it('are reached with and without the slash behind the prefix', async () => {
    await withMapped(PLUGINS, request, async (ask) => {
      for (const end of ['', '/']) {
        assert.equal(await ask('GET', `/orders${end}`), 'src/orders.js:2 orders.listOrders 0.85');
        assert.equal(await ask('POST', `/orders${end}`), 'src/orders.js:5 orders.addOrder 0.85');
        assert.equal(await ask('PATCH', `/orders${end}`), 'src/orders.js:12 replaceOrders 0.85');
        assert.match(await ask('GET', `/items${end}`), /^src\/items\.js:2 .*0\.85$/);
      }
      assert.equal(await ask('GET', '/orders/:id'), 'src/orders.js:14 getOrder 0.85');
    });
  });

  it('have the prefixes of the plugins around', async () => {
    await withMapped(PLUGINS, request, async (ask) => {
      assert.match(await ask('GET', '/api/v1'), /^src\/app\.js:13 .*versions 0\.85$/);
      assert.match(await ask('GET', '/api/v1/'), /^src\/app\.js:13 .*versions 0\.85$/);
      assert.match(await ask('GET', '/api/v1/status/'), /^src\/app\.js:14 .*status 0\.85$/);
      assert.equal(await ask('GET', '/api/v1/sales'), 'src/orders.js:2 orders.listOrders 0.85');
    });
  });

  it('are found at the root, where no plugin has a prefix', async () => {
    await withMapped(PLUGINS, request, async (ask) => {
      assert.match(await ask('GET', '/'), /^src\/app\.js:8 .*0\.85$/);
      assert.match(await ask('GET', ''), /^(src\/app\.js:8 |unmapped)/);
      assert.match(await ask('GET', '/health'), /^src\/health\.js:4 .*0\.85$/);
    });
  });

  it('are mounted under the names of their folders by @fastify/autoload', async () => {
    await withMapped(AUTOLOAD, request, async (ask) => {
      assert.match(await ask('GET', '/'), /^src\/routes\/home\.ts:4 .*home 0\.85$/);
      assert.match(await ask('GET', '/api'), /^src\/routes\/api\/index\.ts:4 .*apiHome 0\.85$/);
      assert.match(await ask('GET', '/api/tasks/'), /^src\/routes\/api\/tasks\/index\.ts:4 .*listTasks 0\.85$/);
      assert.match(await ask('GET', '/api/tasks/:id'), /^src\/routes\/api\/tasks\/index\.ts:7 .*getTask 0\.85$/);
      assert.match(await ask('GET', '/people'), /^src\/routes\/api\/users\/index\.ts:6 .*listPeople 0\.85$/);
      assert.match(await ask('GET', '/:id/notes'), /^src\/routes\/_id\/notes\.ts:2 .*notes 0\.85$/);
    });
  });
});
