import type { AttributeValue } from '../../../src/model/attributes';
import { isAzureField, isAzureResource } from '../../../src/traces/formats/azure/azureProperties';
import { typedText } from '../../../src/traces/formats/recordValues';
import { decimals, MAX_NAME, MAX_PROPERTY, typeOf } from '../servers/data/azureRows';
import { plainText } from './losses';
import type { PlainAttributes, PlainSpan } from './plainSpans';

const TICK_NS = 100n;
const PUBLISHES = /^(publish|send|create)$/;

/** A span of the collector's exporter as it comes back: texts, 100 ns of starts, microseconds of durations. */
export function azureKeeps(span: PlainSpan): PlainSpan {
  const startNs = span.startNs - (span.startNs % TICK_NS);
  const lasts = span.endNs > span.startNs ? (span.endNs - span.startNs) / 1000n : 0n;
  const resource = texts(span.resource);
  const attributes: PlainAttributes = {};
  const process: PlainAttributes = {};
  for (const [key, value] of Object.entries({ ...texts(span.attributes), ...resource })) {
    if (!isAzureField(key)) (isAzureResource(key) ? process : attributes)[key] = value;
  }
  const events = span.events.map((event) => ({
    ...event,
    timeNs: event.timeNs - (event.timeNs % TICK_NS),
    attributes: Object.fromEntries(Object.entries(texts(event.attributes)).filter(([key]) => !isAzureResource(key))),
  }));
  return {
    ...span,
    ...{ startNs, endNs: startNs + lasts * 1000n, name: nameOf(span).slice(0, MAX_NAME), kind: kindOf(span) },
    ...{ traceState: '', attributes, resource: process },
    links: span.links.map((link) => ({ ...link, attributes: {} })),
    events: events.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0)),
  };
}

/** Exporters have names of their own for calls. */
function nameOf({ name, kind, attributes }: PlainSpan): string {
  const isRequest = kind === 2 || kind === 5;
  const type = typeOf(attributes);
  const system = plainText(attributes['rpc.system'] ?? null);
  if (type === 'rpc' && isRequest) return `${system} ${name}`;
  if (type !== 'http') return name;
  const method = plainText(attributes['http.request.method'] ?? null);
  const route = plainText(attributes['http.route'] ?? null);
  if (isRequest) return `${method} ${route === '' ? name : route.replace(/^\/?/, '/')}`;
  return [method, route].filter((part) => part !== '').join(' ');
}

/** Told by what a span says of messages, where the exporter does not tell the kind. */
function kindOf({ kind, attributes }: PlainSpan): number {
  const names = Object.keys(attributes);
  const isMessage = names.some((name) => name.startsWith('messaging.'));
  if (kind <= 1) return 1;
  if (kind === 2 || kind === 5) return isMessage ? 5 : 2;
  const operation = plainText(attributes['messaging.operation.type'] ?? attributes['messaging.operation'] ?? null);
  return isMessage && (operation === '' || PUBLISHES.test(operation)) ? 4 : 3;
}

function texts(attributes: PlainAttributes): PlainAttributes {
  const known = Object.entries(attributes).map(([key, value]) => [key, textOf(key, value)] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined)) as PlainAttributes;
}

function textOf(key: string, value: AttributeValue): AttributeValue | undefined {
  if (typeof value === 'string') return typedText(key, value.slice(0, MAX_PROPERTY));
  if (typeof value === 'number') return typedText(key, Number.isInteger(value) ? String(value) : decimals(value));
  return typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : undefined;
}
