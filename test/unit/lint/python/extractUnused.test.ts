import { expectInWork } from './support';

const HEAD = `import requests
from opentelemetry import context, propagate, trace
from opentelemetry.propagate import extract, inject
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

tracer = trace.get_tracer(__name__)
propagator = TraceContextTextMapPropagator()


def handle(message, headers):
`;
const FIRST = HEAD.split('\n').length;

const CASES: readonly (readonly [title: string, body: string, lostAt?: number])[] = [
  ['a result that is dropped', 'extract(headers)\nwith tracer.start_as_current_span("a"):\n    pass', 0],
  ['a variable that nobody reads', 'ctx = extract(headers)\nwith tracer.start_as_current_span("a"):\n    pass', 0],
  ["a propagator's own method", 'ctx = propagator.extract(carrier=headers)\nmessage.run()', 0],
  ['propagate.extract', 'propagate.extract(headers)', 0],
  ['a copy that is injected into', 'inject(dict(headers))\nrequests.get("http://a", headers=headers)', 0],
  ['an empty dict that is injected into', 'inject({})', 0],
  ['a carrier after its last use', 'h = {}\nrequests.get("http://a", headers=h)\ninject(h)', 2],
  ['a carrier that is never sent', 'h = {"a": "b"}\ninject(h)\nrequests.get("http://a")', 1],
  ['a context that is only logged', 'ctx = extract(headers)\nlogger.debug("context is %s", ctx)\nmessage.run()', 0],
  ['a carrier that is only logged', 'h = {"a": "b"}\ninject(h)\nlogging.info(f"headers {h}")', 1],
  ['a carrier that is logged and sent', 'h = {}\ninject(h)\nlogger.debug(h)\nrequests.get("http://a", headers=h)'],
  ['a context that is logged by an object that does more', 'ctx = extract(headers)\nmessage.info(ctx)'],
  ['text that is injected into', 'message = json.dumps(message)\ninject(message)\nqueue.send(message)', 1],
  [
    'bytes that are injected into',
    'body = headers.encode()\nTraceContextTextMapPropagator().inject(body)\nsend(body)',
    1,
  ],
  ['a message that is serialised afterwards', 'inject(message)\nmessage = json.dumps(message)\nqueue.send(message)'],
  ['a message that may be serialised', 'if headers:\n    message = json.dumps(message)\ninject(message)'],
  ['a message that is read again', 'message = json.dumps(message)\nmessage = json.loads(message)\ninject(message)'],
  ['context=', 'ctx = extract(headers)\nwith tracer.start_as_current_span("a", context=ctx):\n    pass'],
  ['context= at once', 'with tracer.start_as_current_span("a", context=extract(headers)):\n    pass'],
  ['attach', 'token = context.attach(extract(headers))\nmessage.run()'],
  ['a variable that a function inside reads', 'ctx = extract(headers)\ndef run():\n    context.attach(ctx)\nrun()'],
  ['a carrier that is sent', 'h = {}\ninject(h)\nrequests.get("http://a", headers=h)'],
  ['a carrier that is turned into a list', 'h = {}\ninject(h)\nmessage.send([(k, v) for k, v in h.items()])'],
  ['a carrier that was handed in', 'inject(headers)'],
  ['a carrier of an object', 'inject(message.headers)'],
  ['a carrier that a loop sends', 'h = {}\nfor _ in range(2):\n    message.send(h)\n    inject(h)'],
  ['extract of something else', 'archive.extract(headers)\ncontainer.inject({})'],
];

describe('lint python: EXTRACT-UNUSED', () => {
  for (const [title, body, lostAt] of CASES) {
    it(`${lostAt === undefined ? 'leaves' : 'finds'} ${title}`, async () => {
      const work = HEAD + body.replace(/^/gm, '    ') + '\n';
      const expected = lostAt === undefined ? [] : [`EXTRACT-UNUSED ${FIRST + lostAt}`];
      await expectInWork(['RequestsInstrumentor'], work, expected);
    });
  }
});
