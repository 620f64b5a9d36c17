import assert from 'node:assert/strict';
import { parseQualifiedName, type NameDialect } from '../../../../src/source/names/qualifiedName';

/** `module | Type.Inner | function`. */
function read(dialect: NameDialect, name: string, namespace?: string): string | undefined {
  const found = parseQualifiedName(dialect, name, namespace);
  return found && `${found.module} | ${found.container.join('.')} | ${found.name}`;
}

describe('qualified names', () => {
  it('reads Java, with what compilers and proxies add', () => {
    assert.equal(read('java', 'com.shop.Orders.place'), 'com.shop | Orders | place');
    assert.equal(read('java', 'place', 'com.shop.Outer$Inner'), 'com.shop | Outer.Inner | place');
    assert.equal(read('java', 'com.shop.Main$1.run'), 'com.shop | Main | run');
    assert.equal(read('java', 'com.shop.Orders$$SpringCGLIB$$0.place'), 'com.shop | Orders | place');
    assert.equal(read('java', 'com.shop.Orders.lambda$place$3'), 'com.shop | Orders | place');
    assert.equal(read('java', 'com.shop.Orders$$Lambda/0x00007f.apply'), 'com.shop | Orders | apply');
    assert.equal(read('java', 'com.shop.Orders.<init>'), 'com.shop | Orders | Orders');
  });

  it('reads Go', () => {
    assert.equal(
      read('go', 'github.com/shop/orders/api.(*Server).Place'),
      'github.com/shop/orders/api | Server | Place',
    );
    assert.equal(read('go', 'github.com/shop/orders.Place.func1.2'), 'github.com/shop/orders |  | Place');
    assert.equal(read('go', 'main.main'), 'main |  | main');
    assert.equal(
      read('go', 'example.com/a%2eb.Map[go.shape.int,map[string]int].Get-fm'),
      'example.com/a.b | Map | Get',
    );
    assert.equal(read('go', 'Place', 'github.com/shop/orders'), 'github.com/shop/orders |  | Place');
    assert.equal(read('go', '(*Service).Place'), ' | Service | Place');
    assert.equal(read('go', 'Place', '*Service'), ' | Service | Place');
  });

  it('reads Python', () => {
    assert.equal(read('python', 'app.orders.Service.place'), 'app.orders | Service | place');
    assert.equal(read('python', 'outer.<locals>.inner'), ' | outer | inner');
    assert.equal(read('python', 'place', 'app.orders'), ' | app.orders | place');
    assert.equal(read('python', 'app.x.<lambda>'), ' | app | x');
    assert.equal(read('python', '<module>'), undefined);
  });

  it('reads .NET, with what the compiler makes of async and local functions', () => {
    assert.equal(read('dotnet', 'Shop.Orders.Place'), ' | Shop.Orders | Place');
    assert.equal(read('dotnet', 'Shop.Orders.<Place>d__5.MoveNext'), ' | Shop.Orders | Place');
    assert.equal(read('dotnet', 'Shop.Outer+Inner.Place'), ' | Shop.Outer.Inner | Place');
    assert.equal(read('dotnet', 'Shop.Orders+<Place>d__5.MoveNext'), ' | Shop.Orders | Place');
    assert.equal(read('dotnet', 'Program.<<Main>$>g__Run|0_0'), ' | Program | Run');
    assert.equal(read('dotnet', 'Shop.Orders.<>c__DisplayClass3_0.<Place>b__1'), ' | Shop.Orders | Place');
  });

  it('reads JavaScript', () => {
    assert.equal(read('javascript', 'OrdersController.create'), ' | OrdersController | create');
    assert.equal(read('javascript', 'Object.handler'), ' |  | handler');
    assert.equal(read('javascript', 'async place'), ' |  | place');
    assert.equal(read('javascript', '<anonymous>'), undefined);
  });

  it('refuses what nobody named', () => {
    for (const dialect of ['java', 'go', 'python', 'dotnet', 'javascript'] as const) {
      assert.equal(parseQualifiedName(dialect, ''), undefined);
      assert.equal(parseQualifiedName(dialect, 'x'.repeat(5000)), undefined);
    }
  });
});

describe('names of the languages without code attributes of their own', () => {
  const cases: readonly (readonly [NameDialect, string, string | undefined, string])[] = [
    ['ruby', 'show', 'Shop::OrdersController', 'Shop.OrdersController.show'],
    ['ruby', 'Shop::Orders#place!', undefined, 'Shop.Orders.place!'],
    ['ruby', 'block in Shop::Orders.build', undefined, 'Shop.Orders.build'],
    ['php', 'App\\Orders\\OrderService::place', undefined, 'App\\Orders|OrderService.place'],
    ['php', 'App\\Orders\\helper', undefined, 'App\\Orders|helper'],
    ['php', 'App\\{closure}', undefined, '-'],
    ['rust', 'shop::orders::Orders<T>::place::{{closure}}', undefined, 'shop.orders.Orders.place'],
    ['rust', 'place', 'crate::orders', 'orders.place'],
    ['elixir', 'Elixir.Shop.Orders.place/2', undefined, 'Shop.Orders.place'],
    ['elixir', 'anonymous fn/1 in Shop.Orders.place/2', undefined, 'Shop.Orders.place'],
    ['elixir', 'orders:place/2', undefined, 'orders.place'],
  ];
  for (const [dialect, name, namespace, expected] of cases) {
    it(`${dialect}: ${name}`, () => {
      const found = parseQualifiedName(dialect, name, namespace);
      const told = found && [found.module, [...found.container, found.name].join('.')].filter((part) => part !== '');
      assert.equal(told === undefined ? '-' : told.join('|'), expected);
    });
  }
});
