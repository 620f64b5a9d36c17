import { SpanlightError } from '../../../base/errors';
import type { SpanCollector } from '../spanCollector';
import type { BackendAnswer } from '../transport/backendAnswer';

/** Reads what v1 answers. @throws SpanlightError always: only v3 is read so far. */
export function collectJaegerV1(answer: BackendAnswer, collector: SpanCollector): Promise<void> {
  collector.flush();
  answer.discard();
  return Promise.reject(new SpanlightError('This Jaeger has no v3 API.', undefined, 'Use Jaeger 1.60 or newer.'));
}
