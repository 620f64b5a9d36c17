import assert from 'node:assert/strict';
import { operation, pythonRequest, withMapped } from '../../support/mappingWorkspace';

const request = (method: string, route: string) =>
  operation('SERVER', `${method} ${route}`, { 'http.route': route, 'http.request.method': method });

describe('routes whose handlers belong to objects', () => {
  it("lead to the method of the object's class, not to a namesake elsewhere", () =>
    withMapped(
      {
        'package.json': '{ "name": "shop" }',
        'src/routes.ts': `import { Router } from 'express';
import { OrdersController } from './controller';
const controller = new OrdersController();
export const router = Router();
router.get('/orders', controller.list);
router.get('/carts', carts.show);
`,
        'src/controller.ts':
          'export class OrdersController {\n  list = async (req, res) => {\n    res.json([]);\n  };\n}\n',
        'src/books.ts': 'export async function list(ctx) {}\nexport function show(ctx) {}\n',
      },
      request,
      async (ask) => {
        assert.equal(await ask('GET', '/orders'), 'src/controller.ts:2 OrdersController.list 0.85');
        assert.match(await ask('GET', '/carts'), /^unmapped/);
      },
    ));

  it('are not what sets a wrapper of Go up', () =>
    withMapped(
      {
        'go.mod': 'module example.com/shop\n',
        'main.go': `package main

import "github.com/gin-gonic/gin"

func main() {
	router := gin.Default()
	router.GET("/swagger/*any", ginSwagger.WrapHandler(swaggerFiles.Handler,
		func(c *ginSwagger.Config) {
			c.URL = "doc.json"
		}))
	router.GET("/orders", wrap("orders", func(c *gin.Context) {
		c.Status(204)
	}))
}
`,
      },
      request,
      async (ask) => {
        assert.match(await ask('GET', '/swagger/*any'), /^unmapped/);
        assert.match(await ask('GET', '/orders'), /^main.go:11 /);
      },
    ));

  it('lead to ServeHTTP where Go registers one', () =>
    withMapped(
      {
        'go.mod': 'module example.com/shop\n',
        'orders/http.go': `package orders

import "net/http"

type Handler struct{}

func Register(mux *http.ServeMux) {
	h := &Handler{}
	mux.Handle("GET /orders", h)
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {}
`,
      },
      request,
      async (ask) => assert.equal(await ask('GET', '/orders'), 'orders/http.go:12 Handler.ServeHTTP 0.85'),
    ));
});

describe('routes of Elysia', () => {
  const files = {
    'package.json': '{ "name": "shop", "dependencies": { "elysia": "1" } }',
    'src/app.ts': `import { Elysia, t } from 'elysia';
import { users } from './users';
const cart = new Elysia({ prefix: '/cart' })
  .get('/', () => [])
  .put('/:sku', async ({ params }) => {
    return params;
  }, { body: t.Object({}) });
export const app = new Elysia()
  .use(cart)
  .group('/v1', (app) => app
    .use(users)
    .post('/sign', ({ body }) => body, { detail: {} }))
  .guard({ body: t.String() }, (app) => app.post('/guarded', save))
  .listen(3000);
function save() {}
`,
    'src/users.ts': `import { Elysia } from 'elysia';
export const users = (app: Elysia) => app.group('/users', (group) => group
  .get('/:id', ({ params: { id } }) => id)
  .delete('/:id', remove));
function remove() {}
`,
  };

  it('have the handler before the schema', () =>
    withMapped(files, request, async (ask) => {
      assert.match(await ask('PUT', '/cart/:sku'), /^src\/app.ts:5 .*0\.85$/);
      assert.match(await ask('POST', '/v1/sign'), /^src\/app.ts:12 .*0\.85$/);
    }));

  it('lie below their groups, in the file and in plugins', () =>
    withMapped(files, request, async (ask) => {
      assert.equal(await ask('POST', '/guarded'), 'src/app.ts:15 save 0.85');
      assert.match(await ask('GET', '/v1/users/:id'), /^src\/users.ts:3 .*0\.85$/);
      assert.equal(await ask('DELETE', '/v1/users/:id'), 'src/users.ts:5 remove 0.85');
      assert.match(await ask('POST', '/v2/sign'), /^unmapped/);
    }));
});

describe('routes of Koa and Hono', () => {
  it("may have a name before Koa's path", () =>
    withMapped(
      {
        'package.json': '{ "name": "shop" }',
        'src/app.js': `const Router = require('@koa/router');
const router = new Router({ prefix: '/api' });
router.post('checkout', '/checkout/:id', auth, async function checkout(ctx) {
  ctx.body = {};
});
async function auth(ctx, next) {}
`,
      },
      request,
      async (ask) => assert.equal(await ask('POST', '/api/checkout/:id'), 'src/app.js:3 checkout 0.85'),
    ));

  it("may spread the handlers that Hono's factory makes", () =>
    withMapped(
      {
        'package.json': '{ "name": "shop" }',
        'src/app.ts': `import { Hono } from 'hono';
import { createFactory } from 'hono/factory';
const factory = createFactory();
const listOrders = factory.createHandlers(async (c) => {
  return c.json({});
});
const app = new Hono();
app.get('/orders', ...listOrders);
`,
      },
      request,
      async (ask) => assert.equal(await ask('GET', '/orders'), 'src/app.ts:4 listOrders 0.85'),
    ));
});

describe('routers of one name', () => {
  it('are different ones in different functions', () =>
    withMapped(
      {
        'go.mod': 'module example.com/shop\n',
        'api/router.go': `package api

import "github.com/go-chi/chi/v5"

func Router() http.Handler {
	r := chi.NewRouter()
	r.Route("/api", func(r chi.Router) {
		r.Mount("/admin", adminRouter())
	})
	return r
}

func adminRouter() chi.Router {
	r := chi.NewRouter()
	r.Get("/accounts", listAccounts)
	return r
}

func listAccounts(w http.ResponseWriter, r *http.Request) {}
`,
      },
      request,
      async (ask) => assert.equal(await ask('GET', '/api/admin/accounts'), 'api/router.go:19 listAccounts 0.85'),
    ));
});

describe('sub-applications of aiohttp', () => {
  it('are mounted with their own routes, lists and tables', () =>
    withMapped(
      {
        'shop/app.py': `from aiohttp import web
from .tables import routes

def init():
    app = web.Application()
    sub = web.Application()
    sub.router.add_route("GET", "/x", show)
    sub.add_routes([web.put("/y/{id}", change)])
    tables = web.Application()
    tables.add_routes(routes)
    app.add_subapp("/sub/", sub)
    app.add_subapp("/tables", tables)

async def show(request):
    pass

async def change(request):
    pass
`,
        'shop/tables.py': `from aiohttp import web
routes = web.RouteTableDef()

@routes.get("/{name}")
async def table(request):
    pass
`,
      },
      pythonRequest,
      async (ask) => {
        assert.equal(await ask('GET', '/sub/x'), 'shop/app.py:14 show 0.85');
        assert.equal(await ask('PUT', '/sub/y/{id}'), 'shop/app.py:17 change 0.85');
        assert.equal(await ask('GET', '/tables/{name}'), 'shop/tables.py:5 table 0.85');
      },
    ));
});

describe("routes of Spring's builders", () => {
  it('have no path of the predicates that say none', () =>
    withMapped(
      {
        'src/main/java/shop/Routes.java': `package shop;

import static org.springframework.web.reactive.function.server.RequestPredicates.*;

class Routes {
  RouterFunction<ServerResponse> routes(OrderHandler handler) {
    return RouterFunctions.route()
        .path("/api", api -> api
            .nest(accept(MediaType.APPLICATION_JSON), json -> json.DELETE("/{id}", handler::remove))
            .nest(path("/orders").and(accept(MediaType.ALL)), all -> all.GET("/{id}", handler::show)))
        .build();
  }
}

class OrderHandler {
  Mono<ServerResponse> remove(ServerRequest request) { return null; }
  Mono<ServerResponse> show(ServerRequest request) { return null; }
}
`,
      },
      request,
      async (ask) => {
        const file = 'src/main/java/shop/Routes.java';
        assert.equal(await ask('DELETE', '/api/{id}'), `${file}:16 OrderHandler.remove 0.85`);
        assert.equal(await ask('GET', '/api/orders/{id}'), `${file}:17 OrderHandler.show 0.85`);
      },
    ));
});

describe('endpoints of FastEndpoints', () => {
  it('are found by attributes, and below their groups', () =>
    withMapped(
      {
        'Shop.csproj': '<Project/>',
        'Groups.cs': `class Orders : Group
{
    public Orders() { Configure("orders", ep => { }); }
}
class Archive : SubGroup<Orders>
{
    public Archive() { Configure("archive", ep => { }); }
}
`,
        'Endpoints.cs': `[HttpPut("/stock/{id}"), AllowAnonymous]
class PutStock : Endpoint<Request>
{
    public override Task HandleAsync(Request r, CancellationToken c) => null;
}
class RemoveOrder : Ep.Req<Request>.Res<Reply>
{
    public override void Configure() { Delete("{id}"); Group<Orders>(); }
    public override Task<Reply> ExecuteAsync(Request r, CancellationToken c) => null;
}
class Archived : EndpointWithoutRequest<Reply>
{
    public override void Configure()
    {
        Get("{year}");
        Group<Archive>();
    }
    public override Task HandleAsync(CancellationToken c) => null;
}
`,
      },
      request,
      async (ask) => {
        assert.equal(await ask('PUT', '/stock/{id}'), 'Endpoints.cs:4 PutStock.HandleAsync 0.85');
        assert.equal(await ask('DELETE', '/orders/{id}'), 'Endpoints.cs:9 RemoveOrder.ExecuteAsync 0.85');
        assert.equal(await ask('GET', '/orders/archive/{year}'), 'Endpoints.cs:18 Archived.HandleAsync 0.85');
        assert.match(await ask('GET', '/archive/{year}'), /^unmapped/);
      },
    ));
});

describe('routes of large applications', () => {
  it('of Rails lie below a namespace without a path of its own', () =>
    withMapped(
      {
        Gemfile: "gem 'rails'\n",
        'config/routes.rb': `Rails.application.routes.draw do
  namespace :api, path: nil do
    namespace :v2 do
      resources :feeds, only: [:show]
    end
  end
  resources :feeds, only: [:show]
end
`,
        'app/controllers/feeds_controller.rb': 'class FeedsController\n  def show; end\nend\n',
        'app/controllers/api/v2/feeds_controller.rb': 'class Api::V2::FeedsController\n\n  def show; end\nend\n',
      },
      request,
      async (ask) => {
        assert.equal(
          await ask('GET', '/v2/feeds/:id'),
          'app/controllers/api/v2/feeds_controller.rb:3 Api.V2.FeedsController.show 0.85',
        );
        assert.match(await ask('GET', '/feeds/:id'), /^app\/controllers\/feeds_controller.rb:2 /);
      },
    ));

  it("of utoipa stand on functions, also where the file's tests have routers", () =>
    withMapped(
      {
        'Cargo.toml': '[package]\nname = "shop"\n',
        'src/main.rs': `mod users;
mod routes;
fn app() -> OpenApiRouter {
    OpenApiRouter::new().nest("/users", routes::create())
}
`,
        'src/routes.rs': `use crate::users;
pub fn create() -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(users::reset))
}
`,
        'src/users.rs': `#[utoipa::path(put, path = "/{name}/password")]
pub async fn reset() {}

#[cfg(test)]
mod tests {
    fn app() -> Router {
        Router::new().route("/test", get(super::reset))
    }
}
`,
      },
      request,
      async (ask) => assert.equal(await ask('PUT', '/users/{name}/password'), 'src/users.rs:2 reset 0.8'),
    ));

  it('of Kotlin are read in classes with strings in which one dollar means itself', () =>
    withMapped(
      {
        'src/main/kotlin/shop/Settings.kt': `package shop

@RestController
@RequestMapping(value = ["api/settings"])
class SettingsController(
  @param:Value($$"\${server.port:#{null}}") private val port: Int?,
  @param:Value($$"plain") private val plain: String,
) {
  @PatchMapping
  fun update() {
  }
}
`,
      },
      request,
      async (ask) =>
        assert.equal(
          await ask('PATCH', '/api/settings'),
          'src/main/kotlin/shop/Settings.kt:10 SettingsController.update 0.85',
        ),
    ));
});
