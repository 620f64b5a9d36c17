import { expectInWork } from './support';

const PRODUCER = `from aiokafka import AIOKafkaProducer
from opentelemetry.propagate import inject

producer = AIOKafkaProducer()
`;
const LOST = 'PY-KAFKA-PRODUCE-NO-INJECT';

describe('lint python: context that is put into what is sent, elsewhere', () => {
  it('is a caller’s, who gives the whole message', async () => {
    const code = (fill: string): string => `${PRODUCER}
async def publish(event):
    await producer.send_and_wait("orders", json.dumps(event).encode())

async def placed(order):
    carrier = {}
    ${fill}
    await publish({"order": order, "trace": carrier})
`;
    await expectInWork([], code('inject(carrier)'), []);
    await expectInWork([], code('carrier["kind"] = "order"'), [`${LOST} 7`]);
  });

  it('is one of the class that the message is made by', async () => {
    const code = (fill: string): string => `${PRODUCER}
def carrier():
    found = {}
    ${fill}
    return found

@dataclass
class Event:
    kind: str
    trace: dict = field(default_factory=carrier)

async def publish(event: Event):
    await producer.send_and_wait("orders", json.dumps(asdict(event)).encode())
`;
    await expectInWork([], code('inject(found)'), []);
    await expectInWork([], code('found["a"] = 1'), [`${LOST} 17`]);
  });

  it('is what a class gives within its block', async () => {
    const code = (fill: string): string => `${PRODUCER}
class sending:
    def __enter__(self):
        headers = {}
        ${fill}
        return headers

    def __exit__(self, *error):
        pass

async def publish(value):
    with sending() as headers:
        await producer.send_and_wait("orders", value, headers=[(k, v.encode()) for k, v in headers.items()])
`;
    await expectInWork([], code('inject(headers)'), []);
    await expectInWork([], code('headers["a"] = "b"'), [`${LOST} 17`]);
  });

  it('is one of a decorator', async () => {
    const code = (fill: string): string => `import functools
import httpx
from opentelemetry.propagate import inject

def traced(call):
    @functools.wraps(call)
    async def wrapper(*args, headers=None):
        headers = dict(headers or {})
        ${fill}
        return await call(*args, headers=headers)
    return wrapper

@traced
async def stock(url, headers=None):
    async with httpx.AsyncClient() as client:
        return await client.get("http://stock:8080", headers=headers)
`;
    await expectInWork([], code('inject(headers)'), []);
    await expectInWork([], code('headers["a"] = "b"'), ['PY-UNCOVERED-HTTP 15']);
  });
});
