import { expectInWork } from './support';

const HEAD = `import requests
from opentelemetry import context, trace

tracer = trace.get_tracer(__name__)


def fetch():
    return requests.get("http://orders")


def handle(log):
`;
const AT = HEAD.split('\n').length;

const CASES: readonly (readonly [title: string, body: string, lost: boolean])[] = [
  ['a call before the end', 'span = tracer.start_span("a")\nrequests.get("http://b")\nspan.end()', true],
  ['a call of a helper', 'span = tracer.start_span("a")\nfetch()\nspan.end()', true],
  ['with, which only ends it', 'with tracer.start_span("a") as span:\n    requests.get("http://b")', true],
  ['a span inside', 'with tracer.start_span("a"):\n    with tracer.start_as_current_span("b"):\n        pass', true],
  ['no call', 'span = tracer.start_span("a")\nlog.info("x")\nspan.end()', false],
  [
    'a call to somebody else',
    'span = tracer.start_span("a")\nrequests.get("https://maps.googleapis.com/maps/api/geocode/json")\nspan.end()',
    false,
  ],
  ['a call after the end', 'span = tracer.start_span("a")\nspan.end()\nrequests.get("http://b")', false],
  [
    'use_span',
    'span = tracer.start_span("a")\nwith trace.use_span(span, end_on_exit=True):\n    requests.get("http://b")',
    false,
  ],
  [
    'attach',
    'span = tracer.start_span("a")\ncontext.attach(trace.set_span_in_context(span))\nfetch()\nspan.end()',
    false,
  ],
  ['a span that is given on', 'span = tracer.start_span("a")\nlog.run(span)\nfetch()\nspan.end()', false],
  ['a span that is returned', 'span = tracer.start_span("a")\nfetch()\nreturn span', false],
  ['start_as_current_span', 'with tracer.start_as_current_span("a"):\n    requests.get("http://b")', false],
];

describe('lint python: SPAN-NOT-ACTIVE', () => {
  for (const [title, body, lost] of CASES) {
    it(`${lost ? 'finds' : 'leaves'} ${title}`, async () => {
      const work = HEAD + body.replace(/^/gm, '    ') + '\n';
      await expectInWork(['RequestsInstrumentor'], work, lost ? [`SPAN-NOT-ACTIVE ${AT}`] : []);
    });
  }
});
