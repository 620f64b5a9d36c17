import { expectFindings, expectInWork, tracedProject } from './support';

const HEAD = `import grpc
from grpc import aio
from opentelemetry.propagate import inject

from app.orders_pb2_grpc import OrdersStub

DEFAULT = "orders:50051"


async def call(config, auth):
`;
const AT = HEAD.split('\n').length;
const RULE = `PY-UNCOVERED-HTTP ${AT}`;

const CASES: readonly (readonly [title: string, body: string, lost: boolean])[] = [
  ['a channel', 'channel = grpc.insecure_channel("orders:50051")\nreturn OrdersStub(channel)', true],
  [
    'a channel with credentials',
    'with grpc.secure_channel(config.target, auth) as channel:\n    OrdersStub(channel)',
    true,
  ],
  ['an address in a constant', 'return OrdersStub(grpc.insecure_channel(DEFAULT))', true],
  [
    'a channel of grpc.aio',
    'async with grpc.aio.insecure_channel("orders:50051") as channel:\n    OrdersStub(channel)',
    true,
  ],
  ['a channel of an imported aio', 'return OrdersStub(aio.insecure_channel("orders:50051"))', true],
  ['a channel without interceptors', 'return aio.insecure_channel("orders:50051", interceptors=[])', true],
  [
    'a channel beside what sets tracing up',
    'channel = grpc.insecure_channel("orders:50051")\nGrpcInstrumentorServer().instrument()\nsetup_tracing("shop")',
    true,
  ],
  ['interceptors', 'return aio.insecure_channel("orders:50051", interceptors=[config.tracing()])', false],
  ['options that are handed on', 'return grpc.insecure_channel("orders:50051", **config.channel)', false],
  [
    'an intercepted channel',
    'channel = grpc.insecure_channel("o:1")\nreturn grpc.intercept_channel(channel, config.tracing)',
    false,
  ],
  [
    'metadata by hand',
    'carrier = {}\ninject(carrier)\nOrdersStub(grpc.insecure_channel("o:1")).Get(1, metadata=carrier.items())',
    false,
  ],
  ['a vendor', 'return grpc.secure_channel("speech.googleapis.com:443", auth)', false],
  ['a public host', 'return grpc.secure_channel("api.weather.com:443", auth)', false],
  ['a local socket', 'return grpc.insecure_channel("unix:///run/orders.sock")', false],
  [
    'the branch for processes that do not trace',
    'if config.otel:\n    return traced_channel(config)\nreturn grpc.insecure_channel("o:1")',
    false,
  ],
];

describe('lint python: gRPC', () => {
  for (const [title, body, lost] of CASES) {
    it(`${lost ? 'finds' : 'leaves'} ${title}`, async () => {
      const work = HEAD + body.replace(/^/gm, '    ') + '\n';
      await expectInWork([], work, lost ? [RULE] : []);
    });
  }

  it('tells the instrumentors of both kinds of channels and servers apart', async () => {
    const sync = 'import grpc\n\n\ndef call():\n    return grpc.insecure_channel("orders:50051")\n';
    const both = sync.replace('grpc.insecure', 'grpc.aio.insecure');
    await expectInWork(['GrpcInstrumentorClient'], sync, []);
    await expectInWork(['GrpcInstrumentorClient'], both, ['PY-UNCOVERED-HTTP 5']);
    await expectInWork(['GrpcAioInstrumentorClient'], both, []);
    await expectInWork(['GrpcInstrumentorServer'], sync, ['PY-UNCOVERED-HTTP 5']);
  });

  it('finds servers that read no context', async () => {
    const server = (made: string): string =>
      `import grpc\nfrom concurrent import futures\n\n\ndef serve():\n    server = ${made}\n`;
    await expectInWork([], server('grpc.server(futures.ThreadPoolExecutor())'), ['PY-UNCOVERED-HTTP 6']);
    await expectInWork([], server('grpc.aio.server()'), ['PY-UNCOVERED-HTTP 6']);
    await expectInWork(['GrpcInstrumentorServer'], server('grpc.server(futures.ThreadPoolExecutor())'), []);
    await expectInWork([], server('grpc.server(futures.ThreadPoolExecutor(), interceptors=[Tracing()])'), []);
    const reads =
      'from opentelemetry.propagate import extract\n\n\ndef context_of(call):\n    return extract(dict(call.invocation_metadata()))\n';
    const project = tracedProject([], { 'app/work.py': server('grpc.aio.server()'), 'app/context.py': reads });
    await expectFindings(project, []);
  });

  it('finds one place a file, and leaves generated stubs and health checks', async () => {
    const two =
      'import grpc\n\n\ndef first():\n    return grpc.insecure_channel("a:1")\n\n\ndef second():\n    return grpc.insecure_channel("b:1")\n';
    await expectInWork([], two, ['PY-UNCOVERED-HTTP 5']);
    await expectFindings(tracedProject([], { 'app/orders_pb2_grpc.py': two }), []);
    await expectInWork([], two.replace('first', 'check_health').replace('second', 'is_alive'), []);
  });

  it('judges a server of a process that instruments nothing by the spans of its methods', async () => {
    const server = (span: string): Record<string, string> => ({
      'requirements.txt': 'grpcio\nopentelemetry-sdk\n',
      'server.py': `from concurrent import futures

import grpc
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

import orders_pb2_grpc

trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer(__name__)


class Orders(orders_pb2_grpc.OrdersServicer):
    def Place(self, request, context):
        ${span}
            return request


if __name__ == "__main__":
    server = grpc.server(futures.ThreadPoolExecutor())
    orders_pb2_grpc.add_OrdersServicer_to_server(Orders(), server)
    server.start()
`,
    });
    const opened = server('with tracer.start_as_current_span("place"):');
    await expectFindings(opened, ['PY-UNCOVERED-HTTP server.py:20']);
    await expectFindings(server('if request:'), []);
  });
});
