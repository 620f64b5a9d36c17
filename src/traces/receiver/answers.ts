import { loadMessages } from '../otlp/messages';
import type { IngestResult, OtlpEncoding } from '../ingest';

/** What the receiver is handed; metrics are taken and dropped. */
export type Signal = 'traces' | 'logs' | 'metrics';

/** What the count of rejected items is called in JSON. */
const REJECTED: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

const NOTHING = Buffer.alloc(0);
const EMPTY_OBJECT = Buffer.from('{}');

/** The body of an Export…ServiceResponse: empty unless something was rejected or is to be said. */
export function exportResponse(signal: Signal, result: IngestResult, encoding: OtlpEncoding): Buffer {
  const { rejected, message = '' } = result;
  if (rejected === 0 && message === '') return encoding === 'json' ? EMPTY_OBJECT : NOTHING;
  if (encoding === 'json') {
    const partial = { [REJECTED[signal]]: String(rejected), errorMessage: message };
    return Buffer.from(JSON.stringify({ partialSuccess: partial }));
  }
  const response = { partialSuccess: { rejected, errorMessage: message } };
  return Buffer.from(loadMessages().collector.ExportResponse.encode(response).finish());
}

/** The body of a refusal: google.rpc.Status. */
export function statusBody(code: number, message: string, encoding: OtlpEncoding): Buffer {
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
  return Buffer.from(loadMessages().collector.Status.encode({ code, message }).finish());
}
