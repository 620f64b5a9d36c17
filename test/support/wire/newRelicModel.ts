import type { AttributeValue } from '../../../src/model/attributes';
import { isNewRelicField, isNewRelicResource } from '../../../src/traces/formats/newRelicSpans';
import { typedText } from '../../../src/traces/formats/recordValues';
import { MAX_TEXT } from '../servers/data/newRelicRows';
import type { PlainAttributes, PlainSpan } from './plainSpans';

/** What New Relic adds of itself. */
const ADDED = { 'newrelic.source': 'api.traces.otlp', 'instrumentation.provider': 'opentelemetry' };

/** A span as it comes back: one list of attributes for it and its process, times of starts in milliseconds, no links. */
export function newRelicKeeps(span: PlainSpan): PlainSpan {
  const millis = (ns: bigint): bigint => ns - (ns % 1_000_000n);
  const startNs = millis(span.startNs);
  const all = { ...columns(span.resource), ...columns(span.attributes) };
  const named = span.resource['service.name'] !== undefined;
  const attributes: PlainAttributes = {};
  const resource: PlainAttributes = {};
  for (const [key, value] of Object.entries(all)) {
    if (!isNewRelicField(key)) (isNewRelicResource(key) ? resource : attributes)[key] = value;
  }
  const events = span.events.map((event) => ({
    ...event,
    timeNs: millis(event.timeNs),
    attributes: columns(event.attributes),
  }));
  return {
    ...span,
    startNs,
    endNs: startNs + span.endNs - span.startNs,
    links: [],
    attributes,
    resource: { ...resource, ...ADDED, ...(named ? { 'entity.name': span.service } : {}) },
    events: events.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0)),
  };
}

function columns(attributes: PlainAttributes): PlainAttributes {
  const kept = Object.entries(attributes).map(([key, value]) => [key, columnOf(key, value)] as const);
  return Object.fromEntries(kept.filter(([, value]) => value !== null));
}

/** Null: it is not taken. */
function columnOf(key: string, value: AttributeValue): AttributeValue {
  if (typeof value === 'bigint') return JSON.stringify(Number(value));
  if (Array.isArray(value)) return listOf((value as readonly AttributeValue[]).map((one) => columnOf('', one)));
  if (typeof value === 'object') return null;
  return typeof value === 'string' ? typedText(key, value.slice(0, MAX_TEXT)) : value;
}

function listOf(values: readonly AttributeValue[]): AttributeValue {
  const isScalar = values.every((value) => value !== null && !Array.isArray(value));
  // Large integers are numbers there, and come as texts.
  const isInteger = (value: AttributeValue): boolean => typeof value === 'string' && /^-?\d{16,}$/.test(value);
  const typeOf = (value: AttributeValue): string => (isInteger(value) ? 'number' : typeof value);
  return isScalar && new Set(values.map(typeOf)).size <= 1 ? values : null;
}
