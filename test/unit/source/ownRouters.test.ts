import assert from 'node:assert/strict';
import type { OperationKey } from '../../../src/model/operation';
import { operation, withMapped } from '../../support/mappingWorkspace';

function request(method: string, route: string): OperationKey {
  return operation('SERVER', `${method} ${route}`, { 'http.route': route, 'http.request.method': method });
}

describe("handlers behind a project's own routers", () => {
  it("tells namesakes of one package apart by the type a variable's maker returns", async () => {
    const handlers = (type: string): string =>
      `package api\n\ntype ${type} struct{}\n\nfunc New${type}() *${type} {\n\treturn &${type}{}\n}\n\n` +
      `func (h *${type}) List(c *gin.Context) {}\n`;
    const files = {
      'go.mod': 'module x\n',
      'api/orders.go': handlers('OrderHandlers'),
      'api/users.go': handlers('UserHandlers'),
      'api/router.go':
        'package api\n\nfunc Router(r *gin.Engine) {\n\torders := NewOrderHandlers()\n\tusers := NewUserHandlers()\n' +
        '\troutes := []Route{\n\t\t{Method: http.MethodGet, Path: "/orders", Handler: orders.List},\n' +
        '\t\t{Method: http.MethodGet, Path: "/users", Handler: users.List},\n\t}\n\tregister(r.Group("/api"), routes)\n}\n',
    };
    await withMapped(files, request, async (ask) => {
      assert.match(await ask('GET', '/api/users'), /^api\/users\.go:9 UserHandlers\.List /);
      assert.match(await ask('GET', '/api/orders'), /^api\/orders\.go:9 OrderHandlers\.List /);
    });
  });

  it("follows a server's own AddHandler and Subrouter, but not a map of handlers", async () => {
    const files = {
      'go.mod': 'module x\n',
      'admin.go':
        'package x\n\nfunc (f *Receiver) Register(r *admin.Server) {\n\tr.AddHandler("/shards", f.listShards())\n' +
        '\tsub := r.Subrouter("/shards/{name}")\n\tsub.HandleFunc("/files", f.listFiles())\n\tbus.AddHandler("created", f.created())\n}\n\n' +
        'func (f *Receiver) listShards() http.HandlerFunc { return nil }\n' +
        'func (f *Receiver) listFiles() http.HandlerFunc { return nil }\n' +
        'func (f *Receiver) created() bus.Handler { return nil }\n',
    };
    await withMapped(files, request, async (ask) => {
      assert.match(await ask('GET', '/shards'), /^admin\.go:10 Receiver\.listShards /);
      assert.match(await ask('GET', '/shards/{name}/files'), /^admin\.go:11 Receiver\.listFiles /);
      assert.equal(await ask('GET', '/created'), 'unmapped service-not-bound');
    });
  });

  it('finds routes of controllers below an own base class that says nothing of them', async () => {
    const files = {
      'Shop/Shop.csproj': '<Project/>',
      'Shop/ApiController.cs': '[ApiController]\npublic abstract class ApiController : ControllerBase {}\n',
      'Shop/OfficesController.cs':
        'public class OfficesController : ApiController {\n  [HttpGet("doctors/{id:guid}/offices")]\n' +
        '  public IActionResult List(Guid id) => Ok();\n  [HttpGet]\n  public IActionResult All() => Ok();\n}\n',
    };
    await withMapped(files, request, async (ask) => {
      assert.equal(
        await ask('GET', 'doctors/{id:guid}/offices'),
        'Shop/OfficesController.cs:3 OfficesController.List 0.85',
      );
      assert.match(await ask('GET', 'api/Offices'), /^Shop\/OfficesController\.cs:5 OfficesController\.All /);
      assert.match(await ask('GET', 'doctors'), /^unmapped/);
    });
  });

  it('follows plugins of Fastify through modules that pass them on', async () => {
    const plugin = (path: string): string =>
      `export default async function routes(fastify) {\n  fastify.post(\n    '${path}',\n    async (request, reply) => {\n      return 1;\n    }\n  );\n}\n`;
    const files = {
      'package.json': '{"name":"a","dependencies":{"fastify":"5"}}',
      'src/app.ts':
        "import { routes } from './http';\nexport function build(app) {\n  app.register(routes.bucket, { prefix: 'bucket' });\n  app.register(routes.vector, { prefix: 'vector' });\n}\n",
      'src/http/index.ts': "export * as routes from './routes';\nexport * from './errors';\n",
      'src/http/errors.ts': 'export class NotFound {}\n',
      'src/http/routes/index.ts':
        "export { default as bucket } from './bucket';\nexport { default as vector } from './vector';\n",
      'src/http/routes/bucket/index.ts':
        "import createBucket from './createBucket';\nexport default async function routes(fastify) {\n  fastify.register(createBucket);\n}\n",
      'src/http/routes/bucket/createBucket.ts': plugin('/'),
      'src/http/routes/vector/index.ts':
        "import createVector from './createVector';\nexport default async function routes(fastify) {\n  fastify.register(createVector);\n}\n",
      'src/http/routes/vector/createVector.ts': plugin('/'),
    };
    await withMapped(files, request, async (ask) => {
      assert.match(await ask('POST', '/bucket/'), /^src\/http\/routes\/bucket\/createBucket\.ts:4 /);
      assert.match(await ask('POST', '/vector/'), /^src\/http\/routes\/vector\/createVector\.ts:4 /);
      assert.match(await ask('POST', '/other/'), /^unmapped/);
    });
  });

  it('finds actions of MVC controllers without templates', async () => {
    const files = {
      'Shop/Shop.csproj': '<Project/>',
      'Shop/StoreController.cs':
        'public class StoreController : Controller {\n  public IActionResult Index() => View();\n' +
        '  public IActionResult Details(int id) => View();\n  protected IActionResult Hidden() => View();\n}\n',
    };
    await withMapped(files, request, async (ask) => {
      assert.match(await ask('GET', 'Store/Details/{id?}'), /^Shop\/StoreController\.cs:3 StoreController\.Details /);
      assert.match(await ask('GET', 'Store'), /^Shop\/StoreController\.cs:2 StoreController\.Index /);
      assert.match(await ask('GET', 'Store/Hidden/{id?}'), /^unmapped/);
      assert.match(await ask('GET', '{controller=Home}/{action=Index}/{id?}'), /^unmapped/);
    });
  });
});

describe("Nest's handlers", () => {
  const handled = (callback: string): OperationKey =>
    operation(
      'INTERNAL',
      callback,
      { 'nestjs.type': 'handler', 'nestjs.callback': callback },
      { scope: '@opentelemetry/instrumentation-nestjs-core' },
    );

  it('are those of the controller, not of the service that sends messages on the way', async () => {
    const files = {
      'package.json': '{"name":"a"}',
      'src/shop.controller.ts':
        "@Controller('shop')\nexport class ShopController {\n  @Post()\n  check() {\n    return 1;\n  }\n}\n",
      'src/shop.service.ts':
        'export class ShopService {\n  constructor(private readonly client: ClientProxy) {}\n' +
        "  check() {\n    this.client.emit('checked', {});\n  }\n}\n",
    };
    await withMapped(files, handled, async (ask) => {
      assert.match(await ask('check'), /^src\/shop\.controller\.ts:4 ShopController\.check /);
    });
  });

  it('are found with parameters over several lines, and never in a service alone', async () => {
    const files = {
      'package.json': '{"name":"a"}',
      'src/sales.controller.ts':
        "@Controller()\nexport class SalesController {\n  @Post('sales')\n  async capture(\n    @Body(new Pipe({ schema })) body: Sale,\n  ): Promise<void> {\n    return this.sales.capture(body);\n  }\n}\n",
      'src/sales.service.ts':
        'export class SalesService {\n  async capture(sale: Sale) {\n    return sale;\n  }\n  async audit(sale: Sale) {\n    return sale;\n  }\n}\n',
    };
    await withMapped(files, handled, async (ask) => {
      assert.match(await ask('capture'), /^src\/sales\.controller\.ts:4 SalesController\.capture /);
      assert.match(await ask('audit'), /^unmapped/);
    });
  });
});

describe("Connect's handlers", () => {
  const called = (service: string, method: string): OperationKey =>
    operation('SERVER', `${service}/${method}`, {
      'rpc.system': 'connect_rpc',
      'rpc.service': service,
      'rpc.method': method,
    });

  it('are known by what they take where they are registered as values', async () => {
    const files = {
      'go.mod': 'module x\n',
      'orders/orders.go':
        'package orders\n\nfunc (s *OrdersService) Place(ctx context.Context,\n\treq *connect.Request[orders.PlaceRequest],\n' +
        ') (*connect.Response[orders.PlaceResponse], error) {\n\treturn nil, nil\n}\n\n' +
        'func (s *OrdersService) Reload(ctx context.Context, name string) error {\n\treturn nil\n}\n',
      'access/access.go':
        'package access\n\nfunc (p *Provider) Rewrap(ctx context.Context, req *connect.Request[kas.RewrapRequest]) (*connect.Response[kas.RewrapResponse], error) {\n\treturn nil, nil\n}\n',
    };
    await withMapped(files, called, async (ask) => {
      assert.match(await ask('shop.OrdersService', 'Place'), /^orders\/orders\.go:3 OrdersService\.Place /);
      assert.match(await ask('kas.AccessService', 'Rewrap'), /^access\/access\.go:3 Provider\.Rewrap /);
      assert.match(await ask('shop.OrdersService', 'Reload'), /^unmapped/);
      assert.match(await ask('shop.StockService', 'Place'), /^unmapped/);
    });
  });
});

describe('statements in variables', () => {
  const statement = (text: string): OperationKey => operation('CLIENT', 'query', { 'db.query.text': text });

  it('belong to the call that runs them, where there is one', async () => {
    const files = {
      'go.mod': 'module x\n',
      'store.go':
        'package x\n\nfunc (s *Store) Lookup(key string) error {\n\tquery := `SELECT name\n\t\tFROM shards\n\t\tWHERE key = ?`\n' +
        '\trows, err := s.db.Query(query, key)\n\treturn err\n}\n\n' +
        'func (s *Store) Twice(key string) error {\n\tquery := "DELETE FROM shards WHERE key = ?"\n\tlog(query)\n\t_, err := s.db.Exec(query, key)\n\treturn err\n}\n',
    };
    await withMapped(files, statement, async (ask) => {
      assert.match(await ask('SELECT name FROM shards WHERE key = ?'), /^store\.go:7 Store\.Lookup /);
      assert.match(await ask('DELETE FROM shards WHERE key = ?'), /^store\.go:12 Store\.Twice /);
    });
  });
});
