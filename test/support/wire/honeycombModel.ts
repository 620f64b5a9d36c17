import type { AttributeValue } from '../../../src/model/attributes';
import { isHoneycombField, isHoneycombResource } from '../../../src/traces/formats/honeycombSpans';
import { typedText } from '../../../src/traces/formats/recordValues';
import { jsonText } from './losses';
import type { PlainAttributes, PlainSpan } from './plainSpans';

/** A span as it comes back: one list of attributes for it and its process, times to about a microsecond. */
export function honeycombKeeps(span: PlainSpan): PlainSpan {
  const startNs = coarse(span.startNs);
  const all = { ...columns(span.resource), ...columns(span.attributes) };
  const attributes: PlainAttributes = {};
  const resource: PlainAttributes = { 'service.name': span.service };
  for (const [key, value] of Object.entries(all)) {
    if (!isHoneycombField(key)) (isHoneycombResource(key) ? resource : attributes)[key] = value;
  }
  const events = span.events.map((event) => ({
    ...event,
    timeNs: coarse(event.timeNs),
    attributes: ownColumns(event.attributes),
  }));
  return {
    ...span,
    startNs,
    endNs: startNs + span.endNs - span.startNs,
    traceState: '',
    links: span.links.map((link) => ({ ...link, attributes: ownColumns(link.attributes) })),
    ...{ attributes, resource },
    events: events.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0)),
  };
}

/** A double of seconds, written with as many digits as tell it from its neighbours. */
function coarse(ns: bigint): bigint {
  const [whole = '0', fraction = ''] = String(Number(ns / 1000n) / 1e6).split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}

function ownColumns(attributes: PlainAttributes): PlainAttributes {
  const kept = Object.entries(columns(attributes)).filter(
    ([key]) => !isHoneycombField(key) && !isHoneycombResource(key),
  );
  return Object.fromEntries(kept);
}

function columns(attributes: PlainAttributes): PlainAttributes {
  const kept = Object.entries(attributes).map(([key, value]) => [key, columnOf(key, value)] as const);
  return Object.fromEntries(kept.filter(([, value]) => value !== null));
}

/** What a value is once it has been a column. */
export function columnOf(key: string, value: AttributeValue): AttributeValue {
  if (typeof value === 'bigint') return JSON.stringify(Number(value));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'object' && value !== null) return jsonText(value);
  return typeof value === 'string' ? typedText(key, value) : value;
}
