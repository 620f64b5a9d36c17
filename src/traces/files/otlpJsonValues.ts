import { fieldOf, isObject, type JsonObject } from '../otlp/jsonFields';
import { isSpanLogDocument } from '../formats/spanLogDocument';
import type { JsonTraceFormat } from './jsonTraceFormat';

const HEX_TRACE_ID = /^[0-9a-f]*$/i;

/** OTLP/JSON as the specification has it: a request, TracesData, or one item of its lists. */
export const otlpJson: JsonTraceFormat = {
  name: 'otlp-json',
  recognises: (value) => tracesBody(value) !== undefined,
  begin: (spans) => ({
    add: (value) => spans.addJson(tracesBody(value)!),
    finish: () => undefined,
  }),
};

/** What Tempo makes of it: `batches`, or ids in base64 (gogo-protobuf's JSON); read in the same way. */
export const tempoJson: JsonTraceFormat = {
  ...otlpJson,
  name: 'tempo-json',
  recognises(value) {
    const body = tracesBody(value);
    return body !== undefined && (Array.isArray(body.batches) || isBase64(firstTraceId(body)));
  },
};

/** The request in a value: itself, or what holds one item of it; undefined if there are no OTLP traces. */
function tracesBody(value: JsonObject): JsonObject | undefined {
  let frame = value;
  for (const wrapper of ['result', 'trace']) {
    const inner = fieldOf(frame, wrapper);
    if (isObject(inner)) frame = inner;
  }
  if (fieldOf(frame, 'resourceSpans') !== undefined || Array.isArray(frame.batches)) return frame;
  const isItem = ['scopeSpans', 'instrumentationLibrarySpans'].some((name) => Array.isArray(fieldOf(value, name)));
  if (isItem) return { resourceSpans: [value] };
  return isBareSpan(value) ? { resourceSpans: [{ scopeSpans: [{ spans: [value] }] }] } : undefined;
}

function isBareSpan(value: JsonObject): boolean {
  // Google Cloud's storage calls its columns likewise, and has a timestamp besides.
  if (value.start_time !== undefined || isSpanLogDocument(value)) return false;
  return ['traceId', 'spanId', 'startTimeUnixNano'].every((name) => fieldOf(value, name) !== undefined);
}

function firstTraceId(body: JsonObject): unknown {
  let found: unknown = body;
  for (const names of [['resourceSpans'], ['scopeSpans', 'instrumentationLibrarySpans'], ['spans']]) {
    if (!isObject(found)) return undefined;
    const holder = found;
    const list = names.map((name) => fieldOf(holder, name)).find((value) => Array.isArray(value));
    found = Array.isArray(list) ? (list as unknown[])[0] : undefined;
  }
  return isObject(found) ? fieldOf(found, 'traceId') : undefined;
}

function isBase64(id: unknown): boolean {
  return typeof id === 'string' && !HEX_TRACE_ID.test(id) && Buffer.from(id, 'base64').length === 16;
}
