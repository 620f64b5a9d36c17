import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: Elixir', () => {
  it('names modules and functions, each clause of one by itself', () =>
    expectFacts(
      'a.ex',
      `defmodule ShopWeb.OrderController do
  use ShopWeb, :controller
  @topic "orders"
  def show(conn, %{"id" => id}), do: conn
  def show(conn, _params) do
    conn
  end
  defp helper(x) when x > 1, do: x
  def bare, do: 1
  defmodule Inner do
    def deep(a), do: a
  end
end
`,
      {
        functions: [
          'ShopWeb.OrderController.show @4(conn, _) 4-4',
          'ShopWeb.OrderController.show @5(conn, _params) 5-7',
          'ShopWeb.OrderController.helper @8(x) 8-8',
          'ShopWeb.OrderController.bare @9() 9-9',
          'ShopWeb.OrderController.Inner.deep @11(a) 11-11',
        ],
        types: ['ShopWeb.OrderController', 'ShopWeb.OrderController.Inner'],
        constants: ['ShopWeb.OrderController.topic = orders'],
      },
    ));

  it('routes of Phoenix and Plug', () =>
    expectFacts(
      'a.ex',
      `defmodule ShopWeb.Router do
  use ShopWeb, :router
  alias Shop.Long, as: L
  scope "/api", ShopWeb.Api, as: :api do
    resources "/orders", OrderController, only: [:index, :show] do
      resources "/notes", NoteController, only: [:create], param: "slug"
    end
    match :*, "/any", AnyController, :run
    for prefix <- ["/", "/teams/:team"] do
      scope prefix do
        get "/keys", KeyController, :index
      end
    end
    live_session :default do
      live "/view", PageLive, :index
    end
    scope "/raw", alias: false do
      delete("/x", L, :drop)
    end
  end
  forward "/jobs", to: Shop.JobsRouter
end
defmodule Shop.JobsRouter do
  use Plug.Router
  get "/status" do
    send_resp(conn, 200, "ok")
  end
  match "/hook", via: [:get, :post], to: Shop.Hook
end
`,
      {
        routes: [
          "GET /api/orders → 'ShopWeb.Api.OrderController.index'",
          "GET /api/orders/:id → 'ShopWeb.Api.OrderController.show'",
          "POST /api/orders/:order_id/notes → 'ShopWeb.Api.NoteController.create'",
          "* /api/any → 'ShopWeb.Api.AnyController.run' or 'ShopWeb.Api.AnyController.call'",
          "GET /api/keys → 'ShopWeb.Api.KeyController.index' or 'ShopWeb.Api.KeyController.call'",
          "GET /api/teams/:team/keys → 'ShopWeb.Api.KeyController.index' or 'ShopWeb.Api.KeyController.call'",
          "GET /api/view → 'ShopWeb.Api.PageLive.mount' or 'ShopWeb.Api.PageLive.handle_params' or 'ShopWeb.Api.PageLive.render'",
          "DELETE /api/raw/x → 'Shop.Long.drop' or 'Shop.Long.call'",
          'GET /status → Shop.JobsRouter.(anonymous) @25',
          "GET /hook → 'Shop.Hook.call'",
          "POST /hook → 'Shop.Hook.call'",
        ],
        mounts: ['Router + /jobs → JobsRouter'],
      },
    ));

  it('jobs, RPCs, outgoing calls and decorated functions', () =>
    expectFacts(
      'a.ex',
      `defmodule Shop.Orders do
  alias Shop.Workers.Mailer
  alias Shop.Stock.Stub
  use GRPC.Server, service: Shop.OrderService.Service
  @decorate with_span("orders.get")
  def get_order(request, _stream) do
    %{id: 1} |> Mailer.new() |> Oban.insert()
    Shop.Stock.Stub.reserve_item(channel, request)
    Req.get!("https://stock.test/items/#{request.id}")
    Map.get(request, "id")
  end
  def helper(x), do: x
end
`,
      {
        spans: ['orders.get in Shop.Orders.get_order @6'],
        rpcs: [
          'server OrderService/GetOrder → Shop.Orders.get_order @6',
          'client Stock/ReserveItem → Shop.Orders.get_order @6',
        ],
        messages: ['producer oban Shop.Workers.Mailer → Shop.Orders.get_order @6'],
        httpCalls: ['Req GET https://stock.test/items/${} in Shop.Orders.get_order @6'],
      },
    ));

  it('spans', () =>
    expectFacts(
      'a.ex',
      `defmodule Shop.Orders do
  @name "orders.load"
  def load(id) do
    Tracer.with_span @name do
      OpenTelemetry.Tracer.with_span "order #{id}", %{kind: :client} do
        find(id)
      end
    end
    Tracer.start_span("a" <> id)
    with_span :symbol do
      Tracer.set_attribute("span", 1)
    end
  end
end
`,
      {
        spans: [
          'orders.load in Shop.Orders.load @3',
          'order ${id} in Shop.Orders.load @3',
          'a${id} in Shop.Orders.load @3',
          'symbol in Shop.Orders.load @3',
        ],
      },
    ));
});
