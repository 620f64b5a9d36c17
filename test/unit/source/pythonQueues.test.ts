import { assertPlaces, type PythonSpan } from '../../support/mappingTable';

const RQ = 'opentelemetry_instrumentation_rq.instrumentor';
const ARQ = 'opentelemetry.instrumentation.arq';
const DRAMATIQ = 'opentelemetry_instrumentor_dramatiq.src';

function rq(kind: 'PRODUCER' | 'CONSUMER', name: string, job: string, where: string): PythonSpan {
  const attributes = { 'messaging.system': 'redis', 'messaging.destination.name': 'mail', 'rq.job.function': job };
  return [kind, name, attributes, where, RQ];
}

describe('jobs of Python’s queues', () => {
  it('lead to their functions and to the calls that send them, in RQ', () =>
    assertPlaces(
      {
        'shop/jobs.py': `def send_welcome(user_id):
    return 1
def tidy():
    return 2
`,
        'shop/other.py': `def tidy():
    return 3
`,
        'shop/views.py': `from redis import Redis
from rq import Queue
from shop.jobs import send_welcome
from shop import jobs
queue = Queue("mail", connection=Redis())
def signup(user):
    queue.enqueue(send_welcome, user.id)
def nightly():
    queue.enqueue_in(timedelta(hours=1), jobs.tidy)
def other():
    queue.enqueue("shop.other.tidy")
`,
      },
      [
        rq('CONSUMER', 'perform', 'shop.jobs.send_welcome', 'shop/jobs.py:1'),
        rq('CONSUMER', 'consume mail', 'shop.jobs.tidy', 'shop/jobs.py:3'),
        rq('CONSUMER', 'success_callback', 'shop.jobs.tidy', '-'),
        rq('PRODUCER', 'publish mail', 'shop.jobs.send_welcome', 'shop/views.py:7'),
        rq('PRODUCER', 'schedule mail', 'shop.jobs.tidy', 'shop/views.py:9'),
        rq('PRODUCER', 'publish mail', 'shop.other.tidy', 'shop/views.py:11'),
        rq('CONSUMER', 'perform', 'redis.client.ping', '-'),
      ],
    ));

  it('lead to the functions of the worker, in arq', () =>
    assertPlaces(
      {
        'worker.py': `from arq import cron, func
from steps import resize as shrink
async def download(ctx, url):
    return 1
async def tidy(ctx):
    return 2
class WorkerSettings:
    functions = [download, func(shrink, name="resize_image")]
    cron_jobs = [cron(tidy, hour=3)]
`,
        'steps.py': `async def resize(ctx, image):
    return 1
async def download():
    return 2
`,
        'api.py': `from arq import create_pool
async def post(url):
    redis = await create_pool()
    await redis.enqueue_job("download", url)
`,
      },
      [
        ['SERVER', 'download', { 'arq.job.name': 'download' }, 'worker.py:3', ARQ],
        ['SERVER', 'resize', { 'arq.job.name': 'resize' }, 'steps.py:1', ARQ],
        ['SERVER', 'tidy', { 'arq.job.name': 'tidy' }, 'worker.py:5', ARQ],
        ['CLIENT', 'download', { 'arq.job.name': 'download' }, 'api.py:4', ARQ],
        ['SERVER', 'gone', { 'arq.job.name': 'gone' }, '-', ARQ],
      ],
    ));

  it('lead to the actors, in Dramatiq and Remoulade', () =>
    assertPlaces(
      {
        'tasks.py': `import dramatiq
@dramatiq.actor
def count_words(url):
    return 1
@dramatiq.actor(queue_name="mail", actor_name="mail.welcome")
def welcome(user):
    return 2
`,
        'app.py': `from tasks import count_words, welcome
import tasks
def index(url):
    count_words.send(url)
def signup(user):
    tasks.welcome.send_with_options(args=(user,), delay=10)
def talk(socket):
    socket.send(b"x")
`,
      },
      [
        ['CONSUMER', 'dramatiq.worker.WorkerThread', { actor_name: 'count_words' }, 'tasks.py:3', DRAMATIQ],
        ['CONSUMER', 'dramatiq.worker.WorkerThread', { actor_name: 'mail.welcome' }, 'tasks.py:6', DRAMATIQ],
        ['SERVER', 'dramatiq.producer.count_words', { actor_name: 'count_words' }, 'app.py:4', DRAMATIQ],
        ['SERVER', 'dramatiq.producer.mail.welcome', { actor_name: 'mail.welcome' }, 'app.py:6', DRAMATIQ],
        ['CONSUMER', 'remoulade/process', { 'remoulade.actor_name': 'count_words' }, 'tasks.py:3'],
        ['PRODUCER', 'remoulade/send', { 'remoulade.actor_name': 'count_words' }, 'app.py:4'],
        ['CONSUMER', 'dramatiq.worker.WorkerThread', { actor_name: 'gone' }, '-', DRAMATIQ],
      ],
    ));
});
