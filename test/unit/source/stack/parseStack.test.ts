import assert from 'node:assert/strict';
import { parseStack } from '../../../../src/source/stack/parseStack';

/** The frames as one text each. */
function frames(stack: string): [string | undefined, ...string[]] {
  const parsed = parseStack(stack);
  return [
    parsed?.dialect,
    ...(parsed?.frames ?? []).map((f) => `${f.function ?? '-'} ${f.file ?? '-'}:${f.line ?? '-'}`),
  ];
}

describe('stacks', () => {
  it('reads V8', () => {
    const stack = `TypeError: x is not a function
    at async OrderService.place [as run] (file:///app/dist/orders.js:12:5)
    at new Thing (/app/thing.js:3:1)
    at /app/anonymous.js:9:20
    at Array.map (<anonymous>)
    at Object.<anonymous> (C:\\app\\main.js:1:2)
    at node:internal/main/run_main_module:28:49`;
    assert.deepEqual(frames(stack), [
      'javascript',
      'OrderService.place file:///app/dist/orders.js:12',
      'Thing /app/thing.js:3',
      '- /app/anonymous.js:9',
      '- C:\\app\\main.js:1',
      '- node:internal/main/run_main_module:28',
    ]);
  });

  it('reads Python from the bottom, and of a chain what left the span first', () => {
    const stack = `Traceback (most recent call last):
  File "/app/db.py", line 3, in connect
    raise OSError()
OSError

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 9, in <module>
    run()
  File "/app/main.py", line 5, in run
    raise ValueError()
ValueError`;
    assert.deepEqual(frames(stack), ['python', 'run /app/main.py:5', '- /app/main.py:9', 'connect /app/db.py:3']);
  });

  it('reads Java from the last cause', () => {
    const stack = `jakarta.servlet.ServletException: failed
\tat org.framework.Dispatch.run(Dispatch.java:1022)
\tat java.base/java.lang.Thread.run(Thread.java:840)
Caused by: java.lang.IllegalStateException: boom
\tat app//com.shop.Orders$Inner.lambda$place$0(Orders.java:42) ~[shop.jar:1.0]
\tat com.shop.Native.call(Native Method)
\t... 40 more`;
    assert.deepEqual(frames(stack), [
      'java',
      'com.shop.Orders$Inner.lambda$place$0 Orders.java:42',
      'com.shop.Native.call -:-',
      'org.framework.Dispatch.run Dispatch.java:1022',
      'java.lang.Thread.run Thread.java:840',
    ]);
  });

  it('reads Go, also cut off', () => {
    const stack = `goroutine 41 [running]:
runtime/debug.Stack()
\t/usr/local/go/src/runtime/debug/stack.go:26 +0x5e
main.(*server).Place(0xc000, {0x1, 0x2})
\t/src/cmd/orders/main.go:77 +0x1a5
created by net/http.(*Server).Serve in goroutine 1
\t/usr/local/go/src/net/http/ser`;
    assert.deepEqual(frames(stack), [
      'go',
      'runtime/debug.Stack /usr/local/go/src/runtime/debug/stack.go:26',
      'main.(*server).Place /src/cmd/orders/main.go:77',
    ]);
  });

  it('reads .NET', () => {
    const stack = `System.InvalidOperationException: boom
   at Shop.Orders.<Place>d__5.MoveNext() in /src/Orders/Orders.cs:line 42
--- End of stack trace from previous location ---
   at Shop.Api.Handle(Int32 id, CancellationToken token) in C:\\src\\Api.cs:line 7
   at Microsoft.AspNetCore.Http.RequestDelegateFactory.ExecuteTaskResult()`;
    assert.deepEqual(frames(stack), [
      'dotnet',
      'Shop.Orders.<Place>d__5.MoveNext /src/Orders/Orders.cs:42',
      'Shop.Api.Handle C:\\src\\Api.cs:7',
      'Microsoft.AspNetCore.Http.RequestDelegateFactory.ExecuteTaskResult -:-',
    ]);
  });

  it('has nothing to say of other text, however long', () => {
    assert.equal(parseStack('no stack at all'), undefined);
    assert.equal(parseStack(''), undefined);
    assert.equal(parseStack('at '.repeat(500_000)), undefined);
  });

  it('reads Ruby, from the top', () => {
    const stack = `app/models/order.rb:12:in 'Shop::Order#place': out of stock (RuntimeError)
\tfrom app/controllers/orders_controller.rb:8:in \`block (2 levels) in create'
\tfrom /usr/local/bundle/gems/actionpack-7.1.2/lib/action_controller/metal.rb:4:in \`<main>'`;
    assert.deepEqual(frames(stack), [
      'ruby',
      'Shop::Order#place app/models/order.rb:12',
      'create app/controllers/orders_controller.rb:8',
      '- /usr/local/bundle/gems/actionpack-7.1.2/lib/action_controller/metal.rb:4',
    ]);
  });

  it('reads what the SDK makes of PHP, from the last cause', () => {
    const stack = `App.Exceptions.Failed: outer
\tat App.Http.Controllers.OrderController.store(OrderController.php:31)
\tat {main}(index.php:17)
Caused by: RuntimeException: inner
\tat App.helper(helpers.php:4)
\t... 2 more`;
    assert.deepEqual(frames(stack), [
      'php',
      'App\\helper helpers.php:4',
      'App\\Http\\Controllers\\OrderController::store OrderController.php:31',
      '- index.php:17',
    ]);
  });

  it('reads PHP, whose rows name the function that was called there', () => {
    const stack = `RuntimeException: no stock in /var/www/app/Orders.php:31
Stack trace:
#0 /var/www/app/Http/OrderController.php(12): App\\Orders->place(Array)
#1 /var/www/vendor/laravel/framework/src/Router.php(4): App\\Http\\OrderController->store(Object(Request))
#2 {main}`;
    assert.deepEqual(frames(stack), [
      'php',
      'App\\Orders::place /var/www/app/Orders.php:31',
      'App\\Http\\OrderController::store /var/www/app/Http/OrderController.php:12',
      '- /var/www/vendor/laravel/framework/src/Router.php:4',
    ]);
  });

  it('reads Rust', () => {
    const stack = `   0: std::backtrace::Backtrace::create
             at /rustc/90b35a6/library/std/src/backtrace.rs:331:13
   1: <shop::orders::Orders as shop::Store>::find::{{closure}}::h0123456789abcdef
             at ./src/orders.rs:42:9
   2: main`;
    assert.deepEqual(frames(stack), [
      'rust',
      'std::backtrace::Backtrace::create /rustc/90b35a6/library/std/src/backtrace.rs:331',
      'shop::orders::Orders::find::{{closure}} ./src/orders.rs:42',
    ]);
  });

  it('reads Elixir without what its runtime and its frameworks add', () => {
    const stack = `** (RuntimeError) no stock
    (shop 0.1.0) lib/shop/orders.ex:12: Shop.Orders.place/2
    (phoenix 1.7.10) lib/phoenix/router.ex:430: Phoenix.Router.__call__/5
    lib/shop_web/endpoint.ex:1: anonymous fn/1 in ShopWeb.Endpoint.call/2
    (stdlib 5.1) proc_lib.erl:241: :proc_lib.init_p_do_apply/3`;
    assert.deepEqual(frames(stack), [
      'elixir',
      'Shop.Orders.place/2 lib/shop/orders.ex:12',
      'anonymous fn/1 in ShopWeb.Endpoint.call/2 lib/shop_web/endpoint.ex:1',
    ]);
  });
});
