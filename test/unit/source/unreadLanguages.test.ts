import assert from 'node:assert/strict';
import { openMapper, operation, told, withFolder, withMapped } from '../../support/mappingWorkspace';

const ORDERS = `package shop.orders

class Orders {
  def place(id: String): Unit = {
    throw new IllegalStateException(id)
  }
}
`;

const FILES = {
  'build.sbt': 'name := "shop"\n',
  'src/main/scala/shop/orders/Orders.scala': ORDERS,
  'src/main/resources/logback.xml': '<configuration/>\n',
};

describe('source: languages without a grammar', () => {
  it('shows the row that a span or a frame of an exception names', () =>
    withMapped(
      FILES,
      (attributes: Record<string, string | number>) =>
        operation('INTERNAL', 'work', attributes, { service: 'shop', language: 'java' }),
      async (ask) => {
        const file = '/app/src/main/scala/shop/orders/Orders.scala';
        const place = { 'code.filepath': file, 'code.lineno': 4, 'code.function': 'place' };
        assert.equal(await ask(place), 'src/main/scala/shop/orders/Orders.scala:4  0.9');
        assert.match(await ask({ ...place, 'code.lineno': 40 }), /^unmapped/);
        const settings = { 'code.filepath': '/app/src/main/resources/logback.xml', 'code.lineno': 1 };
        assert.match(await ask(settings), /^unmapped/);
        const frames = 'shop.Sold: 7\n\tat shop.orders.Orders$.place(Orders.scala:5)\n\tat x.Y.z(Y.java:1)';
        const thrown = { 'exception.type': 'shop.Sold', 'exception.stacktrace': frames };
        assert.match(await ask(thrown), /orders\/Orders\.scala:5 /);
      },
    ));

  it('names the language where the span says no row', () =>
    withFolder(FILES, async (folder) => {
      const mapper = await openMapper([folder]);
      const attributes = { 'code.filepath': '/app/src/main/scala/shop/orders/Orders.scala', 'code.function': 'place' };
      const mapping = await mapper.map(operation('INTERNAL', 'work', attributes, { service: 'shop' }));
      assert.equal(told(mapper, mapping), 'unmapped file-not-read');
      assert.ok(mapping.status === 'unmapped');
      assert.match(mapping.reason.text, /Orders\.scala is not read: Scala is a language Spanlight does not read\./);
    }));
});
