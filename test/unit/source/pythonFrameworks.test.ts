import { assertPlaces, route } from '../../support/mappingTable';

describe('routes of other Python frameworks', () => {
  it('finds handlers of aiohttp', () =>
    assertPlaces(
      {
        'svc/main.py': `from aiohttp import web
from svc.handlers import routes, Users
from svc import admin
app = web.Application()
app.add_routes(routes)
app.add_routes([web.get("/ping", ping), web.view("/users/{id}", Users)])
app.router.add_route("*", "/any", any_handler)
app.router.add_view("/views/{id}", Users)
app.add_subapp("/admin/", admin.make_app())

async def ping(request):
    return web.Response()
async def any_handler(request):
    return 1
`,
        'svc/admin.py': `from aiohttp import web
async def dash(request):
    return 1
def make_app():
    app = web.Application()
    app.router.add_get("/dash", dash)
    return app
`,
        'svc/handlers.py': `from aiohttp import web
routes = web.RouteTableDef()
@routes.get("/orders/{id}")
async def get_order(request):
    return 1
@routes.view("/carts")
class Carts(web.View):
    async def get(self):
        return 1
    async def post(self):
        return 1
class Users(web.View):
    async def get(self):
        return 1
`,
      },
      [
        route('GET', '/orders/{id}', 'svc/handlers.py:4'),
        route('POST', '/carts', 'svc/handlers.py:10'),
        route('GET', '/ping', 'svc/main.py:11'),
        route('GET', '/users/{id}', 'svc/handlers.py:13'),
        route('GET', '/views/{id}', 'svc/handlers.py:13'),
        route('PUT', '/any', 'svc/main.py:13'),
        route('GET', '/admin/dash', 'svc/admin.py:2'),
      ],
    ));

  it('finds resources of Falcon', () =>
    assertPlaces(
      {
        'f.py': `import falcon
from res import OrderResource
class Things:
    def on_get(self, req, resp, id):
        pass
    async def on_post(self, req, resp):
        pass
    def on_get_collection(self, req, resp):
        pass
app = falcon.App()
app.add_route("/things/{id}", Things())
things = Things()
app.add_route("/things", things, suffix="collection")
app.add_route("/orders/{id}", OrderResource(db))
`,
        'res.py': `class OrderResource:
    def __init__(self, db):
        self.db = db
    def on_get(self, req, resp, id):
        pass
    def on_delete(self, req, resp, id):
        pass
`,
      },
      [
        route('GET', '/things/{id}', 'f.py:4'),
        route('GET', '/things', 'f.py:8'),
        route('DELETE', '/orders/{id}', 'res.py:6'),
      ],
    ));

  it('finds handlers of Tornado by the name in the span', () =>
    assertPlaces(
      {
        'app/handlers.py': `import tornado.web
class BaseHandler(tornado.web.RequestHandler):
    def prepare(self):
        pass
class OrderHandler(BaseHandler):
    async def get(self, id):
        self.write("x")
    async def post(self, id):
        self.write("x")
`,
        'app/main.py': `from tornado.web import Application, url
from app.handlers import OrderHandler
def make():
    return Application([(r"/orders/([0-9]+)", OrderHandler), url(r"/o2", OrderHandler)])
`,
      },
      [
        [
          'SERVER',
          'OrderHandler.get',
          { 'http.method': 'GET', 'tornado.handler': 'app.handlers.OrderHandler', 'http.target': '/orders/1' },
          'app/handlers.py:6',
          'opentelemetry.instrumentation.tornado',
        ],
        [
          'SERVER',
          'POST /orders/12',
          { 'http.method': 'POST', 'tornado.handler': 'app.handlers.OrderHandler' },
          'app/handlers.py:8',
          'opentelemetry.instrumentation.tornado',
        ],
        [
          'SERVER',
          'GET /x',
          { 'http.method': 'GET', 'tornado.handler': 'tornado.web.ErrorHandler' },
          '-',
          'opentelemetry.instrumentation.tornado',
        ],
      ],
    ));

  it('finds handlers of Starlette, Litestar and Sanic', () =>
    assertPlaces(
      {
        'st.py': `from starlette.applications import Starlette
from starlette.routing import Mount, Route, Router, WebSocketRoute
from starlette.endpoints import HTTPEndpoint
async def home(request):
    return 1
class Item(HTTPEndpoint):
    async def get(self, request):
        return 1
    async def delete(self, request):
        return 1
async def inner(request):
    return 1
sub = Router([Route("/inner", inner)])
app = Starlette(routes=[Route("/", home), Route("/items/{id}", Item), Mount("/api", routes=[Route("/list", home, methods=["POST"]), Mount("/deep", app=sub)])])
`,
        'ls.py': `from litestar import Controller, Litestar, Router, get, post
class OrderController(Controller):
    path = "/orders"
    @get()
    async def list_orders(self) -> list:
        return []
    @get("/{order_id:int}")
    async def one(self, order_id: int) -> dict:
        return {}
    @post(path=["/bulk", "/many"])
    async def bulk(self) -> None: ...
@get("/health-check", sync_to_thread=False)
def health() -> dict:
    return {}
v1 = Router(path="/v1", route_handlers=[OrderController])
app = Litestar([v1, health])
`,
        'sa.py': `from sanic import Sanic, Blueprint
from sanic.views import HTTPMethodView
bp = Blueprint("users", url_prefix="/users", version=2)
@bp.get("/<user_id:int>")
async def one_user(request, user_id):
    return 1
class V(HTTPMethodView):
    async def get(self, request):
        return 1
bp.add_route(V.as_view(), "/vv")
app = Sanic("x")
app.blueprint(bp)
`,
      },
      [
        route('GET', '/', 'st.py:4'),
        route('DELETE', '/items/{id}', 'st.py:9'),
        route('POST', '/api/list', 'st.py:4'),
        route('GET', '/api/deep/inner', 'st.py:11'),
        route('GET', '/v1/orders', 'ls.py:5'),
        route('GET', '/v1/orders/{order_id:int}', 'ls.py:8'),
        route('POST', '/v1/orders/many', 'ls.py:11'),
        route('GET', '/health-check', 'ls.py:13'),
        route('GET', '/v2/users/<user_id:int>', 'sa.py:5'),
        route('GET', '/v2/users/vv', 'sa.py:8'),
      ],
    ));
});
