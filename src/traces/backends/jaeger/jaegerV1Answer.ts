import { jaegerSpans } from '../../formats/jaegerSpans';
import type { SpanCollector } from '../spanCollector';
import type { AnswerItem, BackendAnswer } from '../transport/backendAnswer';

/** Spans that become objects at the same time. */
const BLOCK = 512;

/**
 * Reads what v1 answers, of any size: a trace's spans wait as bytes until its processes, which come after them, are
 * known, and are then converted a few hundred at a time.
 *
 * @throws BackendError where it breaks off or is no JSON; the traces that came whole are in the collector.
 */
export async function collectJaegerV1(answer: BackendAnswer, collector: SpanCollector): Promise<void> {
  let spans: AnswerItem<'trace' | 'span'>[] = [];
  for await (const item of answer.items({ 'data[]': 'trace', 'data[].spans[]': 'span' })) {
    if (item.label === 'span') spans.push(item);
    if (item.label !== 'trace') continue;
    const trace = item.read();
    for (let from = 0; from < spans.length; from += BLOCK) {
      const block = spans.slice(from, from + BLOCK).map((span) => span.read());
      collector.addRecords(jaegerSpans({ ...trace, spans: block }));
    }
    spans = [];
  }
}
