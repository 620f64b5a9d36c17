import { assertPlaces } from '../../support/mappingTable';

describe('spans of Python', () => {
  it('reads every way of starting a span, decorators of the project too', () =>
    assertPlaces(
      {
        'pyproject.toml': '',
        'src/shop/svc.py': `from opentelemetry import trace
import logfire, sentry_sdk
from ddtrace import tracer as dd
from enum import Enum
from shop.obs import traced, spanned, with_span, SpanNames
tracer = trace.get_tracer(__name__)
PREFIX = "shop"
class Svc:
    @tracer.start_as_current_span("svc.place")
    def place(self, o):
        return 1
    @tracer.start_as_current_span(name=f"{PREFIX}.cancel")
    async def cancel(self):
        return 1
    def price(self):
        with tracer.start_as_current_span(SpanNames.PRICE.value) as s:
            return 1
    def tax(self):
        span = tracer.start_span(SpanNames.TAX)
        span.end()
    @traced
    def discount(self):
        return 1
    @traced()
    def loyalty(self):
        return 1
    @traced(name="shop.gift")
    def gift(self):
        return 1
    @spanned
    async def wrap_up(self):
        return 1
def by_order(order_id):
    with tracer.start_as_current_span(f"order {order_id} sync"):
        return 1
@logfire.instrument
def lf_plain():
    return 1
@logfire.instrument()
def lf_called():
    return 1
@logfire.instrument("Ship {order_id}")
def ship(order_id):
    return 1
def lf_span(n):
    with logfire.span("packing {n} boxes", n=n):
        pass
@dd.wrap("dd.op", resource="x")
def dd_op():
    return 1
@dd.wrap()
def dd_plain():
    return 1
def sentry():
    with sentry_sdk.start_span(op="task", name="sentry job"):
        return 1
def sentry2():
    with sentry_sdk.start_transaction(op="task", name="sentry tx"):
        return 1
@sentry_sdk.trace
def sentry3():
    return 1
def helper():
    with with_span("helper.run"):
        return 1
def observed(x):
    return x
@observed
def not_a_span():
    return 1
`,
        'src/shop/obs.py': `import functools
from enum import Enum, StrEnum
from opentelemetry import trace
tracer = trace.get_tracer("shop.obs")
class SpanNames(str, Enum):
    PRICE = "price.compute"
    TAX = "tax.compute"
def traced(fn=None, *, name=None):
    def deco(f):
        @functools.wraps(f)
        def inner(*a, **k):
            with tracer.start_as_current_span(name or f.__qualname__):
                return f(*a, **k)
        return inner
    return deco(fn) if fn else deco
def spanned(func):
    @functools.wraps(func)
    async def wrapper(*args, **kwargs):
        with tracer.start_as_current_span(f"{func.__module__}.{func.__name__}"):
            return await func(*args, **kwargs)
    return wrapper
from contextlib import contextmanager
@contextmanager
def with_span(name):
    with tracer.start_as_current_span(name) as s:
        yield s
`,
      },
      [
        ['INTERNAL', 'svc.place', {}, 'src/shop/svc.py:10', 'shop.svc'],
        ['INTERNAL', 'shop.cancel', {}, 'src/shop/svc.py:13', 'shop.svc'],
        ['INTERNAL', 'price.compute', {}, 'src/shop/svc.py:15', 'shop.svc'],
        ['INTERNAL', 'tax.compute', {}, 'src/shop/svc.py:18', 'shop.svc'],
        ['INTERNAL', 'Svc.discount', {}, 'src/shop/svc.py:22', 'shop.obs'],
        ['INTERNAL', 'Svc.loyalty', {}, 'src/shop/svc.py:25', 'shop.obs'],
        ['INTERNAL', 'shop.gift', {}, 'src/shop/svc.py:28', 'shop.obs'],
        ['INTERNAL', 'shop.svc.wrap_up', {}, 'src/shop/svc.py:31', 'shop.obs'],
        ['INTERNAL', 'order 17 sync', {}, 'src/shop/svc.py:33', 'shop.svc'],
        [
          'INTERNAL',
          'Calling shop.svc.lf_plain',
          { 'code.function': 'lf_plain', 'code.filepath': 'src/shop/svc.py', 'code.lineno': 37 },
          'src/shop/svc.py:37',
          'logfire',
        ],
        ['INTERNAL', 'Calling shop.svc.lf_called', {}, 'src/shop/svc.py:40', 'logfire'],
        ['INTERNAL', 'Ship {order_id}', {}, 'src/shop/svc.py:43', 'logfire'],
        [
          'INTERNAL',
          'packing {n} boxes',
          { 'code.filepath': 'shop/svc.py', 'code.lineno': 46, 'code.function': 'lf_span' },
          'src/shop/svc.py:45',
          'logfire',
        ],
        ['INTERNAL', 'dd.op', {}, 'src/shop/svc.py:49', 'ddtrace'],
        ['INTERNAL', 'shop.svc.dd_plain', {}, 'src/shop/svc.py:52', 'ddtrace'],
        ['INTERNAL', 'sentry job', {}, 'src/shop/svc.py:54', ''],
        ['INTERNAL', 'sentry tx', {}, 'src/shop/svc.py:57', ''],
        ['INTERNAL', 'shop.svc.sentry3', {}, 'src/shop/svc.py:61', ''],
        ['INTERNAL', 'helper.run', {}, 'src/shop/svc.py:63', 'shop.obs'],
        ['INTERNAL', 'not_a_span', {}, '-', 'shop.svc'],
        ['INTERNAL', 'observed', {}, '-', 'shop.svc'],
      ],
    ));

  it('finds statements and frames, and nothing for generated ones', () =>
    assertPlaces(
      {
        'api/src/shop/repo.py': `from sqlalchemy import text, select
LIST = text("""
    SELECT id, name FROM orders WHERE customer_id = :customer_id ORDER BY id
""")
class Repo:
    def by_customer(self, session, cid):
        return session.execute(LIST, {"customer_id": cid})
    def one(self, cursor, id):
        cursor.execute("SELECT * FROM orders WHERE id = %s AND state IN (%s, %s)", (id, 1, 2))
    async def insert(self, pool, a):
        await pool.execute(
            "INSERT INTO orders (id, name) "
            "VALUES ($1, $2)", a)
    def orm(self, session):
        return session.scalars(select(Order)).all()
    def boom(self):
        raise ValueError("x")
`,
        'worker/src/shop/repo.py': `class Repo:
    def other(self):
        return 1
    def x(self):
        return 2
    def y(self):
        return 2
    def z(self):
        return 3
    def one(self):
        return 4
    def two(self):
        return 4
    def three(self):
        return 4
    def four(self):
        return 4
`,
      },
      [
        [
          'CLIENT',
          'SELECT shop',
          {
            'db.system': 'postgresql',
            'db.statement': 'SELECT id, name FROM orders WHERE customer_id = %(customer_id)s ORDER BY id',
          },
          'api/src/shop/repo.py:7',
          'opentelemetry.instrumentation.sqlalchemy',
        ],
        [
          'CLIENT',
          'SELECT',
          { 'db.system': 'postgresql', 'db.statement': 'SELECT * FROM orders WHERE id = %s AND state IN (%s, %s)' },
          'api/src/shop/repo.py:9',
          'opentelemetry.instrumentation.psycopg2',
        ],
        [
          'CLIENT',
          'INSERT',
          { 'db.system': 'postgresql', 'db.statement': 'INSERT INTO orders (id, name) VALUES ($1, $2)' },
          'api/src/shop/repo.py:12',
          'opentelemetry.instrumentation.asyncpg',
        ],
        [
          'CLIENT',
          'SELECT shop',
          { 'db.system': 'postgresql', 'db.statement': 'SELECT orders.id, orders.name FROM orders' },
          '-',
          'opentelemetry.instrumentation.sqlalchemy',
        ],
        ['CLIENT', 'connect', { 'db.system': 'postgresql' }, '-', 'opentelemetry.instrumentation.sqlalchemy'],
        [
          'INTERNAL',
          'job',
          {
            'exception.stacktrace':
              'Traceback (most recent call last):\n  File "/usr/local/lib/python3.12/site-packages/celery/app/trace.py", line 453, in trace_task\n    R = retval = fun(*args, **kwargs)\n  File "/app/src/shop/repo.py", line 17, in boom\n    raise ValueError("x")\nValueError: x\n',
          },
          'api/src/shop/repo.py:17',
          '',
        ],
        [
          'INTERNAL',
          'job',
          {
            'exception.stacktrace':
              'Traceback (most recent call last):\n  File "/app/src/shop/repo.py", line 9, in one\n    cursor.execute("SELECT")\n  File "/usr/local/lib/python3.12/site-packages/psycopg2/x.py", line 12, in execute\n    pass\nDbError: x\n',
          },
          'api/src/shop/repo.py:9',
          '',
        ],
        [
          'INTERNAL',
          'op',
          { 'code.filepath': 'shop/repo.py', 'code.lineno': 9, 'code.function': 'Repo.one' },
          'api/src/shop/repo.py:8',
          'logfire',
        ],
        [
          'SERVER',
          'flask.request',
          {
            '_dd.code_origin.type': 'entry',
            '_dd.code_origin.frames.0.file': '/app/src/shop/repo.py',
            '_dd.code_origin.frames.0.line': 6,
            '_dd.code_origin.frames.0.method': 'by_customer',
          },
          'api/src/shop/repo.py:6',
          'ddtrace',
        ],
      ],
    ));

  it('puts before a name what the decorator of the project puts there', () =>
    assertPlaces(
      {
        'api/telemetry.py': `from opentelemetry import trace
def trace_resolver(name=None):
    def decorator(func):
        def wrapper(*args, **kwargs):
            with trace.get_tracer(__name__).start_span(f"resolver.{name or func.__name__}"):
                return func(*args, **kwargs)
        return wrapper
    return decorator
def trace_job(name):
    return trace_resolver(name)
`,
        'api/schema.py': `from api.telemetry import trace_job, trace_resolver
@trace_resolver(name="get_orders")
def orders():
    return []
@trace_job("sweep")
def sweep():
    return 1
`,
      },
      [
        ['INTERNAL', 'resolver.get_orders', {}, 'api/schema.py:3', 'api.telemetry'],
        ['INTERNAL', 'sweep', {}, 'api/schema.py:6', 'api.telemetry'],
        ['INTERNAL', 'other.sweep', {}, '-', 'api.telemetry'],
      ],
    ));

  it('does not take a library of the workspace for the home of the service that its default names', () =>
    assertPlaces(
      {
        'pyproject.toml': '',
        'services/shop/main.py': 'from libs.common.tracing import init_tracing\ninit_tracing(service_name="shop")\n',
        'services/cart/main.py': 'from libs.common.tracing import init_tracing\ninit_tracing(service_name="cart")\n',
        'libs/common/tracing.py': 'import os\nNAME = os.environ.get("OTEL_SERVICE_NAME", "platform")\n',
        'libs/common/bus.py':
          'from confluent_kafka import Producer\nproducer = Producer({})\ndef send():\n    producer.produce("orders", b"")\n',
      },
      [
        [
          'PRODUCER',
          'orders send',
          { 'messaging.system': 'kafka', 'messaging.destination': 'orders' },
          'libs/common/bus.py:4',
          '',
          'shop',
        ],
        ['PRODUCER', 'other send', { 'messaging.system': 'kafka', 'messaging.destination': 'x' }, '-', '', 'platform'],
      ],
    ));
});
