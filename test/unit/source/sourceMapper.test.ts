import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { operationId } from '../../../src/model/operationTable';
import type { SourceMapper } from '../../../src/source/sourceMapper';
import { MAPPING_WORKSPACES, openMapper, operation, told, withFolder } from '../../support/mappingWorkspace';

const HTTP = '@opentelemetry/instrumentation-http';
const EXPRESS = '@opentelemetry/instrumentation-express';

function route(method: string, template: string): Record<string, string> {
  return { 'http.request.method': method, 'http.route': template };
}

describe('source mapper', () => {
  it('takes a Nest handler for the method that answers, not for the service it calls', async () => {
    const controller = `import { Controller, Get } from '@nestjs/common';
@Controller('profiles')
export class ProfileController {
  @Get(':name')
  findOne(name: string) {
    return this.profiles.findOne(name);
  }
}
`;
    const service = `export class ProfileService {
  findOne(name: string) {
    return name;
  }
}
`;
    await withFolder({ 'controller.ts': controller, 'service.ts': service, 'package.json': '{}' }, async (folder) => {
      const mapper = await openMapper([folder]);
      const handler = operation('INTERNAL', 'findOne', { 'nestjs.callback': 'findOne', 'nestjs.type': 'handler' });
      assert.match(told(mapper, await mapper.map(handler)), /^controller\.ts:5 ProfileController\.findOne 0\.75/);
    });
  });

  describe('an Express service', () => {
    const folder = path.join(MAPPING_WORKSPACES, 'express');
    let mapper: SourceMapper;
    before(async () => {
      mapper = await openMapper([folder]);
    });
    const ask = async (...of: Parameters<typeof operation>): Promise<string> =>
      told(mapper, await mapper.map(operation(...of)));

    it('joins a route with the place its router is mounted at', async () => {
      const found = await ask('SERVER', 'POST /api/orders/:id/pay', route('POST', '/api/orders/:id/pay'), {
        scope: HTTP,
      });
      assert.equal(found, 'src/orders/controller.ts:11 OrdersController.pay 0.85');
      assert.equal(
        await ask('SERVER', 'GET /api/orders', route('GET', '/api/orders')),
        'src/orders/controller.ts:7 OrdersController.list 0.85',
      );
    });

    it('takes the route from the name where the attribute is missing', async () => {
      assert.equal(await ask('SERVER', 'GET /health'), 'src/app.ts:8 (anonymous) 0.85');
    });

    it('does not take a handler of another method or path', async () => {
      assert.equal(
        await ask('SERVER', 'DELETE /api/orders/:id/pay', route('DELETE', '/api/orders/:id/pay')),
        'unmapped service-not-bound',
      );
      assert.equal(
        await ask('SERVER', 'POST /api/invoices/:id', route('POST', '/api/invoices/:id')),
        'unmapped service-not-bound',
      );
    });

    it('does not take an end of the path that agrees by chance', async () => {
      assert.equal(await ask('SERVER', 'GET', route('GET', '/actuator/health')), 'unmapped low-confidence');
      assert.equal(await ask('SERVER', 'GET', route('GET', '/v1/health')), 'src/app.ts:8 (anonymous) 0.8');
    });

    it('does not look for a bare name in other files than the span names', async () => {
      const bare = { 'code.function': 'reserve', 'code.lineno': 3 };
      assert.equal(
        await ask('INTERNAL', 'n1', { ...bare, 'code.filepath': '/app/elsewhere.ts' }),
        'unmapped file-not-found',
      );
      const library = { ...bare, 'code.filepath': '/app/node_modules/stock/index.js' };
      assert.equal(await ask('INTERNAL', 'n2', library), 'unmapped library-code');
      assert.equal(await ask('INTERNAL', 'n3', { 'code.function': 'reserve' }), 'unmapped low-confidence');
      const own = { service: 'orders-api' };
      assert.equal(
        await ask('INTERNAL', 'n3', { 'code.function': 'reserve' }, own),
        'src/orders/controller.ts:19 reserve 0.72',
      );
    });

    it('never maps an outgoing request onto a handler', async () => {
      assert.equal(
        await ask('CLIENT', 'POST /api/orders/:id/pay', route('POST', '/api/orders/:id/pay')),
        'unmapped service-not-bound',
      );
    });

    it('finds a span by a constant of another file, with its tracer as second witness', async () => {
      assert.equal(
        await ask('INTERNAL', 'price order', {}, { scope: 'orders' }),
        'src/orders/controller.ts:11 OrdersController.pay 0.85',
      );
      assert.equal(
        await ask('INTERNAL', 'price order', {}, { scope: 'elsewhere' }),
        'src/orders/controller.ts:11 OrdersController.pay 0.7',
      );
    });

    it('finds a span by the constant pieces of its name', async () => {
      assert.equal(
        await ask('INTERNAL', 'reserve stock 77', {}, { scope: 'orders' }),
        'src/orders/controller.ts:19 reserve 0.85',
      );
    });

    it('calls two spans of one name ambiguous', async () => {
      assert.equal(await ask('INTERNAL', 'load', {}, { scope: 'orders' }), 'ambiguous 2');
    });

    it('tells layers of libraries from our own middleware', async () => {
      const layer = (name: string): Promise<string> =>
        ask(
          'INTERNAL',
          `middleware - ${name}`,
          { 'express.type': 'middleware', 'express.name': name },
          { scope: EXPRESS },
        );
      assert.equal(await layer('requireUser'), 'src/requireUser.ts:1 requireUser 0.75');
      assert.equal(await layer('query'), 'unmapped library-code');
      assert.equal(await layer('corsMiddleware'), 'unmapped library-code');
    });

    it('agrees over file, line and function in all three dialects', async () => {
      const place = 'src/orders/controller.ts:11 OrdersController.pay';
      const file = '/srv/release-7/src/orders/controller.ts';
      assert.equal(
        await ask('INTERNAL', 'x1', {
          'code.file.path': file,
          'code.line.number': 12,
          'code.function.name': 'OrdersController.pay',
        }),
        `${place} 0.99`,
      );
      assert.equal(
        await ask('INTERNAL', 'x2', {
          'code.filepath': file,
          'code.lineno': '12',
          'code.function': 'pay',
          'code.namespace': 'OrdersController',
        }),
        `${place} 0.99`,
      );
      assert.equal(
        await ask('INTERNAL', 'x3', {
          'code.filepath': `C:\\release\\src\\orders\\controller.ts`,
          'code.lineno': '13',
        }),
        `${place} 0.9`,
      );
    });

    it('follows the function where the line has moved, and trusts neither alone where they disagree', async () => {
      const at = (line: number, name: string): Promise<string> =>
        ask('INTERNAL', `moved ${line}${name}`, {
          'code.file.path': path.join(folder, 'src/orders/controller.ts'),
          'code.line.number': line,
          'code.function.name': name,
        });
      assert.equal(await at(2, 'reserve'), 'src/orders/controller.ts:19 reserve 0.95');
      assert.equal(await at(4_000, 'reserve'), 'src/orders/controller.ts:19 reserve 0.95');
      assert.equal(await at(20, 'gone'), 'unmapped low-confidence');
      assert.equal(await at(4_000, 'gone'), 'unmapped line-not-found');
    });

    it('answers the same question once and says what it was matched by', async () => {
      const key = operation('SERVER', 'GET /health');
      const first = await mapper.map(key);
      assert.equal(await mapper.map(key), first);
      assert.equal(mapper.peek(operationId(key)), first);
      assert.equal(first.status, 'mapped');
      if (first.status === 'mapped') {
        assert.deepEqual(first.location.evidence, [
          { kind: 'route', confidence: 0.85, text: 'route GET /health → (anonymous)' },
        ]);
      }
    });

    it('says by which file the workspace uses OpenTelemetry', async () => {
      assert.deepEqual(await mapper.usesOpenTelemetry(), {
        yes: true,
        evidence: 'package.json names @opentelemetry/sdk-node',
      });
    });

    it('neither reads nor names files outside the workspace', async () => {
      for (const file of ['../../../../../../../../etc/passwd', '/etc/passwd', 'src/../../../../../../../etc/passwd']) {
        const found = await mapper.map(
          operation('INTERNAL', `read ${file}`, { 'code.file.path': file, 'code.line.number': 1 }),
        );
        assert.equal(told(mapper, found), 'unmapped file-not-found');
        assert.equal(await mapper.resolvePath(file), undefined);
        assert.deepEqual(await mapper.symbols(file), []);
      }
    });

    it('finds the frame of an error that is code of the workspace', async () => {
      const stack = [
        'Error: no stock',
        '    at next (/app/node_modules/express/lib/router/index.js:47:12)',
        '    at reserve (/app/src/orders/controller.ts:21:8)',
        '    at OrdersController.pay (/app/src/orders/controller.ts:15:5)',
      ].join('\n');
      const found = await mapper.mapException(operation('SERVER', 'POST'), stack);
      assert.deepEqual(
        [found && mapper.relative(found.file), found?.line, found?.symbol],
        ['src/orders/controller.ts', 20, 'reserve'],
      );
    });
  });

  describe('services in several languages', () => {
    let mapper: SourceMapper;
    before(async () => {
      mapper = await openMapper([path.join(MAPPING_WORKSPACES, 'polyglot')]);
    });
    const ask = async (...of: Parameters<typeof operation>): Promise<string> =>
      told(mapper, await mapper.map(operation(...of)));

    it('binds services to the folders that compose builds them from', () => {
      const folder = (service: string): string | undefined => {
        const found = mapper.serviceFolder(service);
        return found && mapper.relative(found);
      };
      assert.equal(folder('shop-orders'), 'orders');
      assert.equal(folder('shop-billing'), 'billing');
      assert.equal(folder('stock'), 'stock');
      assert.equal(folder('unknown_service:node'), undefined);
      assert.equal(folder('payments'), undefined);
    });

    it('keeps each service to its own folder', async () => {
      const health = (service: string): Promise<string> => ask('SERVER', 'GET /health', {}, { service });
      assert.equal(await health('shop-orders'), 'orders/app/main.py:10 health 0.85');
      const invoice = route('GET', '/invoices/{id}');
      assert.equal(
        await ask('SERVER', 'GET /invoices/{id}', invoice, { service: 'shop-billing' }),
        'billing/src/main/java/com/shop/billing/InvoiceController.java:11 InvoiceController.show 0.85',
      );
      assert.equal(
        await ask('SERVER', 'GET /invoices/{id}', invoice, { service: 'shop-orders' }),
        'unmapped symbol-not-found',
      );
    });

    it('joins FastAPI routers, and knows a tracer by its module', async () => {
      const service = 'shop-orders';
      assert.equal(
        await ask('SERVER', 'GET /v1/items/{item_id}', route('GET', '/v1/items/{item_id}'), { service }),
        'orders/app/items.py:9 read_item 0.85',
      );
      assert.equal(
        await ask('INTERNAL', 'load item', {}, { service, scope: 'app.items' }),
        'orders/app/items.py:9 read_item 0.85',
      );
    });

    it('finds Java methods by their qualified names, inherited ones too', async () => {
      const call = (name: string): Promise<string> =>
        ask(
          'INTERNAL',
          name,
          { 'code.namespace': 'com.shop.billing.InvoiceController', 'code.function': name },
          { service: 'shop-billing', language: 'java' },
        );
      assert.equal(
        await call('show'),
        'billing/src/main/java/com/shop/billing/InvoiceController.java:11 InvoiceController.show 0.9',
      );
      assert.equal(
        await call('load'),
        'billing/src/main/java/com/shop/billing/BaseController.java:4 BaseController.load 0.8',
      );
      const library = { 'code.namespace': 'org.springframework.data.Repository', 'code.function': 'show' };
      assert.equal(
        await ask('INTERNAL', 'Repository.show', library, { language: 'java' }),
        'unmapped symbol-not-found',
      );
    });

    it('finds the implementation of an RPC in both spellings', async () => {
      const where = 'stock/internal/api/server.go:18 server.Reserve';
      assert.equal(
        await ask('SERVER', 'shop.Stock/Reserve', { 'rpc.service': 'shop.Stock', 'rpc.method': 'Reserve' }),
        `${where} 0.85`,
      );
      assert.equal(await ask('SERVER', 'x', { 'rpc.method': 'shop.Stock/Reserve' }), `${where} 0.85`);
      assert.equal(await ask('SERVER', 'x', { 'rpc.method': '_OTHER' }), 'unmapped service-not-bound');
      const go = { 'code.function.name': 'example.com/shop/stock/internal/api.(*server).Reserve' };
      assert.equal(await ask('INTERNAL', 'y', go, { language: 'go' }), `${where} 0.9`);
    });

    it("finds a method of Go by its type where the package is not said, and tells of Go's library as such", async () => {
      const where = 'stock/internal/api/server.go:18 server.Reserve 0.75';
      for (const name of ['server.Reserve', '(*server).Reserve'])
        assert.equal(await ask('INTERNAL', 'y', { 'code.function': name }, { language: 'go' }), where);
      const pair = { 'code.namespace': '*server', 'code.function': 'Reserve' };
      assert.equal(await ask('INTERNAL', 'y', pair, { language: 'go' }), where);
      const library = { 'code.function': 'http.Reserve' };
      assert.equal(await ask('INTERNAL', 'y', library, { language: 'go' }), 'unmapped symbol-not-found');
    });

    it('reads ASP.NET templates: tokens, overrides and any case', async () => {
      assert.equal(
        await ask('SERVER', 'GET api/Cart/{id:int}', route('GET', 'api/cart/{id:int}')),
        'web/Controllers/CartController.cs:10 CartController.Show 0.85',
      );
      assert.equal(
        await ask('SERVER', 'POST checkout', route('POST', 'checkout')),
        'web/Controllers/CartController.cs:16 CartController.Checkout 0.85',
      );
    });

    it('shows where an error was thrown only if nothing else speaks', async () => {
      const stack =
        'Traceback (most recent call last):\n  File "/app/app/items.py", line 11, in read_item\n  File "/app/app/items.py", line 15, in find\nKeyError: 7\n';
      const failed = { 'exception.stacktrace': stack };
      const more = { service: 'shop-orders', language: 'python' };
      assert.equal(await ask('SERVER', 'GET', failed, more), 'orders/app/items.py:15 find 0.75');
      assert.equal(
        await ask('SERVER', 'GET /v1/items/{item_id}', { ...route('GET', '/v1/items/{item_id}'), ...failed }, more),
        'orders/app/items.py:9 read_item 0.85',
      );
    });
  });

  it('keeps two workspace folders apart', async () => {
    const [first, second] = ['first', 'second'].map((name) => path.join(MAPPING_WORKSPACES, 'two', name));
    const mapper = await openMapper([first!, second!]);
    const found = await mapper.map(operation('INTERNAL', 'second work'));
    assert.equal(found.status === 'mapped' && found.location.file, path.join(second!, 'main.py'));
    assert.equal(await mapper.resolvePath('/app/main.py'), undefined);
  });

  it('answers without any workspace', async () => {
    const mapper = await openMapper([]);
    assert.equal(told(mapper, await mapper.map(operation('SERVER', 'GET /health'))), 'unmapped not-in-workspace');
    assert.deepEqual(await mapper.usesOpenTelemetry(), { yes: false });
  });

  it('maps anew only what an edit can change', async () => {
    const source = (name: string): string =>
      `import { trace } from '@opentelemetry/api';\nexport function ${name}() {\n  trace.getTracer('x').startSpan('${name}').end();\n}\n`;
    await withFolder({ 'a.ts': source('alpha'), 'b.ts': source('beta') }, async (folder) => {
      const mapper = await openMapper([folder]);
      const [alpha, beta, gamma] = ['alpha', 'beta', 'gamma'].map((name) => operation('INTERNAL', name));
      for (const key of [alpha!, beta!, gamma!]) await mapper.map(key);
      const heard: string[][] = [];
      mapper.onDidChange((ids) => heard.push([...ids]));
      const keptBefore = mapper.peek(operationId(beta!));

      const a = path.join(folder, 'a.ts');
      await mapper.updateFile(a, `\n\n${readFileSync(a, 'utf8')}`);
      assert.deepEqual(heard, [[operationId(alpha!)]]);
      assert.equal(mapper.peek(operationId(alpha!)), undefined);
      assert.equal(mapper.peek(operationId(beta!)), keptBefore);
      assert.equal(told(mapper, await mapper.map(alpha!)), 'a.ts:4 alpha 0.7');

      await mapper.updateFile(path.join(folder, 'c.ts'), source('gamma'));
      assert.deepEqual(heard.at(-1), [operationId(gamma!)]);
      assert.equal(told(mapper, await mapper.map(gamma!)), 'c.ts:2 gamma 0.7');

      await mapper.removeFile(path.join(folder, 'b.ts'));
      assert.ok(heard.at(-1)?.includes(operationId(beta!)));
      assert.equal(told(mapper, await mapper.map(beta!)), 'unmapped service-not-bound');
    });
  });

  it('survives half-typed, minified, huge and binary files beside a good one', async () => {
    const good =
      "import { trace } from '@opentelemetry/api';\nfunction good() {\n  trace.getTracer('x').startSpan('good').end();\n}\n";
    const files = {
      'good.ts': good,
      'half.ts': `${good.replaceAll('good', 'half')}function broken( { const = startSpan('`,
      'min.js': `function m(){${"tracer.startSpan('mini').end();".repeat(20_000)}}`,
      'huge.ts': `${good.replaceAll('good', 'huge')}// ${'x'.repeat(5 * 1024 * 1024)}\n`,
      'binary.ts': new Uint8Array([0, 1, 2, 3, 0, 255]),
      'utf16.ts': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(good.replaceAll('good', 'wide'), 'utf16le')]),
      'latin.py': Buffer.from(
        'tracer = 1\ndef f():\n    # caf\xe9\n    with tracer.start_as_current_span("latin"):\n        pass\n',
        'latin1',
      ),
      'mac.py': '# One\rtracer = 1\r# Two\rdef f():\r    with tracer.start_as_current_span("mac"):\r        pass\r',
      'mac.go': '// One\rpackage a\r\r// Two\rfunc Pay() {\r\ttracer.Start(ctx, "pay")\r}\r',
    };
    await withFolder(files, async (folder) => {
      const mapper = await openMapper([folder]);
      const ask = async (name: string): Promise<string> => told(mapper, await mapper.map(operation('INTERNAL', name)));
      assert.equal(await ask('mac'), 'mac.py:4 f 0.7', 'lines that end in \\r alone');
      assert.equal(await ask('pay'), 'mac.go:5 Pay 0.7');
      assert.equal(await ask('good'), 'good.ts:2 good 0.7');
      assert.equal(await ask('half'), 'half.ts:2 half 0.7');
      assert.equal(await ask('wide'), 'utf16.ts:2 wide 0.7');
      assert.equal(await ask('latin'), 'latin.py:2 f 0.7');
      assert.equal(await ask('huge'), 'unmapped service-not-bound');
      assert.equal(await ask('mini'), 'unmapped service-not-bound');
    });
  });
});
