import { SpanlightError } from '../../base/errors';
import type { IngestResult, OtlpEncoding } from '../ingest';
import type { Signal } from './answers';
import { ingestLarge, partBytes } from './largeBody';
import type { ReceiverParts } from './receiverParts';
import { CODE, RequestError } from './requestError';

/** Hands a body to the sink, a large one in parts. Metrics are not looked at. */
export async function ingestBody(
  parts: ReceiverParts,
  signal: Signal,
  body: Uint8Array,
  encoding: OtlpEncoding,
): Promise<IngestResult> {
  if (signal === 'metrics') return { accepted: 0, rejected: 0 };
  const { sink, counters, budget, stop } = parts;
  const take = (part: Uint8Array): IngestResult =>
    signal === 'traces' ? sink.traces(part, encoding) : sink.logs(part, encoding);
  const note = (result: IngestResult): void => {
    if (signal === 'traces') counters.traces(result);
  };
  const bytes = partBytes(signal, encoding);
  if (body.length > bytes * 2) {
    return budget.decoding.run(() => ingestLarge({ body, encoding, partBytes: bytes, take, note, stop }));
  }
  const result = take(body);
  note(result);
  return result;
}

/** A malformed body is the sender's fault, everything else ours. */
export function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof SpanlightError) return new RequestError(400, CODE.invalidArgument, error.describe());
  return new RequestError(500, CODE.internal, 'The receiver failed; its log says more.');
}
