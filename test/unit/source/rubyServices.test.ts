import assert from 'node:assert/strict';
import type { OperationKey, SpanKind } from '../../../src/model/operation';
import { operation, withMapped } from '../../support/mappingWorkspace';

const SHOP = {
  'config/routes.rb': `Rails.application.routes.draw do
  resources :orders
  namespace :api do
    resources :orders, only: :index
  end
  get 'old', to: redirect('/orders')
end
`,
  'app/controllers/application_controller.rb': `class ApplicationController < ActionController::Base
  def status; end
end
`,
  'app/controllers/orders_controller.rb': `class OrdersController < ApplicationController
  include Listing
  def create; end
end
`,
  'app/controllers/concerns/listing.rb': `module Listing
  def index; end
end
`,
  'app/controllers/api/orders_controller.rb': `module API
  class OrdersController < ApplicationController
    def index; end
  end
end
`,
  'app/jobs/ship_job.rb': `class ShipJob < ApplicationJob
  def perform(order); end
end
`,
  'app/jobs/shop/ship_job.rb': `module Shop
  class ShipJob
    def perform(order); end
  end
end
`,
  'app/models/order.rb': `class Order
  def place
    ShipJob.perform_later(self)
  end
  def first
    MailJob.perform_async(1)
  end
  def second
    MailJob.perform_async(2)
  end
end
`,
};

const LIBRARY = 'OpenTelemetry::Instrumentation::Rack';

function asked(kind: SpanKind, name: string, attributes: Record<string, string> = {}, scope = LIBRARY): OperationKey {
  return operation(kind, name, attributes, { scope, language: 'ruby' });
}

function action(type: string, name: string): OperationKey {
  return asked('SERVER', `GET /x`, { 'code.namespace': type, 'code.function': name });
}

describe('source: services in Ruby', () => {
  it("finds controllers' actions by their full names, also inherited and included ones", () =>
    withMapped(SHOP, action, async (ask) => {
      assert.equal(
        await ask('OrdersController', 'create'),
        'app/controllers/orders_controller.rb:3 OrdersController.create 0.9',
      );
      assert.equal(await ask('OrdersController', 'index'), 'app/controllers/concerns/listing.rb:2 Listing.index 0.9');
      assert.equal(
        await ask('OrdersController', 'status'),
        'app/controllers/application_controller.rb:2 ApplicationController.status 0.9',
      );
      assert.equal(await ask('Admin::OrdersController', 'create'), 'unmapped symbol-not-found');
      assert.equal(await ask('Aws::Plugins::Telemetry', 'create'), 'unmapped symbol-not-found');
    }));

  it('finds routes without code attributes, and none that redirect', () =>
    withMapped(SHOP, asked, async (ask) => {
      const get = (route: string): Promise<string> =>
        ask('SERVER', `GET ${route}`, { 'http.request.method': 'GET', 'http.route': route });
      assert.equal(await get('/orders'), 'app/controllers/concerns/listing.rb:2 Listing.index 0.85');
      assert.match(
        await get('/api/orders'),
        /^app\/controllers\/api\/orders_controller.rb:3 API.OrdersController.index/,
      );
      assert.match(await get('/old'), /^unmapped/);
    }));

  it('finds what works on jobs, and the one call that enqueues them', () =>
    withMapped(SHOP, asked, async (ask) => {
      const sidekiq = { 'messaging.system': 'sidekiq', 'messaging.destination': 'default' };
      const job = (kind: SpanKind, type: string): Promise<string> =>
        ask(kind, 'default', { ...sidekiq, 'messaging.sidekiq.job_class': type });
      assert.equal(await job('CONSUMER', 'ShipJob'), 'app/jobs/ship_job.rb:2 ShipJob.perform 0.9');
      assert.equal(await job('CONSUMER', 'Shop::ShipJob'), 'app/jobs/shop/ship_job.rb:3 Shop.ShipJob.perform 0.9');
      assert.equal(await job('PRODUCER', 'ShipJob'), 'app/models/order.rb:3 Order.place 0.8');
      // The call outside of the module means the other class.
      assert.equal(await job('PRODUCER', 'Shop::ShipJob'), 'unmapped service-not-bound');
      assert.equal(await job('PRODUCER', 'MailJob'), 'ambiguous 2');
      const active = { 'messaging.system': 'active_job', 'code.namespace': 'ActionMailer::MailDeliveryJob' };
      assert.equal(await ask('CONSUMER', 'mailers process', active), 'unmapped symbol-not-found');
    }));

  it('leaves the spans of Active Record alone', () =>
    withMapped(
      { 'order.rb': `class Order\n  def load\n    T.in_span('Order query') { 1 }\n  end\nend\n` },
      asked,
      async (ask) => {
        assert.match(
          await ask('INTERNAL', 'Order query', {}, 'OpenTelemetry::Instrumentation::ActiveRecord'),
          /^unmapped/,
        );
        assert.equal(await ask('INTERNAL', 'Order query', {}, 'shop'), 'order.rb:2 Order.load 0.7');
      },
    ));

  it("puts Grape's prefixes and versions in front of the mounted endpoints", () =>
    withMapped(
      {
        'root.rb': `class Root < Grape::API\n  version 'v1'\n  prefix :api\n  mount Shop::Orders\nend\n`,
        'orders.rb': `module Shop\n  class Orders < Grape::API\n    resource :orders do\n      get(':id') { 1 }\n    end\n  end\nend\n`,
      },
      asked,
      async (ask) => {
        const route = (text: string): Promise<string> =>
          ask('SERVER', `GET ${text}`, { 'http.method': 'GET', 'http.route': text });
        assert.equal(await route('/api/v1/orders/:id'), 'orders.rb:4 Shop.Orders.(anonymous) 0.85');
      },
    ));

  it("finds what Bunny's spans name in their names", () =>
    withMapped(
      {
        'worker.rb': `class Worker
  def run(ch)
    q = ch.queue('jobs', durable: true)
    q.bind(ch.topic('other'))
    ex = ch.topic('orders')
    q.bind(ex, routing_key: 'created')
    q.subscribe do |delivery, properties, body|
      work(body)
    end
  end

  def send(ch)
    ch.default_exchange.publish('x', routing_key: 'jobs')
  end
end
`,
      },
      asked,
      async (ask) => {
        const scope = 'OpenTelemetry::Instrumentation::Bunny';
        assert.match(await ask('CONSUMER', 'orders.created process', {}, scope), /^worker.rb:7 /);
        assert.match(await ask('CONSUMER', '.jobs process', {}, scope), /^worker.rb:7 /);
        const sent = { 'messaging.system': 'rabbitmq', 'messaging.destination': '' };
        assert.equal(await ask('PRODUCER', '.jobs publish', sent, scope), 'worker.rb:13 Worker.send 0.75');
        assert.match(await ask('CONSUMER', 'invoices.created process', {}, scope), /^unmapped/);
      },
    ));
});
