import { isAzure } from '../formats/azure/azureRows';
import { azureSpans } from '../formats/azure/azureSpans';
import { dataPrepperSpans } from '../formats/dataPrepperSpans';
import { datadogSpans } from '../formats/datadogSpans';
import { elasticSpans, isElasticSpan } from '../formats/elasticSpans';
import { jaegerSpanDocument, jaegerSpans } from '../formats/jaegerSpans';
import { JaegerTexts } from '../formats/jaegerTexts';
import { googleSpanRows, isGoogleSpanRow } from '../formats/googleSpanRows';
import { googleTraceSpans, isGoogleTrace } from '../formats/googleTraceSpans';
import { honeycombSpans, isHoneycomb } from '../formats/honeycombSpans';
import { isLightstep, lightstepSpans } from '../formats/lightstepSpans';
import { isNewRelic, newRelicSpans } from '../formats/newRelicSpans';
import { itemsOf } from '../formats/recordValues';
import { sigNozSpans } from '../formats/sigNozSpans';
import type { ConvertedSpan } from '../formats/spanRecord';
import { isSpanLogDocument } from '../formats/spanLogDocument';
import { xraySpans } from '../formats/xraySpans';
import { zipkinSpans } from '../formats/zipkinSpans';
import { isObject, type JsonObject } from '../otlp/jsonFields';
import type { JsonTraceFormat } from './jsonTraceFormat';
import { ValuesByTrace } from './valuesByTrace';

/** Envelopes within envelopes are looked into this far. */
const MAX_DEPTH = 5;

/** The formats that are turned into records, asked in turn: what says more about itself comes first. */
export const RECORD_FORMATS: readonly JsonTraceFormat[] = [
  jaegerJson(),
  eachValue(
    'jaeger-json',
    (value) => has(value, 'traceID', 'spanID', 'process'),
    (value) => [jaegerSpanDocument(value)],
  ),
  eachValue('xray', isXray, xraySpans),
  allValues('newrelic', isNewRelic, () => new AllValues(), newRelicSpans),
  allValues('azuremonitor', isAzure, () => new AllValues(), azureSpans),
  allValues('honeycomb', isHoneycomb, () => new AllValues(), honeycombSpans),
  eachValue('googlecloud', (value) => isGoogleTrace(value) || isGoogleSpanRow(value), googleCloudSpans),
  eachValue('lightstep', isLightstep, lightstepSpans),
  eachValue('elastic', isElasticSpan, elasticSpans),
  eachValue('opensearch', isDataPrepper, dataPrepperSpans),
  eachValue('signoz', isSigNoz, sigNozSpans),
  allValues('datadog', isDatadog, () => new AllValues(), datadogSpans),
  allValues(
    'zipkin',
    (value) => has(value, 'traceId', 'id') && !has(value, 'spanId'),
    () => new ValuesByTrace(zipkinTraceId),
    zipkinSpans,
  ),
];

function isJaeger(value: JsonObject, depth = 0): boolean {
  if (Array.isArray(value.spans)) return has(value, 'processes') || value.spans.some(isJaegerSpan);
  if (isObject(value.data)) return depth < MAX_DEPTH && isJaeger(value.data, depth + 1);
  if (!Array.isArray(value.data)) return false;
  if (value.data.length === 0) return has(value, 'total', 'limit');
  return depth < MAX_DEPTH && value.data.some((trace) => isObject(trace) && isJaeger(trace, depth + 1));
}

function isJaegerSpan(span: unknown): boolean {
  return isObject(span) && has(span, 'spanID') && (has(span, 'operationName') || has(span, 'references'));
}

/** What the two stores of Google Cloud export. */
function googleCloudSpans(value: JsonObject): Iterable<ConvertedSpan> {
  return isGoogleTrace(value) ? googleTraceSpans(value) : googleSpanRows(value);
}

function isXray(value: JsonObject): boolean {
  if (Array.isArray(value.Traces) || Array.isArray(value.Segments) || Array.isArray(value.TraceSegmentDocuments)) {
    return true;
  }
  if (has(value, 'Id', 'Document') || isSpanLogDocument(value)) return true;
  return has(value, 'id', 'name', 'start_time') && (has(value, 'trace_id') || value.type === 'subsegment');
}

function isDataPrepper(value: JsonObject): boolean {
  return (
    has(value, 'traceId', 'spanId') &&
    (has(value, 'durationInNanos') || has(value, 'traceGroup') || has(value, 'startTime', 'endTime'))
  );
}

function isSigNoz(value: JsonObject, depth = 0): boolean {
  if (has(value, 'trace_id', 'span_id', 'duration_nano') || has(value, 'traceId', 'spanId', 'durationNano'))
    return true;
  if (Array.isArray(value.columns) && Array.isArray(value.events)) return value.columns.includes('SpanId');
  const inner = [value.data, ...itemsOf(value.spans), ...itemsOf(value.results), ...itemsOf(value.rows)];
  return depth < MAX_DEPTH && inner.slice(0, 3).some((item) => isObject(item) && isSigNoz(item, depth + 1));
}

function isDatadog(value: JsonObject, depth = 0): boolean {
  if (isDatadogSpan(value)) return true;
  if (isObject(value.attributes) && (value.type === 'spans' || value.type === 'span' || value.type === 'trace')) {
    return has(value.attributes, 'span_id') || Array.isArray(value.attributes.spans);
  }
  const lists = [value.data, value.spans, value.traces, value.trace];
  const inner = lists.flatMap((list) => (Array.isArray(list) ? (list.flat() as unknown[]).slice(0, 3) : [list]));
  if (isObject(value.spans)) inner.push(...Object.values(value.spans).slice(0, 1));
  return depth < MAX_DEPTH && inner.some((item) => isObject(item) && isDatadog(item, depth + 1));
}

function isDatadogSpan(value: JsonObject): boolean {
  if (has(value, 'spanID', 'traceID')) return has(value, 'resource') || has(value, 'traceIdFull');
  return has(value, 'trace_id', 'span_id') && (has(value, 'start') || has(value, 'resource') || has(value, 'meta'));
}

function jaegerJson(): JsonTraceFormat {
  return {
    name: 'jaeger-json',
    recognises: (value) => isJaeger(value),
    begin(spans) {
      const texts = new JaegerTexts();
      return {
        add(value) {
          texts.add(value);
          spans.addRecords(jaegerSpans(value));
        },
        finish: () => undefined,
        get hasTextValues() {
          return texts.areTexts;
        },
      };
    },
  };
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

/** Values that wait until all are there. */
interface HeldValues {
  add(value: JsonObject): void;
  /** Those that belong together. */
  groups(): Iterable<readonly JsonObject[]>;
}

/** All values of a file belong together. */
class AllValues implements HeldValues {
  private readonly values: JsonObject[] = [];

  add(value: JsonObject): void {
    this.values.push(value);
  }

  groups(): Iterable<readonly JsonObject[]> {
    return [this.values];
  }
}

/** A format whose spans can only be made when all that belong together are known. */
function allValues(
  name: string,
  recognises: (value: JsonObject) => boolean,
  hold: () => HeldValues,
  convert: (values: readonly unknown[]) => Iterable<ConvertedSpan>,
): JsonTraceFormat {
  return {
    name,
    recognises,
    begin(spans) {
      const values = hold();
      return {
        add: (value) => values.add(value),
        finish() {
          for (const group of values.groups()) spans.addRecords(convert(group));
        },
      };
    },
  };
}

/** The low 64 bits: an id may be written with or without the zeros in front. */
function zipkinTraceId({ traceId }: JsonObject): string {
  return typeof traceId === 'string' ? traceId.toLowerCase().slice(-16).replace(/^0+/, '') : '';
}

function has(value: JsonObject, ...names: readonly string[]): boolean {
  return names.every((name) => value[name] !== undefined);
}
