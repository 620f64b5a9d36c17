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
});
