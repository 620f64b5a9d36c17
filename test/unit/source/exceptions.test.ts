import assert from 'node:assert/strict';
import { operation, withMapped } from '../../support/mappingWorkspace';

const thrown = (language: string, stack: string) =>
  operation('INTERNAL', 'x', { 'exception.stacktrace': stack }, { language });

/** Where a stack was thrown in a project of these files. */
async function placeOf(files: Record<string, string>, language: string, stack: string): Promise<string> {
  let found = '';
  await withMapped(files, thrown, async (ask) => {
    found = await ask(language, stack);
  });
  return found;
}

describe('where an exception was thrown', () => {
  it('is found in Ruby, at the innermost row that is no gem', async () => {
    const files = { 'app/models/order.rb': 'class Order\n  def place\n    raise "no"\n  end\nend\n' };
    const stack =
      "/usr/local/bundle/gems/activerecord-7.1.2/lib/x.rb:4:in 'find': no (RuntimeError)\n\tfrom /app/app/models/order.rb:3:in 'Order#place'";
    assert.equal(await placeOf(files, 'ruby', stack), 'app/models/order.rb:3 Order.place 0.75');
  });

  it('is found in PHP, by the class where the file has no folder', async () => {
    const code =
      '<?php\nnamespace App;\nclass Orders\n{\n    public function place() {\n        throw new X();\n    }\n}\n';
    const files = { 'src/Orders.php': code, 'other/Orders.php': code.replace('namespace App', 'namespace Other') };
    const sdk = 'App.X: no\n\tat App.Orders.place(Orders.php:6)\n\tat {main}(index.php:1)';
    assert.equal(await placeOf(files, 'php', sdk), 'src/Orders.php:6 Orders.place 0.75');
    const own =
      'X: no in /var/www/src/Orders.php:6\nStack trace:\n#0 /var/www/index.php(3): App\\Orders->place()\n#1 {main}';
    assert.equal(await placeOf(files, 'php', own), 'src/Orders.php:6 Orders.place 0.75');
  });

  it('is found in Rust and Elixir', async () => {
    const rust = { 'src/orders.rs': 'impl Orders {\n    fn find(&self) {\n        panic!("no");\n    }\n}\n' };
    const backtrace =
      '   0: std::panicking::begin_panic\n             at /rustc/9/library/std/src/panicking.rs:5:1\n   1: shop::orders::Orders::find\n             at ./src/orders.rs:3:9';
    assert.equal(await placeOf(rust, 'rust', backtrace), 'src/orders.rs:3 Orders.find 0.75');
    const elixir = {
      'lib/shop/orders.ex': 'defmodule Shop.Orders do\n  def place(a, b) do\n    raise "no"\n  end\nend\n',
    };
    const trace = '** (RuntimeError) no\n    (shop 0.1.0) lib/shop/orders.ex:3: Shop.Orders.place/2\n';
    assert.equal(await placeOf(elixir, 'erlang', trace), 'lib/shop/orders.ex:3 Shop.Orders.place 0.75');
  });

  it('is found in Kotlin as in Java', async () => {
    const files = {
      'src/Orders.kt': 'package com.shop\n\nclass Orders {\n    fun place() {\n        error("no")\n    }\n}\n',
    };
    const stack = 'java.lang.IllegalStateException: no\n\tat com.shop.Orders.place(Orders.kt:5)\n';
    assert.equal(await placeOf(files, 'java', stack), 'src/Orders.kt:5 Orders.place 0.75');
  });

  it('is the method in .NET where symbols are missing', async () => {
    const code = (module: string) => `namespace ${module};
public class Orders
{
    public async Task PlaceAsync(int id)
    {
        throw new InvalidOperationException("no");
    }
}
`;
    const files = { 'Shop/Orders.cs': code('Shop'), 'Other/Orders.cs': code('Other') };
    const stack = (type: string) =>
      `System.InvalidOperationException: no\n   at System.ThrowHelper.Throw()\n   at ${type}.<PlaceAsync>d__1.MoveNext()`;
    assert.equal(await placeOf(files, 'dotnet', stack('Shop.Orders')), 'Shop/Orders.cs:4 Orders.PlaceAsync 0.75');
    assert.match(await placeOf(files, 'dotnet', stack('Third.Orders')), /^unmapped/);
  });
});
