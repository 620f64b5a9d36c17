import assert from 'node:assert/strict';
import type { AttributeValue } from '../../../src/model/attributes';
import type { SpanKind } from '../../../src/model/operation';
import { operation, withMapped } from '../../support/mappingWorkspace';

const FILES = {
  'mix.exs': 'defmodule Shop.MixProject do\n  def project, do: [app: :shop]\nend\n',
  'lib/shop_web/router.ex': `defmodule ShopWeb.Router do
  use ShopWeb, :router
  scope "/", ShopWeb do
    resources "/orders", OrderController, only: [:index, :show]
    live "/board", BoardLive, :index
    scope "/api", Api do
      get "/orders/:id", OrderController, :show
    end
  end
  get "/board/:old", ShopWeb.OrderController, :index
  forward "/jobs", to: Shop.JobsRouter
end
`,
  'lib/shop_web/order_controller.ex': `defmodule ShopWeb.OrderController do
  def index(conn, _), do: conn
  def show(conn, %{"id" => id}), do: id
  def show(conn, _), do: conn
end
`,
  'lib/shop_web/api/order_controller.ex': `defmodule ShopWeb.Api.OrderController do
  def show(conn, _), do: conn
end
`,
  'lib/shop_web/board_live.ex': `defmodule ShopWeb.BoardLive do
  def mount(_, _, socket), do: {:ok, socket}
  def handle_event("add", _, socket), do: socket
  def handle_event(
        "drop",
        _,
        socket
      ) do
    socket
  end
end
`,
  'lib/shop/jobs_router.ex': `defmodule Shop.JobsRouter do
  use Plug.Router
  get "/status" do
    send_resp(conn, 200, "ok")
  end
end
`,
  'lib/shop/mailer.ex': `defmodule Shop.Mailer do
  use Oban.Worker
  def enqueue(id) do
    %{id: id} |> Shop.Mailer.new() |> Oban.insert()
  end
  def perform(%Oban.Job{}), do: :ok
end
`,
  'lib/shop/feed.ex': `defmodule Shop.Feed do
  use Broadway
  def handle_message(_, message, _), do: message
  @decorate with_span("feed.load")
  def load(id) do
    one(id)
    two(id)
    Tracer.with_span "feed.inner" do
      three(id)
    end
  end
end
`,
};

describe('source: services in Elixir', () => {
  it('leads from routes, actions, callbacks, workers, pipelines and names to the clause that answers', () =>
    withMapped(
      FILES,
      (kind: SpanKind, name: string, attributes: Record<string, AttributeValue> = {}, scope?: string) =>
        operation(kind, name, attributes, { service: 'shop', scope: scope ?? 'shop', language: 'erlang' }),
      async (ask) => {
        const route = (path: string): Promise<string> =>
          ask('SERVER', `GET ${path}`, { 'http.request.method': 'GET', 'http.route': path }, 'opentelemetry_bandit');
        assert.equal(
          await route('/orders/:id'),
          'lib/shop_web/order_controller.ex:3 ShopWeb.OrderController.show 0.85',
        );
        assert.equal(
          await route('/api/orders/:id'),
          'lib/shop_web/api/order_controller.ex:2 ShopWeb.Api.OrderController.show 0.85',
        );
        assert.equal(await route('/board'), 'lib/shop_web/board_live.ex:2 ShopWeb.BoardLive.mount 0.85');
        assert.equal(await route('/jobs/status'), 'lib/shop/jobs_router.ex:3 Shop.JobsRouter.(anonymous) 0.85');
        assert.match(await route('/orders/:id/edit'), /^unmapped/);
        const plug = { 'phoenix.plug': 'Elixir.ShopWeb.OrderController', 'phoenix.action': ':index' };
        assert.match(await ask('SERVER', 'GET', plug, 'opentelemetry_phoenix'), /order_controller\.ex:2 /);
        const view = (name: string): Promise<string> => ask('SERVER', name, {}, 'opentelemetry_phoenix');
        assert.match(await view('ShopWeb.BoardLive.mount'), /board_live\.ex:2 /);
        assert.match(await view('ShopWeb.BoardLive.handle_event#drop'), /board_live\.ex:4 /);
        assert.match(await view('Phoenix.LiveDashboard.PageLive.mount'), /^unmapped/);
        const job = { 'messaging.system': 'oban', 'oban.job.worker': 'Shop.Mailer' };
        assert.match(await ask('CONSUMER', 'process default', job, 'opentelemetry_oban'), /mailer\.ex:6 /);
        assert.match(await ask('PRODUCER', 'send default', job, 'opentelemetry_oban'), /mailer\.ex:4 /);
        assert.match(await ask('CONSUMER', 'Shop.Feed/default process', {}, 'opentelemetry_broadway'), /feed\.ex:3 /);
        assert.match(await ask('INTERNAL', 'feed.load'), /feed\.ex:5 /);
        assert.match(await ask('INTERNAL', 'feed.inner'), /feed\.ex:8 Shop\.Feed\.load /);
        assert.match(await ask('INTERNAL', 'Shop.Feed.load/1'), /feed\.ex:5 /);
        const query = { 'db.system': 'postgresql', 'db.statement': 'SELECT o0."id" FROM "orders" AS o0' };
        assert.match(await ask('CLIENT', 'shop.repo.query:orders', query, 'opentelemetry_ecto'), /^unmapped/);
      },
    ));

  it("leads from GraphQL documents to Absinthe's resolvers", () =>
    withMapped(
      {
        'mix.exs': FILES['mix.exs'],
        'lib/shop_web/schema.ex': `defmodule ShopWeb.Schema do
  use Absinthe.Schema
  alias ShopWeb.Resolvers
  query do
    import_fields :order_queries
    field :me, :user, resolve: &Resolvers.Users.me/2
  end
  mutation do
    @desc "Adds one"
    field :add_order, :order do
      arg :name, non_null(:string)
      resolve handle_errors(&Resolvers.Orders.add/3)
    end
  end
end
`,
        'lib/shop_web/schema/order_types.ex': `defmodule ShopWeb.Schema.OrderTypes do
  use Absinthe.Schema.Notation
  object :order_queries do
    field :open_orders, list_of(:order) do
      resolve(&ShopWeb.Resolvers.Orders.open/3)
    end
    field :loaded, :order, resolve: dataloader(Repo)
  end
end
`,
        'lib/shop_web/resolvers/orders.ex': `defmodule ShopWeb.Resolvers.Orders do
  def open(_, _, _), do: {:ok, []}
  def add(_, args, _), do: {:ok, args}
end
`,
        'lib/shop_web/resolvers/users.ex': `defmodule ShopWeb.Resolvers.Users do
  def me(_, _), do: {:ok, nil}
end
`,
      },
      (document: string) =>
        operation('INTERNAL', 'GraphQL Operation', { 'graphql.document': document }, { language: 'erlang' }),
      async (ask) => {
        assert.match(await ask('query { openOrders { id } }'), /resolvers\/orders\.ex:2 .*open 0\.8/);
        assert.match(await ask('mutation Add { addOrder(name: "x") { id } }'), /resolvers\/orders\.ex:3 .*add/);
        assert.match(await ask('{ me { id } }'), /resolvers\/users\.ex:2 .*me/);
        assert.match(await ask('query { loaded { id } }'), /^unmapped/);
        assert.match(await ask('query { addOrder { id } }'), /^unmapped/);
      },
    ));

  it('leads to a plug whose call its macros write, also where another plug hands the request on', () =>
    withMapped(
      {
        'mix.exs': FILES['mix.exs'],
        'lib/shop/router.ex': `defmodule Shop.Router do
  use Plug.Router
  alias Shop.Plugs.WithConfig
  get "/health", to: Shop.HealthPlug
  get "/orders", to: WithConfig, init_opts: [plug: Shop.OrdersPlug, key: :config]
  get "/config", to: WithConfig
end
`,
        'lib/shop/plugs.ex': `defmodule Shop.HealthPlug do
  use Plug.Builder
  plug :answer
end
defmodule Shop.OrdersPlug do
  def init(options), do: options
  def call(conn, _), do: conn
end
defmodule Shop.Plugs.WithConfig do
  def call(conn, {plug, key}), do: plug.call(conn, key)
end
`,
      },
      (path: string) =>
        operation(
          'SERVER',
          `GET ${path}`,
          { 'http.request.method': 'GET', 'http.route': path },
          { service: 'shop', scope: 'opentelemetry_bandit', language: 'erlang' },
        ),
      async (ask) => {
        assert.equal(await ask('/health'), 'lib/shop/plugs.ex:1 Shop.HealthPlug 0.85');
        assert.equal(await ask('/orders'), 'lib/shop/plugs.ex:7 Shop.OrdersPlug.call 0.85');
        assert.equal(await ask('/config'), 'lib/shop/plugs.ex:10 Shop.Plugs.WithConfig.call 0.85');
      },
    ));
});
