import { SpanlightError } from '../../base/errors';
import type { IngestResult, OtlpEncoding } from '../ingest';
import type { Signal } from './answers';
import type { ReceiverParts } from './receiverParts';
import { CODE, RequestError } from './requestError';

/** Hands a body to the sink. Metrics are not looked at. */
export function ingestBody(
  parts: ReceiverParts,
  signal: Signal,
  body: Uint8Array,
  encoding: OtlpEncoding,
): IngestResult {
  if (signal === 'metrics') return { accepted: 0, rejected: 0 };
  const result = signal === 'traces' ? parts.sink.traces(body, encoding) : parts.sink.logs(body, encoding);
  if (signal === 'traces') parts.counters.traces(result);
  return result;
}

/** A malformed body is the sender's fault, everything else ours. */
export function asRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof SpanlightError) return new RequestError(400, CODE.invalidArgument, error.describe());
  return new RequestError(500, CODE.internal, 'The receiver failed; its log says more.');
}
