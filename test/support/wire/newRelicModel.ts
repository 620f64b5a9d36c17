import type { AttributeValue } from '../../../src/model/attributes';
import { isNewRelicField, isNewRelicResource } from '../../../src/traces/formats/newRelicSpans';
import { typedText } from '../../../src/traces/formats/recordValues';
import { MAX_TEXT } from '../servers/data/newRelicRows';
import { jsonText } from './losses';
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

function columnOf(key: string, value: AttributeValue): AttributeValue {
  if (typeof value === 'bigint') return JSON.stringify(Number(value));
  if (Array.isArray(value)) return (value as readonly AttributeValue[]).map((one) => columnOf('', one));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64').slice(0, MAX_TEXT);
  if (typeof value === 'object' && value !== null) return jsonText(value).slice(0, MAX_TEXT);
  return typeof value === 'string' ? typedText(key, value.slice(0, MAX_TEXT)) : value;
}
