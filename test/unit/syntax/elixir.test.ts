import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: Elixir', () => {
  it('names modules and functions, all clauses of one together', () =>
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
          'ShopWeb.OrderController.show @4(conn, _) 4-7',
          'ShopWeb.OrderController.helper @8(x) 8-8',
          'ShopWeb.OrderController.bare @9() 9-9',
          'ShopWeb.OrderController.Inner.deep @11(a) 11-11',
        ],
        types: ['ShopWeb.OrderController', 'ShopWeb.OrderController.Inner'],
        constants: ['ShopWeb.OrderController.topic = orders'],
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
