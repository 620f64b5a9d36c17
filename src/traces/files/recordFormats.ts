import { jaegerSpanDocument, jaegerSpans } from '../formats/jaegerSpans';
import type { ConvertedSpan } from '../formats/spanRecord';
import { zipkinSpans } from '../formats/zipkinSpans';
import { fieldOf, isObject, type JsonObject } from '../otlp/jsonFields';
import type { JsonTraceFormat } from './jsonTraceFormat';

/** Jaeger: answers of its API and downloads of its page. */
export const jaegerJson: JsonTraceFormat = eachValue('jaeger-json', isJaeger, jaegerSpans);

/** Jaeger's documents in Elasticsearch, a span each. */
export const jaegerDocuments: JsonTraceFormat = eachValue(
  'jaeger-json',
  (value) => has(value, 'traceID', 'spanID', 'process'),
  (value) => [jaegerSpanDocument(value)],
);

/** Zipkin, of both versions. */
export const zipkin: JsonTraceFormat = allValues(
  'zipkin',
  (value) => has(value, 'traceId', 'id') && !has(value, 'spanId'),
  zipkinSpans,
);

function isJaeger(value: JsonObject): boolean {
  if (Array.isArray(value.spans)) return has(value, 'processes') || (value.spans as unknown[]).some(isJaegerSpan);
  if (isObject(value.data)) return isJaeger(value.data);
  if (!Array.isArray(value.data)) return false;
  const traces = value.data as unknown[];
  return (
    traces.some((trace) => isObject(trace) && isJaeger(trace)) || (traces.length === 0 && has(value, 'total', 'limit'))
  );
}

function isJaegerSpan(span: unknown): boolean {
  return isObject(span) && has(span, 'spanID') && (has(span, 'operationName') || has(span, 'references'));
}

/** A format whose values stand for themselves. */
function eachValue(
  name: string,
  recognises: (value: JsonObject) => boolean,
  convert: (value: JsonObject) => Iterable<ConvertedSpan>,
): JsonTraceFormat {
  return {
    name,
    recognises,
    begin: (spans) => ({
      add: (value) => spans.addRecords(convert(value)),
      finish: () => undefined,
    }),
  };
}

/** A format whose spans can only be made when all of a file are known. */
function allValues(
  name: string,
  recognises: (value: JsonObject) => boolean,
  convert: (values: Iterable<unknown>) => Iterable<ConvertedSpan>,
): JsonTraceFormat {
  return {
    name,
    recognises,
    begin(spans) {
      const values: JsonObject[] = [];
      return {
        add: (value) => void values.push(value),
        finish: () => spans.addRecords(convert(values.splice(0))),
      };
    },
  };
}

function has(value: JsonObject, ...names: readonly string[]): boolean {
  return names.every((name) => fieldOf(value, name) !== undefined);
}
