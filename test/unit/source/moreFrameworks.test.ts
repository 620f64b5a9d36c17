import assert from 'node:assert/strict';
import { operation, withMapped } from '../../support/mappingWorkspace';

const request =
  (language: string, scope = '') =>
  (method: string, route: string) => {
    const attributes = { 'http.request.method': method, 'http.route': route };
    return operation('SERVER', `${method} ${route}`, attributes, { language, scope });
  };

describe('routes of http4k', () => {
  it('lead to lambdas, functions and what functions make, below what they are bound to', () =>
    withMapped(
      {
        'src/main/kotlin/shop/App.kt': `package shop

import org.http4k.core.Method.GET
import org.http4k.core.Method.POST
import org.http4k.routing.bind
import org.http4k.routing.routes

fun app(stock: Stock) = routes(
    "/ping" bind GET to { _ -> Response(OK) },
    "/api" bind routes(
        "/orders/{id}" bind GET to ::showOrder,
        "/orders" bind POST to createOrder(stock),
        "/admin" bind routes("/orders" bind GET to Orders::list)
    )
)

fun showOrder(request: Request): Response = Response(OK)

fun createOrder(stock: Stock): HttpHandler = { request ->
    Response(CREATED)
}

object Orders {
    fun list(request: Request) = Response(OK)
}
`,
      },
      request('java'),
      async (ask) => {
        const file = 'src/main/kotlin/shop/App.kt';
        assert.match(await ask('GET', 'ping'), new RegExp(`^${file}:9 `));
        assert.equal(await ask('GET', '/api/orders/{id}'), `${file}:17 showOrder 0.85`);
        assert.equal(await ask('POST', '/api/orders'), `${file}:19 createOrder 0.85`);
        assert.equal(await ask('GET', '/api/admin/orders'), `${file}:24 Orders.list 0.85`);
        assert.match(await ask('DELETE', '/api/orders'), /^unmapped/);
      },
    ));
});

describe('routes of CakePHP', () => {
  it('lead to the actions of controllers', () =>
    withMapped(
      {
        'config/routes.php': `<?php
use Cake\\Routing\\Route\\DashedRoute;
use Cake\\Routing\\RouteBuilder;

return function (RouteBuilder $routes): void {
    $routes->setRouteClass(DashedRoute::class);
    $routes->scope('/', function (RouteBuilder $builder): void {
        $builder->connect('/', ['controller' => 'Pages', 'action' => 'display', 'home']);
        $builder->connect('/orders/{id}', ['controller' => 'Orders', 'action' => 'view'])->setPass(['id']);
        $builder->post('/orders', 'Orders::add');
        $builder->fallbacks();
    });
    $routes->scope('/api', function (RouteBuilder $builder): void {
        $builder->resources('OrderItems');
    });
};
`,
        'src/Controller/OrdersController.php': `<?php
namespace App\\Controller;
class OrdersController extends AppController
{
    public function view($id) {}
    public function add() {}
}
`,
        'src/Controller/OrderItemsController.php': `<?php
namespace App\\Controller;
class OrderItemsController extends AppController
{
    public function index() {}
    public function edit($id) {}
}
`,
      },
      request('php', 'io.opentelemetry.contrib.php.cakephp'),
      async (ask) => {
        const orders = 'src/Controller/OrdersController.php';
        const items = 'src/Controller/OrderItemsController.php';
        assert.equal(await ask('GET', '/orders/{id}'), `${orders}:5 OrdersController.view 0.85`);
        assert.equal(await ask('POST', '/orders'), `${orders}:6 OrdersController.add 0.85`);
        assert.equal(await ask('GET', '/api/order-items'), `${items}:5 OrderItemsController.index 0.85`);
        assert.equal(await ask('PUT', '/api/order-items/{id}'), `${items}:6 OrderItemsController.edit 0.85`);
        assert.match(await ask('GET', '/{controller}/{action}/*'), /^unmapped/);
      },
    ));
});

describe('pages of Razor', () => {
  it('lead to the methods of their models', () =>
    withMapped(
      {
        'Web/Pages/Orders/Edit.cshtml': '@page "{id:int}"\n@model EditModel\n',
        'Web/Pages/Orders/Edit.cshtml.cs': `namespace Shop.Pages.Orders;
public class EditModel : PageModel
{
    public async Task<IActionResult> OnGetAsync(int id) => Page();
    public IActionResult OnPost() => Page();
    public IActionResult OnPostDelete() => Page();
}
`,
        'Web/Pages/Index.cshtml': '@page\n@model IndexModel\n',
        'Web/Pages/Index.cshtml.cs': `namespace Shop.Pages;
public class IndexModel : PageModel
{
    public void OnGet() { }
}
`,
        'Web/Areas/Admin/Pages/Users/Index.cshtml': '@page\n',
        'Web/Areas/Admin/Pages/Users/Index.cshtml.cs': `namespace Shop.Areas.Admin.Pages.Users;
public class IndexModel : PageModel
{
    public void OnGet() { }
}
`,
      },
      request('dotnet'),
      async (ask) => {
        const edit = 'Web/Pages/Orders/Edit.cshtml.cs';
        assert.equal(await ask('GET', 'Orders/Edit/{id:int}'), `${edit}:4 EditModel.OnGetAsync 0.85`);
        assert.equal(await ask('POST', 'Orders/Edit/{id:int}'), `${edit}:5 EditModel.OnPost 0.85`);
        assert.equal(await ask('GET', '/Index'), 'Web/Pages/Index.cshtml.cs:4 IndexModel.OnGet 0.85');
        const users = 'Web/Areas/Admin/Pages/Users/Index.cshtml.cs';
        assert.equal(await ask('GET', 'Admin/Users'), `${users}:4 IndexModel.OnGet 0.85`);
        assert.match(await ask('DELETE', 'Orders/Edit/{id:int}'), /^unmapped/);
        assert.match(await ask('GET', 'Orders'), /^unmapped/);
      },
    ));
});

describe('requests that are transcoded to RPCs', () => {
  it('lead to the methods that answer these', () =>
    withMapped(
      {
        'proto/orders/v1/orders.proto': `syntax = "proto3";
package orders.v1;
import "google/api/annotations.proto";
service Orders {
  // get: "/v1/comment"
  rpc GetOrder(GetOrderRequest) returns (Order) {
    option (google.api.http) = { get: "/v1/orders/{id}" };
  }
  rpc CreateOrder(CreateOrderRequest) returns (Order) {
    option (google.api.http) = {
      post: "/v1/orders"
      body: "*"
      additional_bindings { post: "/v1/customers/{customer}/orders" body: "*" }
    };
  }
}
`,
        'internal/server.go': `package internal

import pb "example.com/shop/gen/orders/v1"

type server struct {
	pb.UnimplementedOrdersServer
}

func Register(s *grpc.Server) {
	pb.RegisterOrdersServer(s, &server{})
}

func (s *server) GetOrder(ctx context.Context, in *pb.GetOrderRequest) (*pb.Order, error) {
	return nil, nil
}

func (s *server) CreateOrder(ctx context.Context, in *pb.CreateOrderRequest) (*pb.Order, error) {
	return nil, nil
}
`,
      },
      request('go'),
      async (ask) => {
        assert.equal(await ask('GET', '/v1/orders/{id}'), 'internal/server.go:13 server.GetOrder 0.85');
        assert.equal(
          await ask('POST', '/v1/customers/{customer}/orders'),
          'internal/server.go:17 server.CreateOrder 0.85',
        );
        assert.match(await ask('GET', '/v1/comment'), /^unmapped/);
        assert.match(await ask('DELETE', '/v1/orders/{id}'), /^unmapped/);
      },
    ));
});

describe('functions of AWS Lambda', () => {
  const invoked = (name: string) =>
    operation('SERVER', name, {}, { scope: '@opentelemetry/instrumentation-aws-lambda', language: 'nodejs' });

  it('lead to the handlers that templates of SAM and Serverless give them', () =>
    withMapped(
      {
        'orders/template.yaml': `Globals:
  Function:
    Runtime: nodejs20.x
Resources:
  GetOrder:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: dist/
      Handler: handlers/get.handler
  PutOrder:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "\${AWS::StackName}-put-order"
      Handler: src/handlers/put.lambdaHandler
  Table:
    Type: AWS::DynamoDB::Table
`,
        'orders/src/handlers/get.ts': 'export const handler = async (event) => {\n  return event;\n};\n',
        'orders/src/handlers/put.ts': 'export async function lambdaHandler(event) {\n  return event;\n}\n',
        'mail/serverless.yml': `service: mail
functions:
  welcome:
    handler: src/welcome.send
  digest:
    name: weekly-digest
    handler: src/welcome.digest
`,
        'mail/src/welcome.js': `exports.send = async () => {};
exports.digest = async function digest() {};
`,
      },
      invoked,
      async (ask) => {
        assert.match(await ask('shop-GetOrder-1A2B3C4D5E6F'), /^orders\/src\/handlers\/get\.ts:1 handler 0\.85/);
        assert.match(await ask('shop-put-order'), /^orders\/src\/handlers\/put\.ts:1 lambdaHandler 0\.85/);
        assert.match(await ask('mail-dev-welcome'), /^mail\/src\/welcome\.js:1 .* ?0\.85/);
        assert.match(await ask('weekly-digest'), /^mail\/src\/welcome\.js:2 .* ?0\.85/);
        assert.match(await ask('other-dev-welcome'), /^unmapped/);
        assert.match(await ask('shop-GetOrders-1A2B3C4D5E6F'), /^unmapped/);
      },
    ));

  it('lead to the methods of the JVM and .NET that templates name, and to what programs in Go start', () =>
    withMapped(
      {
        'template.yaml': `Globals:
  Function:
    Runtime: provided.al2023
Resources:
  PlaceOrder:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: java21
      CodeUri: java
      Handler: com.shop.Place::place
  CancelOrder:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: java21
      Handler: com.shop.Cancel
  ShipOrder:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: dotnet8
      Handler: Shop::Shop.Shipping.Ship::Handle
  ListOrders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: cmd/list/
      Handler: bootstrap
  CountOrders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: bin/count
      Handler: bootstrap
`,
        'java/src/Place.java': `package com.shop;
public class Place {
  public String place(Order order) { return order.id; }
}
`,
        'java/src/other/Place.java': `package com.other;
public class Place {
  public String place(Order order) { return order.id; }
}
`,
        'java/src/Cancel.kt': `package com.shop

class Cancel : RequestHandler<Order, String> {
    override fun handleRequest(order: Order, context: Context) = order.id
}
`,
        'dotnet/Ship.cs': `namespace Shop.Shipping;

public class Ship
{
    public string Handle(Order order) => order.Id;
}
`,
        'go.mod': 'module example.com/shop\n\ngo 1.22\n',
        'cmd/list/main.go': `package main

import "github.com/aws/aws-lambda-go/lambda"

func list(order Order) error { return nil }

func main() {
	lambda.Start(otellambda.InstrumentHandler(list))
}
`,
        'cmd/count/main.go': `package main

import "github.com/aws/aws-lambda-go/lambda"

func main() {
	lambda.StartWithOptions(func(order Order) error {
		return nil
	})
}
`,
      },
      invoked,
      async (ask) => {
        assert.match(await ask('PlaceOrder'), /^java\/src\/Place\.java:3 Place\.place 0\.85/);
        assert.match(
          await ask('shop-CancelOrder-1A2B3C4D5E6F'),
          /^java\/src\/Cancel\.kt:4 Cancel\.handleRequest 0\.85/,
        );
        assert.match(await ask('ShipOrder'), /^dotnet\/Ship\.cs:5 Ship\.Handle 0\.85/);
        assert.match(await ask('ListOrders'), /^cmd\/list\/main\.go:5 list 0\.85/);
        assert.match(await ask('CountOrders'), /^cmd\/count\/main\.go:6 .*0\.85/);
      },
    ));
});

describe('designs of goa', () => {
  it('lead to the methods that implement them', () =>
    withMapped(
      {
        'go.mod': 'module example.com/shop\n\ngo 1.22\n',
        'design/design.go': `package design

import . "goa.design/goa/v3/dsl"

var _ = API("shop", func() {
	HTTP(func() {
		Path("/api")
	})
})

var _ = Service("orders", func() {
	HTTP(func() {
		Path("/orders")
	})
	Method("show", func() {
		HTTP(func() {
			GET("/{id}")
		})
	})
	Method("list_all", func() {
		HTTP(func() {
			GET("/")
		})
	})
})

var _ = Service("stock", func() {
	Method("show", func() {
		HTTP(func() {
			GET("/stock/{item}")
		})
	})
})
`,
        'orders.go': `package shop

import (
	"context"

	orders "example.com/shop/gen/orders"
)

type orderssrvc struct{}

func (s *orderssrvc) Show(ctx context.Context, p *orders.ShowPayload) (*orders.Order, error) {
	return nil, nil
}

func (s *orderssrvc) ListAll(ctx context.Context) ([]*orders.Order, error) {
	return nil, nil
}
`,
        'stock.go': `package shop

import (
	"context"

	"example.com/shop/gen/stock"
)

type stocksrvc struct{}

func (s *stocksrvc) Show(ctx context.Context, p *stock.ShowPayload) (int, error) {
	return 1, nil
}
`,
      },
      request('go'),
      async (ask) => {
        assert.equal(await ask('GET', '/api/orders/{id}'), 'orders.go:11 orderssrvc.Show 0.85');
        assert.equal(await ask('GET', '/api/orders'), 'orders.go:15 orderssrvc.ListAll 0.85');
        assert.equal(await ask('GET', '/api/stock/{item}'), 'stock.go:11 stocksrvc.Show 0.85');
        assert.match(await ask('POST', '/api/orders/{id}'), /^unmapped/);
      },
    ));
});

describe('services of Twirp', () => {
  const rpc = (kind: 'SERVER' | 'CLIENT', method: string, name?: string) => {
    const attributes = { 'rpc.system': 'twirp', 'rpc.service': 'shop.Orders', 'rpc.method': method };
    return operation(kind, name ?? `Orders/${method}`, name === undefined ? attributes : {}, { language: 'go' });
  };

  it('lead to the methods behind their servers and to the calls of their clients', () =>
    withMapped(
      {
        'cmd/api/main.go': `package main

import (
	"net/http"

	"example.com/shop/internal/orders"
	pb "example.com/shop/rpc/orders"
)

func main() {
	handler := pb.NewOrdersServer(&orders.Service{}, nil)
	http.ListenAndServe(":8080", handler)
}
`,
        'internal/orders/service.go': `package orders

import "context"

type Service struct{}

func (s *Service) Place(ctx context.Context, in *pb.PlaceRequest) (*pb.Order, error) {
	return nil, nil
}
`,
        'cmd/cli/main.go': `package main

import (
	"context"
	"net/http"

	pb "example.com/shop/rpc/orders"
)

func run(ctx context.Context) {
	client := pb.NewOrdersProtobufClient("http://localhost:8080", &http.Client{})
	client.Place(ctx, &pb.PlaceRequest{})
}
`,
      },
      rpc,
      async (ask) => {
        assert.equal(await ask('SERVER', 'Place'), 'internal/orders/service.go:7 Service.Place 0.85');
        assert.equal(
          await ask('SERVER', '', 'POST /twirp/shop.Orders/Place'),
          'internal/orders/service.go:7 Service.Place 0.85',
        );
        assert.equal(await ask('CLIENT', 'Place'), 'cmd/cli/main.go:12 run 0.8');
        assert.match(await ask('SERVER', 'Cancel'), /^unmapped/);
      },
    ));
});
