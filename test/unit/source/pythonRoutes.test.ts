import { assertPlaces, route } from '../../support/mappingTable';

describe('routes of Flask, FastAPI and Django', () => {
  it('finds views of blueprints in blueprints, and classes kept in variables', () =>
    assertPlaces(
      {
        'app.py': `from flask import Flask
from shop.api import api_bp, views
from shop.items import ItemAPI, GroupAPI
app = Flask(__name__)
app.register_blueprint(api_bp)

def register_api(app, model, name):
    item = ItemAPI.as_view(f"{name}-item", model)
    group = GroupAPI.as_view(f"{name}-group", model)
    app.add_url_rule(f"/{name}/<int:id>", view_func=item)
    app.add_url_rule(f"/{name}/", view_func=group)
register_api(app, None, "users")
app.add_url_rule("/health", "health", views.health)
item_view = ItemAPI.as_view("item")
app.add_url_rule("/things/<id>", view_func=item_view, methods=["GET", "PUT"])
`,
        'shop/api/__init__.py': `from flask import Blueprint
from .orders import orders_bp
api_bp = Blueprint("api", __name__, url_prefix="/api/v1")
api_bp.register_blueprint(orders_bp, url_prefix="/orders")
`,
        'shop/api/orders.py': `from flask import Blueprint
from flask.views import MethodView
orders_bp = Blueprint("orders", __name__)

@orders_bp.get("/")
def index():
    return []

@orders_bp.route("/<int:order_id>", methods=["GET", "DELETE"])
def show(order_id):
    return {}

class Lines(MethodView):
    def get(self, order_id):
        return []
    def post(self, order_id):
        return []

orders_bp.add_url_rule("/<int:order_id>/lines", view_func=Lines.as_view("lines"))
`,
        'shop/api/views.py': `def health():
    return "ok"
`,
        'shop/items.py': `from flask.views import MethodView
class ItemAPI(MethodView):
    def get(self, id):
        return 1
    def put(self, id):
        return 1
class GroupAPI(MethodView):
    def get(self):
        return 1
`,
      },
      [
        route('GET', '/api/v1/orders/', 'shop/api/orders.py:6'),
        route('DELETE', '/api/v1/orders/<int:order_id>', 'shop/api/orders.py:10'),
        route('POST', '/api/v1/orders/<int:order_id>/lines', 'shop/api/orders.py:16'),
        route('GET', '/health', 'shop/api/views.py:1'),
        route('PUT', '/things/<id>', 'shop/items.py:5'),
        route('GET', '/nope', '-'),
        route('GET', '/static/<path:filename>', '-'),
      ],
    ));

  it('joins FastAPI routers over files, with settings in the prefix', () =>
    assertPlaces(
      {
        'app/main.py': `from fastapi import FastAPI
from app.api.routes import api_router
from app.core.config import settings
from app.admin import admin_app
app = FastAPI(root_path="/proxy")
app.include_router(api_router, prefix=settings.API_V1_STR)
app.mount("/admin", admin_app)

@app.get("/", include_in_schema=False)
async def root():
    return {}
`,
        'app/core/config.py': `from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    API_V1_STR: str = "/api/v1"
    PROJECT: str = "shop"
settings = Settings()
`,
        'app/admin.py': `from fastapi import FastAPI
admin_app = FastAPI()
@admin_app.get("/stats")
def stats():
    return {}
`,
        'app/api/routes.py': `from fastapi import APIRouter
from app.api import orders, users
from .items import router as items_router
api_router = APIRouter()
for r in (orders.router,):
    api_router.include_router(r, prefix="/orders", tags=["x"])
api_router.include_router(users.router)
api_router.include_router(items_router, prefix="/items")
`,
        'app/api/orders.py': `from fastapi import APIRouter
router = APIRouter()
@router.get("/{order_id}")
async def read_order(order_id: int):
    return {}
@router.post("")
async def create_order():
    return {}
`,
        'app/api/users.py': `from fastapi import APIRouter
from fastapi_utils.cbv import cbv
router = APIRouter(prefix="/users")
@cbv(router)
class UsersView:
    @router.get("/{user_id}")
    async def get_user(self, user_id: int):
        return {}
    @router.get("/")
    async def list_users(self):
        return {}
`,
        'app/api/items.py': `from fastapi import APIRouter
router = APIRouter()
class ItemRoutes:
    def __init__(self):
        self.router = router
        self.router.add_api_route("/{id}", self.read_item, methods=["GET"])
    async def read_item(self, id: int):
        return {}
router.add_api_route("/bulk", endpoint=lambda: None, methods=["POST"])
`,
      },
      [
        route('GET', '/', 'app/main.py:10'),
        route('GET', '/api/v1/orders/{order_id}', 'app/api/orders.py:4'),
        route('POST', '/api/v1/orders', 'app/api/orders.py:7'),
        route('GET', '/api/v1/users/{user_id}', 'app/api/users.py:7'),
        route('GET', '/api/v1/users/', 'app/api/users.py:10'),
        route('GET', '/api/v1/items/{id}', 'app/api/items.py:7'),
        route('GET', '/admin', '-'),
        route('GET', '/docs', '-'),
        route('GET', '/openapi.json', '-'),
        [
          'INTERNAL',
          'GET /api/v1/orders/{order_id} http send',
          { 'asgi.event.type': 'http.response.start' },
          '-',
          'opentelemetry.instrumentation.fastapi',
        ],
        [
          'INTERNAL',
          'GET /api/v1/orders/{order_id} http receive',
          { 'asgi.event.type': 'http.request' },
          '-',
          'opentelemetry.instrumentation.asgi',
        ],
      ],
    ));

  it('follows Django patterns through lists, tuples, routers and languages', () =>
    assertPlaces(
      {
        'manage.py': '',
        'config/urls.py': `from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from rest_framework.routers import DefaultRouter
from shop.views import OrderViewSet, Checkout, legacy
from shop import views as shop_views
router = DefaultRouter()
router.register(r"orders", OrderViewSet, basename="order")
router.register("carts", shop_views.CartViewSet)
extra = [
    path("reports/<int:year>/", shop_views.report, name="report"),
    path("exports/", include([path("csv/", shop_views.csv_export), path("pdf/", shop_views.pdf_export)])),
]
urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include(router.urls)),
    path("api/auth/", include("accounts.urls", namespace="accounts")),
    path("api/v2/", include((extra, "extra"), namespace="v2")),
    re_path(r"^legacy/(?P<slug>[-\\w]+)/$", legacy),
    path("checkout/", Checkout.as_view(), name="checkout"),
    path("login/", LoginView.as_view()),
]
urlpatterns += i18n_patterns(path("news/", include("news.urls")), path("about/", shop_views.about))
`,
        'accounts/urls.py': `from django.urls import path
from . import views
app_name = "accounts"
urlpatterns = [path("me/", views.me), path("<uuid:id>/", views.UserDetail.as_view())]
`,
        'accounts/views.py': `from rest_framework.views import APIView
from rest_framework.decorators import api_view
@api_view(["GET"])
def me(request):
    return 1
class UserDetail(APIView):
    def get(self, request, id):
        return 1
    def patch(self, request, id):
        return 1
`,
        'news/urls.py': `from django.urls import path
from .views import ArticleList
urlpatterns = [path("", ArticleList.as_view()), path("<slug:slug>/", ArticleDetail.as_view())]
`,
        'news/views.py': `from django.views.generic import ListView
class ArticleList(ListView):
    model = None
`,
        'shop/views.py': `from django.views import View
from rest_framework import viewsets
from rest_framework.decorators import action
class OrderViewSet(viewsets.ModelViewSet):
    queryset = None
    def list(self, request):
        return 1
    def retrieve(self, request, pk=None):
        return 1
    @action(detail=True, methods=["post"], url_path="pay-now")
    def pay(self, request, pk=None):
        return 1
    @action(detail=False)
    def recent(self, request):
        return 1
    @pay.mapping.delete
    def unpay(self, request, pk=None):
        return 1
class CartViewSet(viewsets.ReadOnlyModelViewSet):
    lookup_field = "uuid"
    def retrieve(self, request, uuid=None):
        return 1
class Checkout(View):
    async def post(self, request):
        return 1
    async def get(self, request):
        return 1
async def legacy(request, slug):
    return 1
def report(request, year):
    return 1
def csv_export(request):
    return 1
def pdf_export(request):
    return 1
def about(request):
    return 1
`,
      },
      [
        route('GET', 'api/orders/', 'shop/views.py:6'),
        route('GET', '^api/^orders/$', 'shop/views.py:6'),
        route('GET', 'api/^orders/(?P<pk>[^/.]+)/$', 'shop/views.py:8'),
        route('POST', 'api/^orders/(?P<pk>[^/.]+)/pay-now/$', 'shop/views.py:11'),
        route('GET', 'api/^orders/recent/$', 'shop/views.py:14'),
        route('DELETE', 'api/^orders/(?P<pk>[^/.]+)/pay-now/$', 'shop/views.py:17'),
        route('GET', 'api/^carts/(?P<uuid>[^/.]+)/$', 'shop/views.py:21'),
        route('POST', 'checkout/', 'shop/views.py:24'),
        route('GET', '^legacy/(?P<slug>[-\\w]+)/$', 'shop/views.py:28'),
        route('GET', 'api/v2/reports/<int:year>/', 'shop/views.py:30'),
        route('GET', 'api/v2/exports/csv/', 'shop/views.py:32'),
        route('GET', 'en/about/', 'shop/views.py:36'),
        route('GET', 'en/news/', 'news/views.py:2'),
        route('GET', 'api/auth/me/', 'accounts/views.py:4'),
        route('PATCH', 'api/auth/<uuid:id>/', 'accounts/views.py:9'),
        route('GET', 'admin/', '-'),
        route('GET', 'admin/login/', '-'),
        route('POST', 'admin/shop/order/<path:object_id>/change/', '-'),
        route('GET', 'login/', '-'),
        route('POST', 'api/^orders/$', 'shop/views.py:4'),
      ],
    ));
});
