import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: Python', () => {
  it('names functions with decorators, classes, lambdas and nesting', () =>
    expectFacts(
      'a.py',
      `@app.task
@retry(3)
async def send(a, b: int = 1, *args, c=None, **kwargs):
    def inner(): pass
double = lambda x: x * 2
class Orders(Base, generic.Mixin[T], metaclass=Meta):
    @property
    def total(self): return 1
    async def load(self): pass
`,
      {
        functions: [
          'send @3(a, b, args, c, kwargs) 1-4',
          'send.inner @4() 4-4',
          'double @5(x) 5-5',
          'Orders.total @8(self) 7-8',
          'Orders.load @9(self) 9-9',
        ],
        types: ['Orders : Base, generic.Mixin'],
      },
    ));

  it('knows constants and imports', () =>
    expectFacts(
      'a.py',
      `from .bus import publish as p, TOPIC
from app.models import *
import a.b as c, d
NAME = "shop"
TOPIC: str = os.getenv("TOPIC", "orders")
class Queue(str, Enum):
    MAIL = "mail" ".v1"
def f():
    local = "x"
`,
      {
        imports: ['.bus: publish as p, TOPIC', 'app.models: *', 'a.b: * as c', 'd: * as d'],
        constants: ['NAME = shop', 'TOPIC = <variable<TOPIC>=orders>', 'Queue.MAIL = mail.v1'],
      },
    ));

  it('spans as with, call and decorator', () =>
    expectFacts(
      'a.py',
      `tracer = trace.get_tracer(__name__)
PREFIX = "orders"
@tracer.start_as_current_span("decorated")
def a(): pass
def b(id):
    with tracer.start_as_current_span(f"load {id}", kind=trace.SpanKind.CLIENT) as span:
        child = self.tracer.start_span(name=PREFIX + ".query")
    with tracer.start_as_current_span("order %s" % id): pass
    with tracer.start_as_current_span("order {}".format(id)): pass
@traced("helped")
def c(): pass
def d():
    with logfire.span("logged {id}", id=1): pass
    with otel_trace("traced"): pass
    logger.trace("no")
    get_span("no")
`,
      {
        spans: [
          'decorated in a @4',
          'load ${id} [CLIENT] in b @5',
          'orders.query in b @5',
          'order ${} in b @5',
          'order ${} in b @5',
          'helped in c @11',
          '${traced.*spanPrefix}helped in c @11',
          'logged {id} in d @12',
          'traced in d @12',
          '${otel_trace.*spanPrefix}traced in d @12',
        ],
        tracerNames: ['<__name__>'],
      },
    ));

  it('Flask: routes, blueprints, url rules, method views', () =>
    expectFacts(
      'a.py',
      `bp = Blueprint("orders", __name__, url_prefix="/orders")
@bp.route("/<int:id>", methods=["GET", "POST"])
@login_required
def order(id): pass
@app.get("/health")
def health(): pass
class Items(MethodView):
    def get(self): pass
    def post(self): pass
app.add_url_rule("/items", view_func=Items.as_view("items"))
app.add_url_rule("/old", "old", health)
app.register_blueprint(bp, url_prefix="/api")
api.add_resource(Items, "/v1/items", "/v2/items")
@patch("module.name")
def test_x(): pass
`,
      {
        routes: [
          'GET /<int:id> → order @4',
          'POST /<int:id> → order @4',
          'GET /health → health @6',
          'GET /items → Items.get @8',
          'POST /items → Items.post @9',
          'GET /old → health @6',
          'GET /v1/items → Items.get @8',
          'POST /v1/items → Items.post @9',
          'GET /v2/items → Items.get @8',
          'POST /v2/items → Items.post @9',
        ],
        mounts: ['bp + /orders → *own', 'app + /api → bp'],
      },
    ));

  it('FastAPI and Starlette', () =>
    expectFacts(
      'a.py',
      `router = APIRouter(prefix="/items", tags=["x"])
@router.get("/{id}", response_model=Item)
async def read(id: int): pass
@router.api_route("/any", methods=["PUT", "PATCH"])
async def many(): pass
app.include_router(users.router, prefix="/users")
app.include_router(router)
router.add_api_route("/late", read, methods=["GET"])
routes = [Route("/home", endpoint=home), Mount("/static", routes=[Route("/x", X, methods=["GET"])])]
async def home(request): pass
`,
      {
        routes: [
          'GET /items/{id} → read @3',
          'PUT /items/any → many @5',
          'PATCH /items/any → many @5',
          'GET /items/late → read @3',
          '* /home → home @10',
          "GET /static/x → 'X'",
        ],
        mounts: ['router + /items → *own', 'app + /users → users.router', 'app +  → router'],
      },
    ));

  it('Django and DRF', () =>
    expectFacts(
      'urls.py',
      `urlpatterns = [
    path("orders/<int:pk>/", views.OrderDetail.as_view(), name="order"),
    re_path(r"^legacy/(?P<id>\\d+)/$", login_required(views.legacy)),
    path("api/", include("shop.api.urls")),
    path("v1/", include([path("me/", views.me)])),
    path("admin/", admin.site.urls),
]
router.register(r"carts", CartViewSet, basename="cart")
`,
      {
        routes: [
          "* /orders/<int:pk> → 'views.OrderDetail'",
          "* /^legacy/(?P<id>\\d+)/$ → 'views.legacy' or 'login_required'",
          "* /v1/me → 'views.me'",
          "GET /carts → 'CartViewSet.list'",
          "POST /carts → 'CartViewSet.create'",
          "GET /carts/{pk} → 'CartViewSet.retrieve'",
          "PUT /carts/{pk} → 'CartViewSet.update'",
          "PATCH /carts/{pk} → 'CartViewSet.partial_update'",
          "DELETE /carts/{pk} → 'CartViewSet.destroy'",
        ],
        mounts: [
          'urlpatterns + api/ → shop.api.urls',
          'urlpatterns + admin/ → admin.site',
          'router + carts → CartViewSet',
        ],
      },
    ));

  it('aiohttp, Tornado and Litestar', () =>
    expectFacts(
      'a.py',
      `from litestar import Controller, get
app.router.add_get("/a", handle)
app.router.add_route("POST", "/b", handle)
app.add_routes([web.put("/c", handle)])
@routes.delete("/d")
async def handle(request): pass
application = Application([(r"/t", TornadoHandler)])
class TornadoHandler(RequestHandler):
    def get(self): pass
class Orders(Controller):
    path = "/orders"
    @get("/{id:int}")
    async def one(self, id: int): pass
`,
      {
        routes: [
          'GET /a → handle @6',
          'POST /b → handle @6',
          'PUT /c → handle @6',
          'DELETE /d → handle @6',
          'GET /t → TornadoHandler.get @9',
          'GET /orders/{id:int} → Orders.one @13',
        ],
      },
    ));

  it('gRPC: servicers, also by a base class of the file, and stubs', () =>
    expectFacts(
      'a.py',
      `class Base(pb2_grpc.OrdersServicer):
    def Check(self, request, context): pass
class Orders(Base):
    def __init__(self):
        self.stub = pb2_grpc.PaymentsStub(channel)
    def GetOrder(self, request, context):
        return self.stub.Charge(request)
`,
      {
        rpcs: [
          'server Orders/Check → Base.Check @2',
          'server Orders/GetOrder → Orders.GetOrder @6',
          'client Payments/Charge → Orders.GetOrder @6',
        ],
      },
    ));

  it('messages', () =>
    expectFacts(
      'a.py',
      `TOPIC = "orders"
def send():
    producer.send(TOPIC, b"x")
    producer.produce(topic="paid", value=b"")
    channel.basic_publish(exchange="", routing_key="mails", body=b"")
    sqs.send_message(QueueUrl="https://sqs/1/jobs", MessageBody="")
    socket.send("no")
def listen():
    consumer = KafkaConsumer("a", TOPIC, group_id="g")
    other.consumer.subscribe([TOPIC])
    channel.basic_consume(queue="mails", on_message_callback=on_mail)
def on_mail(ch, method, properties, body): pass
@shared_task(name="shop.mail")
def mail(): pass
`,
      {
        messages: [
          'producer kafka orders → send @2',
          'producer kafka paid → send @2',
          'producer rabbitmq mails → send @2',
          'producer aws_sqs jobs → send @2',
          'consumer kafka a → listen @8',
          'consumer kafka orders → listen @8',
          'consumer kafka orders → listen @8',
          'consumer rabbitmq mails → on_mail @12',
          'consumer celery shop.mail → mail @14',
        ],
      },
    ));

  it('HTTP calls and service names', () =>
    expectFacts(
      'a.py',
      `import requests
resource = Resource.create({SERVICE_NAME: "shop", "service.name": os.environ.get("N", "other")})
os.environ["OTEL_SERVICE_NAME"] = "env"
setup_tracing("set-up")
async def f(id):
    requests.get(f"http://stock/{id}")
    async with httpx.AsyncClient() as client:
        await client.post("/x")
    requests.request("PUT", url=URL)
    session.get(User, id)
    options.get("name")
`,
      {
        httpCalls: ['requests GET http://stock/${id} in f @5', 'httpx POST /x in f @5', 'requests PUT <URL> in f @5'],
        serviceNames: ['set-up', 'shop', '<variable<N>=other>', 'env'],
      },
    ));
});
