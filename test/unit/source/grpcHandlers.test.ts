import assert from 'node:assert/strict';
import { openMapper, operation, told, withFolder } from '../../support/mappingWorkspace';

const FILES = {
  'package.json': '{ "name": "catalogue" }',
  'src/server.js': `const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const { listProducts } = require('./list');
const handlers = require('./handlers');
const { wrap, withAuth, withMetrics, wrapAll } = require('./wrappers');

const shop = grpc.loadPackageDefinition(protoLoader.loadSync('shop.proto')).shop;
const options = { roles: ['admin'] };

async function getProduct(call) {
  return {};
}

function deleteProduct(call, callback) {
  callback(null, {});
}

class Search {
  constructor() {
    this.limit = 10;
  }
  search(call, callback) {
    callback(null, {});
  }
}
const search = new Search();

function main() {
  const server = new grpc.Server();
  server.addService(shop.Products.service, {
    getProduct: wrap(withAuth(getProduct)),
    listProducts: withMetrics('list', wrap(withAuth(listProducts, options))),
    deleteProduct: wrap(withAuth(options)(deleteProduct)),
    addProduct: wrap(withAuth(handlers.addProduct.bind(handlers), options), { log: true }),
    search: wrap(withAuth(search.search.bind(search))),
    countProducts: wrap(
      withAuth(async (call) => {
        return { count: 1 };
      }),
    ),
  });
  server.addService(shop.Health.service, wrapAll(withMetrics({ check: checkHealth }), options));
  server.bindAsync('0.0.0.0:1', grpc.ServerCredentials.createInsecure(), () => server.start());
}

function checkHealth(call, callback) {
  callback(null, { status: 1 });
}

main();
`,
  'src/list.js': `exports.listProducts = async function listProducts(call) {
  return [];
};
`,
  'src/handlers.js': `module.exports = {
  async addProduct(call) {
    return {};
  },
};
`,
  'src/wrappers.js': `exports.wrap = (handler) => (call, callback) => handler(call).then((it) => callback(null, it), callback);
exports.withAuth = (handler, options) => (call) => handler(call);
exports.withMetrics = (name, handler) => handler;
exports.wrapAll = (implementation) => implementation;
`,
};

describe('gRPC handlers in wrappers', () => {
  it('are found through every wrapper around them, whatever else it is given', async () => {
    await withFolder(FILES, async (folder) => {
      const mapper = await openMapper([folder]);
      const ask = async (service: string, method: string): Promise<string> => {
        const attributes = { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method };
        return told(mapper, await mapper.map(operation('SERVER', `grpc.${service}/${method}`, attributes)));
      };
      assert.equal(await ask('shop.Products', 'GetProduct'), 'src/server.js:10 getProduct 0.85');
      assert.equal(await ask('shop.Products', 'ListProducts'), 'src/list.js:1 listProducts 0.85');
      assert.equal(await ask('shop.Products', 'DeleteProduct'), 'src/server.js:14 deleteProduct 0.85');
      assert.match(await ask('shop.Products', 'AddProduct'), /^src\/handlers\.js:2 .*addProduct 0\.85$/);
      assert.equal(await ask('shop.Products', 'Search'), 'src/server.js:22 Search.search 0.85');
      assert.match(await ask('shop.Products', 'CountProducts'), /^src\/server\.js:(35|36|37) .* 0\.85$/);
      assert.equal(await ask('shop.Health', 'Check'), 'src/server.js:46 checkHealth 0.85');
    });
  });
});
