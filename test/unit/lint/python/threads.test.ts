import { expectInWork } from './support';

const HEAD = `import asyncio
import contextvars
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import requests
from opentelemetry import context, trace

tracer = trace.get_tracer(__name__)
pool = ThreadPoolExecutor(max_workers=4)


def price(item):
    with tracer.start_as_current_span("price"):
        return item * 2


def fetch(item):
    return requests.get(f"http://stock:8080/{item}")


def plain(item):
    return item + 1


def attached(item, ctx):
    token = context.attach(ctx)
    with tracer.start_as_current_span("price"):
        context.detach(token)


`;
const FIRST = HEAD.split('\n').length;

/** Each with what it hands over inside a traced function, and whether the context is lost. */
const CASES: readonly (readonly [title: string, code: string, lost: boolean])[] = [
  ['submit of work with spans', 'pool.submit(price, 1)', true],
  ['map of work with spans', 'list(pool.map(price, [1, 2]))', true],
  ['submit of work that calls out', 'pool.submit(fetch, 1)', true],
  ['submit of a request itself', 'pool.submit(requests.get, "http://stock:8080/1")', true],
  ['a thread', 'threading.Thread(target=price, args=(1,)).start()', true],
  ['a timer', 'threading.Timer(2.0, price).start()', true],
  ['run_in_executor', 'asyncio.get_event_loop().run_in_executor(None, price, 1)', true],
  ['a lambda', 'pool.submit(lambda: price(1))', true],
  ['work without spans', 'pool.submit(plain, 1)', false],
  ['copy_context', 'pool.submit(contextvars.copy_context().run, price, 1)', false],
  ['a context that is given', 'pool.submit(attached, 1, context.get_current())', false],
  ['to_thread, which keeps the context', 'asyncio.to_thread(price, 1)', false],
  ['create_task, which keeps the context', 'asyncio.create_task(price(1))', false],
  ['another process', 'ProcessPoolExecutor().submit(price, 1)', false],
  ['an unknown pool', 'others.submit(price, 1)', false],
];

describe('lint python: PY-THREAD-CTX-LOSS', () => {
  for (const [title, code, lost] of CASES) {
    it(`${lost ? 'finds' : 'leaves'} ${title}`, async () => {
      const work = `${HEAD}def handle(order):\n    with tracer.start_as_current_span("order"):\n        ${code}\n`;
      await expectInWork(['RequestsInstrumentor'], work, lost ? [`PY-THREAD-CTX-LOSS ${FIRST + 2}`] : []);
    });
  }

  it('leaves threads where they are instrumented', async () => {
    const work = `${HEAD}def handle(order):\n    with tracer.start_as_current_span("order"):\n        pool.submit(price, 1)\n`;
    await expectInWork(['RequestsInstrumentor', 'ThreadingInstrumentor'], work, []);
  });

  it('leaves workers that are started once and loop', async () => {
    const work = `${HEAD}class Worker:
    def start(self):
        threading.Thread(target=self.loop, daemon=True).start()

    def loop(self):
        while not self.stopped:
            with tracer.start_as_current_span("tick"):
                pass


def main():
    threading.Thread(target=price, args=(1,)).start()
`;
    await expectInWork(['RequestsInstrumentor'], work, []);
  });

  it('finds it in a function that a handler calls', async () => {
    const work = `${HEAD}@app.get("/orders")
def orders():
    return quote([1, 2])


def quote(items):
    with ThreadPoolExecutor() as own:
        return list(own.map(price, items))
`;
    await expectInWork(['RequestsInstrumentor'], work, [`PY-THREAD-CTX-LOSS ${FIRST + 7}`]);
  });

  it('leaves work that a loop without end hands over', async () => {
    const work = (loop: string): string => `${HEAD}async def watch(loop):
    ${loop}
        await loop.run_in_executor(None, price, 1)
`;
    await expectInWork(['RequestsInstrumentor'], work('while True:'), []);
    await expectInWork(['RequestsInstrumentor'], work('if loop:'), [`PY-THREAD-CTX-LOSS ${FIRST + 2}`]);
  });
});
