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
      assert.equal(await ask('GET', '/api/users'), 'api/users.go:9 UserHandlers.List 0.8');
      assert.equal(await ask('GET', '/api/orders'), 'api/orders.go:9 OrderHandlers.List 0.8');
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
      assert.equal(await ask('GET', '/shards'), 'admin.go:10 Receiver.listShards 0.85');
      assert.equal(await ask('GET', '/shards/{name}/files'), 'admin.go:11 Receiver.listFiles 0.85');
      assert.equal(await ask('GET', '/created'), 'unmapped service-not-bound');
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
      assert.equal(await ask('GET', 'Store/Details/{id?}'), 'Shop/StoreController.cs:3 StoreController.Details 0.85');
      assert.equal(await ask('GET', 'Store'), 'Shop/StoreController.cs:2 StoreController.Index 0.85');
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
      assert.equal(await ask('check'), 'src/shop.controller.ts:4 ShopController.check 0.75');
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
      assert.equal(await ask('SELECT name FROM shards WHERE key = ?'), 'store.go:7 Store.Lookup 0.75');
      assert.equal(await ask('DELETE FROM shards WHERE key = ?'), 'store.go:12 Store.Twice 0.8');
    });
  });
});
