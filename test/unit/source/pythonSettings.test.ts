import assert from 'node:assert/strict';
import type { OperationKey } from '../../../src/model/operation';
import { operation, pythonRequest, withMapped } from '../../support/mappingWorkspace';

function sent(destination: string): OperationKey {
  const attributes = { 'messaging.system': 'kafka', 'messaging.destination.name': destination };
  return operation('PRODUCER', `${destination} send`, attributes, { language: 'python' });
}

const BUS = `import os
from aiokafka import AIOKafkaProducer
from django.conf import settings as django_settings
from shop.config import settings, get_settings

PRICES = os.environ["PRICES_TOPIC"]
STOCK = os.getenv("STOCK_TOPIC", "stock")
producer = AIOKafkaProducer()

async def orders():
    await producer.send_and_wait(settings.orders_topic, b"")

async def payments():
    await producer.send_and_wait(topic=get_settings().payments_topic, value=b"")

async def prices():
    await producer.send(PRICES, b"")

async def stock():
    await producer.send(STOCK, b"")

async def mails():
    await producer.send(django_settings.MAIL_TOPIC, b"")

class Refunds:
    def __init__(self, settings):
        self.settings = settings
    async def publish(self):
        await producer.send(self.settings.refunds_topic, b"")

async def unknown(config):
    await producer.send(config["nothing_topic"], b"")

async def returned(app):
    await producer.send(app.config["RETURNS_TOPIC"], b"")
`;

const CONFIG = `from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="shop_")
    orders_topic: str = "orders"
    payments_topic: str
    refunds_topic: str = Field(..., alias="REFUNDS")

settings = Settings()

def get_settings():
    return settings
`;

const FILES = {
  'shop/bus.py': BUS,
  'shop/config.py': CONFIG,
  'shop/settings.py': 'MAIL_TOPIC = "mails"\n',
  'other/settings.py': 'MAIL_TOPIC = "other-mails"\n',
  '.env':
    'SHOP_PAYMENTS_TOPIC=payments.v2\nPRICES_TOPIC=prices\nSTOCK_TOPIC=stock.live\nREFUNDS=refunds\nRETURNS_TOPIC=returns\n',
};

describe('settings of Python', () => {
  it('gives topics their names: defaults, fields of settings classes, variables of the environment', async () => {
    await withMapped(FILES, sent, async (ask) => {
      assert.match(await ask('orders'), /shop\/bus\.py:11 orders/);
      assert.match(await ask('payments.v2'), /shop\/bus\.py:14 payments/);
      assert.match(await ask('prices'), /shop\/bus\.py:17 prices/);
      assert.match(await ask('stock'), /shop\/bus\.py:20 stock/);
      assert.match(await ask('stock.live'), /shop\/bus\.py:20 stock/);
      assert.match(await ask('mails'), /shop\/bus\.py:23 mails/);
      assert.match(await ask('refunds'), /shop\/bus\.py:29 Refunds\.publish/);
      assert.match(await ask('returns'), /shop\/bus\.py:35 returned/);
    });
  });

  it('does not take settings of another application, or keys that nothing sets', async () => {
    await withMapped(FILES, sent, async (ask) => {
      assert.match(await ask('other-mails'), /^unmapped/);
      assert.match(await ask('nothing_topic'), /^unmapped/);
      assert.match(await ask('nothing'), /^unmapped/);
    });
  });
});

const URLS = `from django.urls import include, path
from rest_framework_nested import routers
from .views import OrderViewSet, ItemViewSet

router = routers.SimpleRouter()
router.register(r"orders", OrderViewSet)
orders_router = routers.NestedSimpleRouter(router, r"orders", lookup="order")
orders_router.register(r"items", ItemViewSet)

urlpatterns = [
    path("api/", include(router.urls)),
    path("api/", include(orders_router.urls)),
]
`;

const VIEWS = `class OrderViewSet(ModelViewSet):
    def list(self, request):
        pass

class ItemViewSet(ModelViewSet):
    def list(self, request, order_pk=None):
        pass

    def retrieve(self, request, pk=None, order_pk=None):
        pass
`;

describe('nested routers of Django REST framework', () => {
  it('lie below one item of their parents', async () => {
    await withMapped({ 'shop/urls.py': URLS, 'shop/views.py': VIEWS }, pythonRequest, async (ask) => {
      const items = await ask('GET', 'api/orders/(?P<order_pk>[^/.]+)/items/$');
      assert.match(items, /shop\/views\.py:6 ItemViewSet\.list/);
      assert.match(await ask('GET', 'api/orders/(?P<order_pk>[^/.]+)/items/(?P<pk>[^/.]+)/$'), /ItemViewSet\.retrieve/);
      assert.match(await ask('GET', 'api/orders/$'), /shop\/views\.py:2 OrderViewSet\.list/);
    });
  });

  it('may be mounted by somebody else than the file that fills them', async () => {
    const files = {
      'site_urls.py': `from django.urls import include, re_path
from shop.shared import SharedRouter

urlpatterns = [
    re_path(r"^ignored/", include("shop.api_urls")),
    re_path(r"^api/v1/", include(SharedRouter.shared.urls)),
]
`,
      'shop/api_urls.py': `from shop import api_views
from shop.shared import SharedRouter

urlpatterns = []
router = SharedRouter()
router.register("shop/carts", api_views.CartViewSet)
`,
      'shop/api_views.py': `class CartViewSet(ModelViewSet):
    @action(detail=True, methods=["post"])
    def empty(self, request, pk=None):
        pass
`,
      'shop/urls.py': `from . import views
base = (
    r"^(?P<label>\\w+)/(?P<number>\\d+)/"
)
urlpatterns = [re_path(base + r"results/$", views.results), re_path(base + r"chart/$", views.chart)]
`,
      'shop/views.py': 'def results(request):\n    pass\n\ndef chart(request):\n    pass\n',
    };
    await withMapped(files, pythonRequest, async (ask) => {
      assert.match(
        await ask('POST', '^api/v1/^shop/carts/(?P<pk>[^/.]+)/empty/$'),
        /shop\/api_views\.py:3 CartViewSet\.empty/,
      );
      assert.match(await ask('POST', '^ignored/^shop/other/(?P<pk>[^/.]+)/empty/$'), /^unmapped/);
      assert.match(await ask('GET', '^(?P<label>\\w+)/(?P<number>\\d+)/chart/$'), /shop\/views\.py:4 chart/);
    });
  });
});
