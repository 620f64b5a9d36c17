import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: Ruby', () => {
  it('names methods, classes, modules and constants', () =>
    expectFacts(
      'a.rb',
      `module Shop
  class OrdersController < ApplicationController
    TOPIC = "orders".freeze
    def show(id, name: nil)
      helper { |x| x }
    end
    def self.build = new
    private def helper; end
  end
end
class Shop::Billing::Invoice < Base::Record
  class << self
    def find!; end
  end
end
`,
      {
        functions: [
          'Shop.OrdersController.show @4(id, name) 4-6',
          'Shop.OrdersController.build @7() 7-7',
          'Shop.OrdersController.helper @8() 8-8',
          'Shop.Billing.Invoice.find! @13() 13-13',
        ],
        types: ['Shop', 'Shop.OrdersController : ApplicationController', 'Shop.Billing.Invoice : Base.Record'],
        constants: ['Shop.OrdersController.TOPIC = orders'],
      },
    ));

  it('spans and tracers', () =>
    expectFacts(
      'a.rb',
      `class Orders
  NAME = 'orders.load'
  TRACER = OpenTelemetry.tracer_provider.tracer('shop', '1.0')
  def load(id)
    TRACER.in_span(NAME, kind: :client) { |span| span.set_attribute('id', id) }
    Datadog::Tracing.trace("order #{id}") { find(id) }
    span = TRACER.start_span('work ' + id)
    with_span('helped') { nil }
    logger.span_context('no')
    logger.trace('logged')
    TRACER.in_span("Orders.#{__method__}") { nil }
  end
end
`,
      {
        spans: [
          'orders.load [CLIENT] in Orders.load @4',
          'order ${id} in Orders.load @4',
          'work ${id} in Orders.load @4',
          'helped in Orders.load @4',
          'Orders.load in Orders.load @4',
        ],
        tracerNames: ['shop'],
      },
    ));

  it('calls of gruf’s clients, with their service or without, and of no other clients', () =>
    expectFacts(
      'a.rb',
      `class Orders
  def place(id)
    client = Gruf::Client.new(service: ::Rpc::Orders)
    client.call(:place_order, id: id)
    Gruf::Client.new(service: ::Rpc::Stock).call(:Reserve, id: id)
    stock_client.call(:ReleaseAll, id: id)
    soap_client.call(:get_order, message: { id: id })
    handler.call(:GetOrder)
    block.call(:GET)
  end
end
`,
      {
        rpcs: [
          'client Orders/PlaceOrder → Orders.place @2',
          'client Stock/Reserve → Orders.place @2',
          'client /ReleaseAll → Orders.place @2',
        ],
      },
    ));

  it('statements, also in here-documents', () =>
    expectFacts(
      'a.rb',
      `def find(id)
  connection.execute(<<~SQL, id)
    SELECT id FROM orders
    WHERE id = #{id}
  SQL
end
`,
      { queries: ['\n    SELECT id FROM orders\n    WHERE id = ${id}\n   in find @1'] },
    ));
});
