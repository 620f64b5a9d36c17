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


def tell(item):
    return requests.post("https://hooks.slack.com/services/T/B/x", json={"text": item})


def plain(item):
    return item + 1


class ContextExecutor(ThreadPoolExecutor):
    def submit(self, fn, /, *args, **kwargs):
        return super().submit(contextvars.copy_context().run, fn, *args, **kwargs)


class CountingExecutor(ThreadPoolExecutor):
    def submit(self, fn, /, *args, **kwargs):
        return super().submit(fn, *args, **kwargs)


def index(item):
    with tracer.start_as_current_span("index"):
        return extractor.extract(item.pages, parent=item.folder)


def report(item):
    with tracer.start_as_current_span("report"):
        mail.attach(item.page)
        return templates.render("report.html", context=item.values)


def under(item, ctx):
    with tracer.start_as_current_span("price", context=ctx):
        return item


def begin(ctx):
    for var, value in ctx.items():
        var.set(value)


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
  ['work that extracts text from pages', 'pool.submit(index, 1)', true],
  ['work that fills in a template and attaches a file', 'pool.submit(report, 1)', true],
  ['work that opens its span under a context', 'pool.submit(under, 1, given)', false],
  ['submit of work that calls out', 'pool.submit(fetch, 1)', true],
  ['submit of a request itself', 'pool.submit(requests.get, "http://stock:8080/1")', true],
  ['a thread', 'threading.Thread(target=price, args=(1,)).start()', true],
  ['a timer', 'threading.Timer(2.0, price).start()', true],
  ['run_in_executor', 'asyncio.get_event_loop().run_in_executor(None, price, 1)', true],
  ['a lambda', 'pool.submit(lambda: price(1))', true],
  ['work that only calls somebody else', 'threading.Thread(target=tell, args=(1,)).start()', false],
  ['a request to somebody else', 'pool.submit(requests.get, "https://api.github.com/zen")', false],
  [
    'run_in_executor with a pool that copies the context',
    'own = ContextExecutor(2)\n        asyncio.get_event_loop().run_in_executor(own, price, 1)',
    false,
  ],
  [
    'run_in_executor with a pool that only counts',
    'own = CountingExecutor(2); asyncio.get_event_loop().run_in_executor(own, price, 1)',
    true,
  ],
  [
    'threads that begin with the context',
    'own = ThreadPoolExecutor(2, initializer=begin, initargs=(contextvars.copy_context(),))\n        own.submit(price, 1)',
    false,
  ],
  [
    'threads that begin with the context in a lambda',
    'ctx = contextvars.copy_context()\n        with ThreadPoolExecutor(initializer=lambda: [var.set(v) for var, v in ctx.items()]) as own:\n            own.map(price, [1])',
    false,
  ],
  [
    'threads that begin with something else',
    'own = ThreadPoolExecutor(2, initializer=plain); own.submit(price, 1)',
    true,
  ],
  ['a pool of a class of its own', 'own = CountingExecutor(2); own.submit(price, 1)', true],
  ['a pool of a class of its own that copies the context', 'own = ContextExecutor(2); own.submit(price, 1)', false],
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

  it('finds work that asks a traced database or model', async () => {
    const work = `${HEAD}def save(order):
    orders.insert_one(order)


def answer(question):
    return client.chat.completions.create(model="gpt", messages=[question])


@app.post("/orders")
def handle(order):
    pool.submit(save, order)
    pool.submit(answer, order)
`;
    await expectInWork(['RequestsInstrumentor', 'PymongoInstrumentor'], work, [`PY-THREAD-CTX-LOSS ${FIRST + 10}`]);
    await expectInWork(['RequestsInstrumentor'], work, []);
    const beside = work.replaceAll('save', 'save_audit');
    await expectInWork(['RequestsInstrumentor', 'PymongoInstrumentor'], beside, []);
    const asked = `from opentelemetry.instrumentation.openai import OpenAIInstrumentor\nOpenAIInstrumentor().instrument()\n${work}`;
    await expectInWork(['RequestsInstrumentor'], asked, [`PY-THREAD-CTX-LOSS ${FIRST + 13}`]);
  });

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

  it('follows what is given to a helper that hands it over', async () => {
    const helper = (how: string): string => `${HEAD}class Pool:
    def run_blocking(self, fn, *args):
        ${how}


blocking = Pool()


def quote(order):
    with tracer.start_as_current_span("order"):
        WORK


def main():
    blocking.run_blocking(price, 1)
`;
    const find = (how: string, work: string, lost: boolean): Promise<unknown> =>
      expectInWork(
        ['RequestsInstrumentor'],
        helper(how).replace('WORK', work),
        lost ? [`PY-THREAD-CTX-LOSS ${FIRST + 2}`] : [],
      );
    await find('pool.submit(fn, *args)', 'blocking.run_blocking(price, 1)', true);
    await find('pool.submit(functools.partial(fn, *args))', 'blocking.run_blocking(price, 1)', true);
    await find('pool.submit(lambda: fn(*args))', 'blocking.run_blocking(fetch, 1)', true);
    await find('pool.submit(fn, *args)', 'blocking.run_blocking(plain, 1)', false);
    await find('pool.submit(fn, *args)', 'pass', false);
    await find('pool.submit(contextvars.copy_context().run, fn, *args)', 'blocking.run_blocking(price, 1)', false);
    await find('pool.submit(lambda: attached(1, fn))', 'blocking.run_blocking(price, 1)', false);
  });

  it('follows a coroutine that a thread runs in a loop of its own', async () => {
    const code = (how: string): string => `${HEAD}async def priced(item):
    return price(item)


async def copied(item):
    return item


def run_async(coro):
    with ThreadPoolExecutor() as own:
        ${how}


def quote(order):
    with tracer.start_as_current_span("order"):
        WORK
`;
    const find = (how: string, work: string, lost: number | undefined): Promise<unknown> =>
      expectInWork(
        ['RequestsInstrumentor'],
        code(how).replace('WORK', work),
        lost === undefined ? [] : [`PY-THREAD-CTX-LOSS ${FIRST + lost}`],
      );
    const given = 'run_async(priced(1))';
    await find('return own.submit(asyncio.run, coro).result()', given, 10);
    await find('return own.submit(lambda: asyncio.run(coro)).result()', given, 10);
    await find('return own.submit(asyncio.run, coro).result()', 'run_async(copied(1))', undefined);
    await find('return own.submit(contextvars.copy_context().run, asyncio.run, coro).result()', given, undefined);
    await find('return own.submit(make_task(coro)).result()', given, undefined);
    await find('pass', 'pool.submit(asyncio.run, priced(1))', 15);
    await find('pass', 'asyncio.get_event_loop().run_in_executor(None, asyncio.run, priced(1))', 15);
    await find('pass', 'threading.Thread(target=asyncio.run, args=(priced(1),)).start()', 15);
    await find('pass', 'pool.submit(asyncio.run, copied(1))', undefined);
    await find('pass', 'pool.submit(contextvars.copy_context().run, asyncio.run, priced(1))', undefined);
  });

  it('finds threads of classes of their own', async () => {
    const thread = (body: string): string => `${HEAD}class Quote(threading.Thread):
    def run(self):
        ${body}


def handle(order):
    with tracer.start_as_current_span("order"):
        quote = Quote()
        quote.start()
`;
    await expectInWork(['RequestsInstrumentor'], thread('price(1)'), [`PY-THREAD-CTX-LOSS ${FIRST + 8}`]);
    await expectInWork(['RequestsInstrumentor'], thread('plain(1)'), []);
  });

  it('knows pools that the application keeps by their name, where it has no others', async () => {
    const kept = (head: string, name: string): string => `${head}def handle(request):
    with tracer.start_as_current_span("order"):
        request.app.state.${name}.submit(price, 1)
`;
    const threads = HEAD.replace('ProcessPoolExecutor, ', '');
    await expectInWork(['RequestsInstrumentor'], kept(threads, 'executor'), [`PY-THREAD-CTX-LOSS ${FIRST + 2}`]);
    await expectInWork(['RequestsInstrumentor'], kept(threads, 'mailbox'), []);
    await expectInWork(['RequestsInstrumentor'], kept(HEAD, 'executor'), []);
  });

  it('knows the pools of threads of multiprocessing', async () => {
    const work = (module: string, pool: string): string => `from ${module} import ${pool}\n${HEAD}def handle(order):
    with tracer.start_as_current_span("order"):
        with ${pool}(4) as own:
            return own.map(price, order.items)
`;
    const lost = [`PY-THREAD-CTX-LOSS ${FIRST + 4}`];
    await expectInWork(['RequestsInstrumentor'], work('multiprocessing.pool', 'ThreadPool'), lost);
    await expectInWork(['RequestsInstrumentor'], work('multiprocessing', 'Pool'), []);
  });
});
