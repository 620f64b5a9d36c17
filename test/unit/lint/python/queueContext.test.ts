import { expectFindings, tracedProject } from './support';

const WORKER = `import asyncio
import queue

from opentelemetry import trace

tracer = trace.get_tracer(__name__)


class Mailer:
    def __init__(self):
        self.jobs = asyncio.Queue(maxsize=100)

    async def send(self, order):
        await self.jobs.put(order)

    async def work(self):
        while True:
            order = await self.jobs.get()
            with tracer.start_as_current_span("mail"):
                print(order)
`;

const API = `import asyncio

from fastapi import FastAPI, Request
from app.mailer import Mailer
from app.tracing import setup

app = FastAPI()
setup(app)
mailer = Mailer()


@app.on_event("startup")
async def begin():
    asyncio.create_task(mailer.work())


@app.post("/orders")
async def place(request: Request):
    await mailer.send(await request.json())
`;

async function expectInShop(mailer: string, expected: readonly string[], api = API): Promise<void> {
  await expectFindings(tracedProject([], { 'app/mailer.py': mailer, 'app/main.py': api }), expected);
}

const LOST = ['QUEUE-CTX-LOSS app/mailer.py:14'];

describe('lint: QUEUE-CTX-LOSS in Python', () => {
  it('reports what requests put into a queue whose worker starts spans', () => expectInShop(WORKER, LOST));

  it('knows the queues of threads, and lists with two ends', async () => {
    await expectInShop(WORKER.replace('asyncio.Queue', 'asyncio.PriorityQueue').replace('import queue\n', ''), [
      'QUEUE-CTX-LOSS app/mailer.py:13',
    ]);
    const threads = WORKER.replace('asyncio.Queue(maxsize=100)', 'queue.Queue()').replaceAll('await ', '');
    await expectInShop(threads, LOST);
    const ends = WORKER.replace('import queue', 'from collections import deque')
      .replace('asyncio.Queue(maxsize=100)', 'deque()')
      .replace('await self.jobs.put', 'self.jobs.append')
      .replace('await self.jobs.get()', 'self.jobs.popleft()');
    await expectInShop(ends, LOST);
  });

  it('follows what the worker calls, and queues of a module', async () => {
    await expectInShop(
      WORKER.replace(
        '            with tracer',
        '            await self.mail(order)\n\n    async def mail(self, order):\n            with tracer',
      ),
      LOST,
    );
    const module = `import asyncio
from opentelemetry import trace

tracer = trace.get_tracer(__name__)
jobs = asyncio.Queue()


class Mailer:
    async def send(self, order):
        await jobs.put(order)

    async def work(self):
        while True:
            order = await jobs.get()
            with tracer.start_as_current_span("mail"):
                print(order)
`;
    await expectInShop(module, ['QUEUE-CTX-LOSS app/mailer.py:10']);
  });

  it('is silent where the item or the worker has to do with a context', async () => {
    await expectInShop(WORKER.replace('put(order)', 'put((order, context.get_current()))'), []);
    await expectInShop(WORKER.replace('put(order)', 'put(Job(order, traceparent))'), []);
    await expectInShop(WORKER.replace('span("mail")', 'span("mail", context=order.context)'), []);
    await expectInShop(WORKER.replace('span("mail")', 'span("mail", links=[Link(order.span)])'), []);
  });

  it('is silent where the worker has no part in traces, or serves one call', async () => {
    await expectInShop(WORKER.replace('with tracer.start_as_current_span("mail"):', 'if order:'), []);
    await expectInShop(
      WORKER,
      [],
      API.replace(
        '    await mailer.send(await request.json())',
        '    await mailer.send(await request.json())\n    await mailer.work()',
      ),
    );
    const own = WORKER.replace('        self.jobs = asyncio.Queue(maxsize=100)', '        pass')
      .replace('        await self.jobs.put', '        jobs = asyncio.Queue()\n        await jobs.put')
      .replace('        while True', '        jobs = asyncio.Queue()\n        while True')
      .replace('self.jobs.get', 'jobs.get');
    await expectInShop(own, []);
  });

  it('is silent where no request leads to it, and about what is no queue', async () => {
    await expectInShop(WORKER, [], API.replace('    await mailer.send(await request.json())', '    return {}'));
    await expectInShop(WORKER.replace('asyncio.Queue(maxsize=100)', 'Shelf()'), []);
  });
});
