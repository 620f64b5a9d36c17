import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: routes of Ruby', () => {
  it("Rails' resources, nested, with options and concerns", () =>
    expectFacts(
      'config/routes.rb',
      `Rails.application.routes.draw do
  concern :commentable do
    resources :comments, only: [:index]
  end
  namespace :api, path: 'rest' do
    resources :orders, only: %i[show update], concerns: :commentable, param: :number do
      post :cancel, on: :member
      collection { get :recent }
      get :preview
      resources :line_items, shallow: true, only: :destroy
    end
    resource :profile, only: :show, controller: 'people'
  end
  resources :tags, only: [], path: 'labels' do
    resources :deletions, only: :create, module: :tag
  end
end
`,
      {
        routes: [
          "GET /rest/orders/:order_number/comments → 'Api.CommentsController.index'",
          "GET /rest/orders/:number → 'Api.OrdersController.show'",
          "PATCH /rest/orders/:number → 'Api.OrdersController.update'",
          "PUT /rest/orders/:number → 'Api.OrdersController.update'",
          "POST /rest/orders/:number/cancel → 'Api.OrdersController.cancel'",
          "GET /rest/orders/recent → 'Api.OrdersController.recent'",
          "GET /rest/orders/:order_number/preview → 'Api.OrdersController.preview'",
          "DELETE /rest/line_items/:id → 'Api.LineItemsController.destroy'",
          "GET /rest/profile → 'Api.PeopleController.show'",
          "POST /labels/:tag_id/deletions → 'Tag.DeletionsController.create'",
        ],
      },
    ));

  it("Rails' verbs, scopes, roots and what no controller answers", () =>
    expectFacts(
      'config/routes.rb',
      `Rails.application.routes.draw do
  root to: 'home#index'
  get 'about' => 'pages#about'
  get 'orders/recent'
  get 'search(/:term)', to: 'search#show'
  match 'both', to: 'x#y', via: [:get, :post]
  scope '/v1', module: 'v1' do
    get :status, to: 'health#show'
  end
  scope '/admin', controller: :admin do
    get 'panel'
  end
  namespace(:webhooks) { post 'stripe' }
  authenticate :user do
    get 'mine', controller: 'orders', action: :mine
  end
  if Rails.env.development?
    mount Sidekiq::Web => '/sidekiq'
    get 'dev', to: 'dev#index'
  end
  get 'old', to: redirect('/new')
  get 'live', to: proc { [200, {}, []] }
  devise_for :users
end
`,
      {
        routes: [
          "GET / → 'HomeController.index'",
          "GET /about → 'PagesController.about'",
          "GET /orders/recent → 'OrdersController.recent'",
          "GET /search/:term? → 'SearchController.show'",
          "GET /both → 'XController.y'",
          "POST /both → 'XController.y'",
          "GET /v1/status → 'V1.HealthController.show'",
          "GET /admin/panel → 'AdminController.panel'",
          "POST /webhooks/stripe → 'WebhooksController.stripe'",
          "GET /mine → 'OrdersController.mine'",
          "GET /dev → 'DevController.index'",
        ],
      },
    ));

  it("routes that Rails' draw loads from a file of its own, and no request of a test", async () => {
    await expectFacts('config/routes/admin.rb', `namespace :admin do\n  resources :users, only: :index\nend\n`, {
      routes: ["GET /admin/users → 'Admin.UsersController.index'"],
    });
    await expectFacts('spec/a_spec.rb', `require 'x'\ndescribe 'a' do\n  it('b') { get '/orders/1' }\nend\n`, {});
  });

  it("Sinatra's blocks", () =>
    expectFacts(
      'app.rb',
      `class Orders < Sinatra::Base
  get '/orders/:id', provides: :json do
    cache.get('x') { 1 }
  end
  get(%r{^/health$}) { 'ok' }
  get Mustermann.new('/m/:id') do
  end
  namespace '/api' do
    post('/pay') { 1 }
  end
  def helper
    get('/no') { 1 }
  end
end
`,
      {
        functions: [
          'Orders.(anonymous) @2() 2-4',
          'Orders.(anonymous) @5() 5-5',
          'Orders.(anonymous) @6() 6-7',
          'Orders.(anonymous) @9() 9-9',
          'Orders.helper @11() 11-13',
        ],
        types: ['Orders : Sinatra.Base'],
        routes: [
          'GET /orders/:id → Orders.(anonymous) @2',
          'GET /health → Orders.(anonymous) @5',
          'GET /m/:id → Orders.(anonymous) @6',
          'POST /api/pay → Orders.(anonymous) @9',
        ],
      },
    ));

  it("Grape's endpoints and mounts", () =>
    expectFacts(
      'api.rb',
      `class Root < Grape::API
  version 'v1', using: :path
  prefix :api
  mount Orders => '/shop'
end
class Orders < Grape::API
  version 'v2', using: :header
  resource :orders do
    get { [] }
    route_param :id do
      delete(':item') { 1 }
    end
    mount Items
  end
end
`,
      {
        functions: ['Orders.(anonymous) @9() 9-9', 'Orders.(anonymous) @11() 11-11'],
        types: ['Root : Grape.API', 'Orders : Grape.API'],
        routes: ['GET /orders → Orders.(anonymous) @9', 'DELETE /orders/:id/:item → Orders.(anonymous) @11'],
        mounts: ['Root + api/v1 → *own', 'Root + /shop → Orders', 'Orders + orders → Items'],
      },
    ));

  it('jobs, messages, RPCs and requests', () =>
    expectFacts(
      'a.rb',
      `class Orders < Shop::V1::Orders::Service
  def place_order(req, _call)
    ShipJob.perform_async(1)
    Shop::MailJob.set(wait: 5).perform_later(1)
    Resque.enqueue(OldJob, 1)
    stub = Shop::Billing::Stub.new('x:1', :insecure)
    stub.charge_card(req)
    producer.deliver_message('x', topic: 'orders')
    events = channel.topic('events')
    events.publish('y', routing_key: 'z')
    Faraday.get("https://pay.example/v1/charge")
    cache.get('/no')
    client.post("#{base}/items")
  end
end
class Worker
  from_queue 'q.orders'
  def work(message); end
end
class Reader < Racecar::Consumer
  subscribes_to 'orders'
  def process(message); end
end
`,
      {
        functions: [
          'Orders.place_order @2(req, _call) 2-14',
          'Worker.work @18(message) 18-18',
          'Reader.process @22(message) 22-22',
        ],
        types: ['Orders : Shop.V1.Orders.Service', 'Worker', 'Reader : Racecar.Consumer'],
        rpcs: ['server Orders/PlaceOrder → Orders.place_order @2', 'client Billing/ChargeCard → Orders.place_order @2'],
        messages: [
          'producer job job:ShipJob → Orders.place_order @2',
          'producer job job:Shop.MailJob → Orders.place_order @2',
          'producer job job:OldJob → Orders.place_order @2',
          'producer kafka orders → Orders.place_order @2',
          'producer rabbitmq events → Orders.place_order @2',
          'consumer rabbitmq q.orders → Worker.work @18',
          'consumer kafka orders → Reader.process @22',
        ],
        httpCalls: [
          'Faraday GET https://pay.example/v1/charge in Orders.place_order @2',
          'http POST ${base}/items in Orders.place_order @2',
        ],
      },
    ));
});
