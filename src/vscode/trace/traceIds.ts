/** Trace ids as people paste them: pure. */
import { describeError, SpanlightError } from '../../base/errors';
import { traceIdIn } from './pastedTraceId';

/** A W3C trace id: 16 bytes in hex, not all zero. */
const TRACE_ID = /^(?!0{32}$)[0-9a-f]{32}$/;

const ZEROS_CURE = 'It is what a service logs while tracing is off or outside of a span: look for another id.';

/** Whether a text is a trace id in the form in which Spanlight passes it around. */
export function isTraceId(text: string): boolean {
  return TRACE_ID.test(text);
}

/**
 * A trace id as people paste it: upper case, spaces around, a shorter one with zeros cut off, or within a log line, a
 * `traceparent` header or the address of a backend's page.
 */
export function normalizeTraceId(text: string): string {
  const id = traceIdIn(text) ?? text.trim().replace(/^0x/i, '').replaceAll('-', '').toLowerCase();
  const padded = /^[0-9a-f]{1,32}$/.test(id) ? id.padStart(32, '0') : id;
  if (/^0{32}$/.test(padded) || (!isTraceId(padded) && /(?<![0-9a-f])0{32}(?![0-9a-f])/i.test(text))) {
    // W3C Trace Context, trace-id: "All bytes as zero is considered an invalid value".
    throw new SpanlightError('An id of zeros alone stands for “no trace”.', undefined, ZEROS_CURE);
  }
  if (!isTraceId(padded)) {
    const shown = text.trim().length > 60 ? `${text.trim().slice(0, 60)}…` : text.trim();
    throw new SpanlightError(
      `There is no trace id in “${shown}”.`,
      undefined,
      'A trace id is 32 hexadecimal digits; a log line, a traceparent or the address of a trace will do as well.',
    );
  }
  return padded;
}

/** What is wrong with a text as a trace id, in one sentence for an input box; undefined where nothing is. */
export function traceIdProblem(text: string): string | undefined {
  try {
    normalizeTraceId(text);
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}
