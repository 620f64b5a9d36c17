import assert from 'node:assert/strict';
import { pythonRequest, withMapped } from '../../support/mappingWorkspace';

const DJANGO = {
  'requirements.txt': 'django\ndjangorestframework\n',
  'shop/urls.py': `from django.urls import include, path, re_path
from rest_framework import routers
from shop.orders import api as orders_api

cart_item = orders_api.CartViewSet.as_view({'get': 'retrieve'})
router = routers.DefaultRouter()
router.register(r'orders', orders_api.OrderViewSet, basename='orders')
router.register(r'lines', orders_api.LineViewSet)

urlpatterns = [
    path('stock/', include(('shop.stock.urls', 'stock'), namespace='stock')),
]
urlpatterns += [
    path('api/v2/', include(router.urls)),
    re_path(r'^status/?$', orders_api.status),
    path('carts/', orders_api.CartViewSet.as_view({'get': 'list', 'post': 'fill'})),
    path('carts/empty/', orders_api.CartViewSet.as_view(actions={'post': 'drain'})),
    path('carts/<int:pk>/', cart_item),
]
`,
  'shop/stock/urls.py': `from django.urls import include, path
from shop.stock import views

patterns_item = [
    path('overview/', views.item_overview, name='overview'),
    path('<int:pk>/edit', views.ItemEdit.as_view()),
]

patterns_shelf = [
    path('overview/', views.shelf_overview, name='overview'),
]

urlpatterns = [
    path('item/', include((patterns_item, 'item'), namespace='item')),
    path('shelf/', include((patterns_shelf, 'shelf'))),
    path('', views.index),
]
`,
  'shop/stock/views.py': `from django.views.generic import UpdateView

def index(request): ...

def item_overview(request): ...

def shelf_overview(request): ...

class ItemEdit(UpdateView):
    fields = ['name']
`,
  'shop/orders/api.py': `from rest_framework import viewsets
from rest_framework.decorators import action

class OrderViewSet(viewsets.ModelViewSet):
    queryset = []

    @action(detail=True, methods=['post'], url_path='pay-now')
    def pay(self, request, pk=None): ...

    @action(detail=False)
    def recent(self, request): ...

class LineViewSet(viewsets.ReadOnlyModelViewSet):
    def list(self, request): ...

def status(request): ...

class CartViewSet(viewsets.ModelViewSet):
    def fill(self, request): ...

    def drain(self, request): ...

    def retrieve(self, request, pk): ...
`,
};

describe('Django’s patterns', () => {
  it('have the prefix under which their own list is included, in the same file and from others', async () => {
    await withMapped(DJANGO, pythonRequest, async (ask) => {
      assert.equal(await ask('GET', 'stock/item/overview/'), 'shop/stock/views.py:5 item_overview 0.85');
      assert.equal(await ask('GET', 'stock/shelf/overview/'), 'shop/stock/views.py:7 shelf_overview 0.85');
      assert.equal(await ask('POST', 'stock/item/<int:pk>/edit'), 'shop/stock/views.py:9 ItemEdit 0.85');
      assert.equal(await ask('GET', 'stock/'), 'shop/stock/views.py:3 index 0.85');
      assert.equal(await ask('GET', '^status/?$'), 'shop/orders/api.py:16 status 0.85');
    });
  });

  it('of a view set are its own methods, its actions, or the class where it inherits what answers', async () => {
    await withMapped(DJANGO, pythonRequest, async (ask) => {
      assert.equal(await ask('GET', 'api/v2/^lines/$'), 'shop/orders/api.py:14 LineViewSet.list 0.85');
      assert.equal(
        await ask('POST', 'api/v2/^orders/(?P<pk>[^/.]+)/pay-now/$'),
        'shop/orders/api.py:8 OrderViewSet.pay 0.85',
      );
      assert.equal(await ask('GET', 'api/v2/^orders/recent/$'), 'shop/orders/api.py:11 OrderViewSet.recent 0.85');
      assert.equal(await ask('GET', 'api/v2/^orders/$'), 'shop/orders/api.py:4 OrderViewSet 0.85');
    });
  });

  it('of a view set are also the actions of what it extends, in its file and others', async () => {
    const files = {
      'requirements.txt': 'django\ndjangorestframework\n',
      'shop/paying.py': `from rest_framework.decorators import action

class Paying:
    @action(detail=True, methods=['post'])
    def pay(self, request, pk=None): ...
`,
      'shop/views.py': `from rest_framework.viewsets import GenericViewSet
from rest_framework.decorators import action
from . import paying

class ReportViewSet(GenericViewSet):
    @action(detail=False)
    def daily(self, request): ...

class OrderViewSet(paying.Paying, GenericViewSet):
    queryset = []

class MonthlyReportViewSet(ReportViewSet):
    period = 'month'

class ReportAdmin(admin.ModelAdmin):
    @admin.action(description='Publish')
    def publish(self, request, queryset): ...
`,
      'shop/urls.py': `from django.urls import include, path
from rest_framework.routers import DefaultRouter
from .views import MonthlyReportViewSet, OrderViewSet, ReportViewSet

router = DefaultRouter()
router.register('orders', OrderViewSet)
router.register('reports', ReportViewSet)
router.register('monthly', MonthlyReportViewSet)
urlpatterns = [path('api/', include(router.urls))]
`,
    };
    await withMapped(files, pythonRequest, async (ask) => {
      assert.equal(await ask('POST', 'api/^orders/(?P<pk>[^/.]+)/pay/$'), 'shop/paying.py:5 Paying.pay 0.85');
      assert.equal(await ask('GET', 'api/^reports/daily/$'), 'shop/views.py:7 ReportViewSet.daily 0.85');
      assert.equal(await ask('GET', 'api/^monthly/daily/$'), 'shop/views.py:7 ReportViewSet.daily 0.85');
      assert.match(await ask('GET', 'api/^orders/daily/$'), /^unmapped/);
      assert.match(await ask('GET', 'publish'), /^unmapped/);
    });
  });

  it('name the functions of a view set that answer each method', async () => {
    await withMapped(DJANGO, pythonRequest, async (ask) => {
      assert.equal(await ask('POST', 'carts/'), 'shop/orders/api.py:19 CartViewSet.fill 0.85');
      assert.equal(await ask('GET', 'carts/'), 'shop/orders/api.py:18 CartViewSet 0.85');
      assert.equal(await ask('POST', 'carts/empty/'), 'shop/orders/api.py:21 CartViewSet.drain 0.85');
      assert.equal(await ask('GET', 'carts/<int:pk>/'), 'shop/orders/api.py:23 CartViewSet.retrieve 0.85');
      assert.match(await ask('DELETE', 'carts/'), /^unmapped/);
    });
  });

  it('are made by helpers of the project, for views that a package passes on', async () => {
    const files = {
      'requirements.txt': 'django\ndjangorestframework\n',
      'shop/urls.py': `from django.urls import include, path
from rest_framework import routers
from shop.paths import optional_path
from . import views

router = routers.DefaultRouter()
router.register(r'orders', views.OrderView)

urlpatterns = [
    path('', include(router.urls)),
    optional_path('info', views.InfoView.as_view(), name='info'),
]
file_url('manual', views.Manual)
`,
      'shop/paths.py': `from django.urls import re_path

def optional_path(route, view, name=None):
    return re_path('^{}/?$'.format(route), view, name=name)
`,
      'shop/views/__init__.py': 'from .info import InfoView, Manual\nfrom .orders import OrderView\n',
      'shop/views/info.py': `class InfoView(APIView):
    def get(self, request): ...

class Manual(APIView):
    def get(self, request): ...
`,
      'shop/views/orders.py': `class OrderView(GenericViewSet):
    def destroy(self, request, pk): ...
`,
      'admin/views.py': `class OrderView(GenericViewSet):
    def destroy(self, request, pk): ...
`,
    };
    await withMapped(files, pythonRequest, async (ask) => {
      assert.equal(await ask('GET', '^info/?$'), 'shop/views/info.py:2 InfoView.get 0.85');
      assert.equal(await ask('DELETE', '^orders/(?P<pk>[^/.]+)/$'), 'shop/views/orders.py:2 OrderView.destroy 0.85');
      assert.match(await ask('GET', 'manual'), /^unmapped/);
    });
  });
});
