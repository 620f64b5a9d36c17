import assert from 'node:assert/strict';
import type { AttributeValue } from '../../../src/model/attributes';
import type { Mapping } from '../../../src/model/location';
import type { SourceMapper } from '../../../src/source/sourceMapper';
import { openMapper, operation, told, withFolder } from '../../support/mappingWorkspace';

const HAPI = '@opentelemetry/instrumentation-hapi';

const EXPRESS = {
  'package.json': '{ "name": "shop" }',
  'src/app.js': `const express = require('express');
const cors = require('cors');
const orders = require('./orders.routes');
const { requireUser } = require('./auth');

const app = express();
app.use(cors());
app.use(requireUser);
app.use('/api/orders', orders);
app.get(['/health', '/healthz'], (req, res) => res.send('ok'));
app.get('/', (req, res) => res.send('shop'));
app.listen(3000);
`,
  'src/auth.js': `exports.requireUser = function requireUser(req, res, next) {
  next();
};
`,
  'src/orders.routes.js': `const router = require('express').Router();
const controller = require('./orders.controller');

router
  .route('/:orderId')
  .get(controller.getOrder)
  .delete(controller.deleteOrder);
router.route('/').post(controller.createOrder);
router.post('/:orderId/pay', controller.payOrder);

module.exports = router;
`,
  'src/orders.controller.js': `const getOrder = async (req, res) => {
  res.json({});
};

const deleteOrder = async (req, res) => {
  res.status(204).end();
};

const createOrder = async (req, res) => {
  res.status(201).end();
};

const payOrder = async (req, res) => {
  res.end();
};

module.exports = { getOrder, deleteOrder, createOrder, payOrder };
`,
};

const FASTIFY = {
  'package.json': '{ "name": "stock" }',
  'src/items.js': `export async function listItems(request, reply) {
  return [];
}

export async function addItem(request, reply) {
  return {};
}

export async function checkToken(request, reply) {}
`,
  'src/server.js': `import Fastify from 'fastify';
import { addItem, checkToken, listItems } from './items.js';

const app = Fastify();
app.get('/items', { preHandler: checkToken }, listItems);
app.post('/items', addItem);
`,
};

describe('layers of an HTTP stack', () => {
  async function within(
    files: Readonly<Record<string, string>>,
    run: (
      ask: (name: string, attributes: Record<string, AttributeValue>) => Promise<[string, Mapping]>,
    ) => Promise<void>,
  ): Promise<void> {
    await withFolder(files, async (folder) => {
      const mapper: SourceMapper = await openMapper([folder]);
      await run(async (name, attributes) => {
        const mapping = await mapper.map(operation('INTERNAL', name, attributes, { language: 'nodejs' }));
        return [told(mapper, mapping), mapping];
      });
    });
  }

  const handler = (route: string): Record<string, string> => {
    return { 'http.route': route, 'express.name': route, 'express.type': 'request_handler' };
  };

  it('are the handler where one answers the route, whatever its method', async () => {
    await within(EXPRESS, async (ask) => {
      const [paid] = await ask('request handler - /api/orders/:orderId/pay', handler('/api/orders/:orderId/pay'));
      assert.equal(paid, 'src/orders.controller.js:13 payOrder 0.85');
      const [created] = await ask('request handler - /api/orders', handler('/api/orders'));
      assert.equal(created, 'src/orders.controller.js:9 createOrder 0.85');
      const [health] = await ask('request handler - /health,/healthz', handler('/health,/healthz'));
      assert.equal(health, 'src/app.js:10 (anonymous) 0.85');
      const [root] = await ask('request handler - /', handler('/'));
      assert.equal(root, 'src/app.js:11 (anonymous) 0.85');
    });
  });

  it('are a choice where a route has several methods and the span names none, and say so', async () => {
    await within(EXPRESS, async (ask) => {
      const [found, { reason }] = (await ask(
        'request handler - /api/orders/:orderId',
        handler('/api/orders/:orderId'),
      )) as [string, Extract<Mapping, { status: 'ambiguous' }>];
      assert.equal(found, 'ambiguous 2');
      assert.equal(
        reason.text,
        'The span names no method, and /api/orders/:orderId is answered by one function for each of GET, DELETE: ' +
          'getOrder (src/orders.controller.js:1), deleteOrder (src/orders.controller.js:5).',
      );
      assert.match(reason.cure ?? '', /^The server span around it names the method/);
    });
  });

  it('are told apart by a method that a hook wrote, and by the handler’s name', async () => {
    await within(EXPRESS, async (ask) => {
      const route = '/api/orders/:orderId';
      const [hooked] = await ask(`request handler - ${route}`, { ...handler(route), 'http.request.method': 'DELETE' });
      assert.equal(hooked, 'src/orders.controller.js:5 deleteOrder 0.85');
      const router = { 'http.route': route, 'router.type': 'request_handler', 'router.name': 'getOrder' };
      const [named] = await ask(`request handler - ${route}`, router);
      assert.match(named, /^src\/orders\.controller\.js:1 getOrder 0\.[89]/);
      const restify = { 'http.route': route, 'restify.type': 'request_handler', 'restify.method': 'get' };
      assert.match((await ask(`request handler - ${route}`, restify))[0], /:1 getOrder 0\.85$/);
    });
  });

  it('are the route in the name where the attributes are missing', async () => {
    await within(EXPRESS, async (ask) => {
      const bare = { 'express.type': 'request_handler' };
      const [found] = await ask('request handler - /api/orders/:orderId/pay', bare);
      assert.equal(found, 'src/orders.controller.js:13 payOrder 0.85');
    });
  });

  it('are no handler where they are a middleware or a router below a route', async () => {
    await within(EXPRESS, async (ask) => {
      const layer = { 'express.type': 'middleware', 'express.name': 'requireUser', 'http.route': '/api/orders' };
      assert.equal((await ask('middleware - requireUser', layer))[0], 'src/auth.js:1 requireUser 0.75');
      const nameless = { 'express.type': 'middleware', 'express.name': '<anonymous>' };
      const [found, mapping] = await ask('middleware - <anonymous>', nameless);
      assert.equal(found, 'unmapped library-code');
      assert.match(mapping.status === 'unmapped' ? mapping.reason.text : '', /has no name/);
      const router = { 'express.type': 'router', 'express.name': '/:orderId', 'http.route': '/api/orders' };
      assert.match((await ask('router - /:orderId', router))[0], /^unmapped/);
    });
  });

  it('are hapi’s handlers also where a plugin registers them', () =>
    withFolder(
      {
        'package.json': '{ "name": "shop" }',
        'src/products.ts': `export const products = {
  name: 'products',
  register: async (server) => {
    server.route({ method: 'GET', path: '/{sku}', handler: show });
  },
};
async function show(request) {}
`,
      },
      async (folder) => {
        const mapper = await openMapper([folder]);
        const ask = async (attributes: Record<string, AttributeValue>) =>
          told(mapper, await mapper.map(operation('INTERNAL', 'products: route', attributes, { scope: HAPI })));
        const layer = { 'hapi.plugin.name': 'products', 'http.method': 'GET', 'http.route': '/{sku}' };
        assert.equal(await ask({ ...layer, 'hapi.type': 'plugin' }), 'src/products.ts:7 show 0.85');
        assert.match(await ask({ ...layer, 'hapi.type': 'server.ext' }), /^unmapped/);
      },
    ));

  it('are Fastify’s handlers by their names, and its hooks by theirs', async () => {
    await within(FASTIFY, async (ask) => {
      const otel = (type: string, callback: string): Record<string, string> => {
        return { 'http.route': '/items', 'fastify.type': type, 'hook.callback.name': callback };
      };
      assert.match(
        (await ask('handler - fastify', otel('request-handler', 'addItem')))[0],
        /items\.js:5 addItem 0\.[89]/,
      );
      assert.equal((await ask('handler - fastify', otel('request-handler', 'anonymous')))[0], 'ambiguous 2');
      assert.match((await ask('preHandler', otel('route-hook', 'checkToken')))[0], /items\.js:9 checkToken 0\.75/);
      const older = { 'http.route': '/items', 'fastify.type': 'request_handler', 'fastify.name': 'listItems' };
      assert.match((await ask('request handler - listItems', older))[0], /items\.js:1 listItems 0\.[89]/);
    });
  });
});
