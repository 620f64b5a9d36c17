import { expectFindings, tracedProject } from './support';

const SETUP = 'from app.tracing import setup\n\nsetup(None)\n';
const FOUND = (line: number): string[] => [`MSG-NO-INJECT app/api.py:${line}`];
const API = (head: string, body: string): string =>
  `from fastapi import FastAPI\n${head}\n${SETUP}app = FastAPI()\n\n\n@app.post("/")\nasync def order(request):\n    ${body}\n`;

describe('lint python: MSG-NO-INJECT of jobs', () => {
  describe('arq', () => {
    const worker = (setup: string): string =>
      `from arq.connections import RedisSettings\n${setup}\n\nasync def bill(ctx, order):\n    return order\n\n\nclass WorkerSettings:\n    functions = [bill]\n    redis_settings = RedisSettings()\n`;
    const project = (body: string, setup = SETUP, instrumentors: readonly string[] = []): Record<string, string> =>
      tracedProject(instrumentors, {
        'app/api.py': API('from arq import create_pool', body),
        'app/worker.py': worker(setup),
      });
    const enqueue = 'await request.app.state.redis.enqueue_job("bill", 1)';

    it('finds a job for a traced worker', async () => {
      await expectFindings(project(enqueue), FOUND(11));
      await expectFindings(project(enqueue, SETUP, ['ArqInstrumentor']), []);
    });

    it('leaves jobs for a worker that is not traced, or not among the files', async () => {
      await expectFindings(project(enqueue, ''), []);
      await expectFindings({ ...project(enqueue), 'app/worker.py': '' }, []);
    });

    it('leaves jobs that carry the context among their arguments', async () => {
      await expectFindings(project('await app.state.redis.enqueue_job("bill", 1, trace_context=current())'), []);
      await expectFindings(
        project('carrier = {}\n    inject(carrier)\n    await app.state.redis.enqueue_job("bill", 1, carrier)'),
        [],
      );
    });

    it('leaves a method of the project that is called the same', async () => {
      const own = {
        'app/queue.py': 'import json\n\n\nclass Queue:\n    def enqueue_job(self, name):\n        return name\n',
      };
      await expectFindings({ ...project(enqueue), ...own }, []);
    });

    it('finds a job that a function of the same name puts in for others', async () => {
      const queue = {
        'app/queue.py': `from arq import create_pool

_pool = None


async def get_pool():
    global _pool
    if _pool is None:
        _pool = await create_pool()
    return _pool


async def enqueue_job(name, *args, **kwargs):
    pool = await get_pool()
    return await pool.enqueue_job(name, *args, **kwargs)
`,
      };
      const asked = project('await queue.enqueue_job("bill", 1)');
      const api = {
        'app/api.py': asked['app/api.py']!.replace('from arq import create_pool', 'from app import queue'),
      };
      await expectFindings({ ...asked, ...api, ...queue }, ['MSG-NO-INJECT app/queue.py:15']);
      const carried = { 'app/api.py': api['app/api.py'].replace('"bill", 1', '"bill", 1, trace_context=current()') };
      await expectFindings({ ...asked, ...carried, ...queue }, []);
    });
  });

  describe('RQ', () => {
    const project = (jobs: string, body: string, more: Record<string, string> = {}): Record<string, string> =>
      tracedProject([], {
        'app/api.py': API('from rq import Queue\nfrom app import jobs\n\nqueue = Queue("orders")', body),
        'app/jobs.py': `${jobs}\n\ndef bill(order):\n    return order\n`,
        ...more,
      });
    const enqueue = 'queue.enqueue(jobs.bill, request)';

    it('finds a job whose worker loads a set-up with it', async () => {
      await expectFindings(project(SETUP, enqueue), FOUND(14));
      await expectFindings(project(SETUP, 'queue.enqueue("app.jobs.bill", request)'), FOUND(14));
      await expectFindings(project('', enqueue), []);
    });

    it('asks the worker of the project where there is one', async () => {
      const worker = (setup: string): Record<string, string> => ({
        'app/worker.py': `from rq import Worker\n${setup}\nif __name__ == "__main__":\n    Worker(["orders"]).work()\n`,
      });
      await expectFindings(project('', enqueue, worker(SETUP)), FOUND(14));
      await expectFindings(project(SETUP, enqueue, worker('')), []);
    });

    it('leaves queues that are not of RQ', async () => {
      const own = project(SETUP, enqueue);
      await expectFindings({ ...own, 'app/api.py': own['app/api.py']!.replace('from rq', 'from app.queues') }, []);
    });
  });

  describe('Dramatiq', () => {
    const jobs = (more: string): string =>
      `import dramatiq\n${more}\n\n@dramatiq.actor(max_retries=3)\ndef bill(order):\n    return order\n\n\ndef send(order):\n    return order\n`;
    const project = (more: string, body: string, files: Record<string, string> = {}): Record<string, string> =>
      tracedProject([], { 'app/api.py': API('from app import jobs', body), 'app/jobs.py': jobs(more), ...files });

    it('finds a message for actors that are loaded with a set-up', async () => {
      await expectFindings(project(SETUP, 'jobs.bill.send(1)'), FOUND(11));
      await expectFindings(project(SETUP, 'jobs.bill.send_with_options(args=(1,), delay=10)'), FOUND(11));
      await expectFindings(project('', 'jobs.bill.send(1)'), []);
      await expectFindings(project(SETUP, 'request.send(1)'), []);
    });

    it('leaves messages that middleware adds the context to', async () => {
      const middleware = `import dramatiq
from opentelemetry.propagate import inject


class Propagation(dramatiq.Middleware):
    def before_enqueue(self, broker, message, delay):
        inject(message.options.setdefault("propagation", {}))
`;
      await expectFindings(project(SETUP, 'jobs.bill.send(1)', { 'app/middleware.py': middleware }), []);
    });
  });

  describe('taskiq', () => {
    const project = (more: string, body: string): Record<string, string> =>
      tracedProject([], {
        'app/api.py': API('from app.jobs import bill', body),
        'app/jobs.py': `from taskiq_redis import ListQueueBroker\nfrom taskiq import TaskiqScheduler\n${more}\nbroker = ListQueueBroker("redis://")\n\n\n@broker.task\nasync def bill(order):\n    return order\n`,
      });

    it('finds a task whose worker loads a set-up with it, unless something carries the context', async () => {
      await expectFindings(project(SETUP, 'await bill.kiq(1)'), FOUND(11));
      await expectFindings(project('', 'await bill.kiq(1)'), []);
      await expectFindings(project(SETUP, 'await request.kiq(1)'), []);
      const middleware = `${SETUP}from taskiq.middlewares.opentelemetry_middleware import OpenTelemetryMiddleware\n`;
      await expectFindings(project(middleware, 'await bill.kiq(1)'), []);
    });
  });

  describe('FastStream', () => {
    const project = (made: string, body: string, instrumentors: readonly string[] = []): Record<string, string> =>
      tracedProject(instrumentors, {
        'app/api.py': API(`from faststream.rabbit import RabbitBroker\n\nbroker = ${made}`, body),
      });
    const publish = 'await broker.publish({"id": 1}, "orders")';

    it('finds a broker without its middleware', async () => {
      await expectFindings(project('RabbitBroker("amqp://")', publish), FOUND(4));
      const logs = 'RabbitBroker("amqp://", middlewares=[Logs])';
      await expectFindings(project(logs, publish), FOUND(4));
    });

    it('leaves brokers that carry the context, and those that nothing is published through', async () => {
      const middleware = 'RabbitBroker("amqp://", middlewares=(RabbitTelemetryMiddleware(tracer_provider=provider),))';
      await expectFindings(project(middleware, publish), []);
      await expectFindings(project('RabbitBroker("amqp://")', 'return broker'), []);
      const own = project('RabbitBroker("amqp://")', publish);
      await expectFindings({ ...own, 'app/api.py': own['app/api.py']!.replace('faststream.rabbit', 'app.rabbit') }, []);
    });
  });
});
