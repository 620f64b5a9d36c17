import { expectInWork } from './support';

const HEAD = `from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
from opentelemetry.trace.propagation import set_span_in_context

tracer = trace.get_tracer(__name__)


def handle(job, span):
    remote = SpanContext(trace_id=job.trace, span_id=job.span, is_remote=True, trace_flags=TraceFlags(1))
`;
const LINE = HEAD.split('\n').length;

const CASES: readonly (readonly [title: string, body: string, isLost: boolean])[] = [
  ['a remote context', 'parent = trace.set_span_in_context(remote)', true],
  ['one that is made on the spot', 'parent = set_span_in_context(span=SpanContext(1, 2, True))', true],
  ['that of a span', 'parent = set_span_in_context(span.get_span_context())', true],
  ['a span that stands for one', 'parent = trace.set_span_in_context(NonRecordingSpan(remote))', false],
  ['a span', 'parent = trace.set_span_in_context(span)', false],
  ['what may be a span', 'remote = NonRecordingSpan(remote); parent = trace.set_span_in_context(remote)', false],
];

describe('lint python: contexts that are set as spans', () => {
  for (const [title, body, isLost] of CASES) {
    it(`${isLost ? 'finds' : 'leaves'} ${title}`, async () => {
      const code = `${HEAD}    ${body}\n    tracer.start_span("job", context=parent)\n`;
      await expectInWork([], code, isLost ? [`EXTRACT-UNUSED ${LINE}`] : []);
    });
  }
});
