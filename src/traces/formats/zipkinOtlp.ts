import type { Attributes } from '../../model/attributes';
import { isObject } from '../otlp/jsonFields';
import { parseJsonLossless } from '../otlp/losslessJson';
import { spanIdOf, traceIdOf } from './recordIds';
import { kindOf, textOf, valueOf } from './recordValues';
import type { MutableAttributes, RecordLink } from './spanRecord';

/**
 * What OpenTelemetry's Collector writes into Zipkin's model for what that has no place for. Source:
 * opentelemetry-collector-contrib `pkg/translator/zipkin/zipkinv2/from_translator.go`.
 */

/** An event with attributes: its name, them as JSON, and how many were dropped. */
const EVENT = /^([^|]*)\|(\{.*\})\|\d+$/s;
/** A link: trace id, span id, trace state, attributes as JSON, and how many were dropped. */
const LINK = /^([0-9a-f]{32})\|([0-9a-f]{16})\|([^|]*)\|(\{.*\})\|\d+$/s;
/** How OpenTelemetry's JavaScript exporter writes an event with attributes. */
const NAMED_JSON = /^"?([^"{]*)"?\s*:\s*(\{.*\})$/s;

/** An annotation's text as an event. */
export function zipkinEvent(value: string): { readonly name: string; readonly attributes: Attributes } {
  const match = EVENT.exec(value) ?? NAMED_JSON.exec(value);
  const attributes = match === null ? undefined : jsonObject(match[2]!);
  return match === null || attributes === undefined
    ? { name: value, attributes: new Map() }
    : { name: match[1]!, attributes };
}

/** Takes the links out of the tags `otlp.link.0`, `otlp.link.1`, …; one that cannot be read stays a tag. */
export function takeLinks(attributes: MutableAttributes): RecordLink[] {
  const links: RecordLink[] = [];
  for (let index = 0; attributes.has(`otlp.link.${index}`); index++) {
    const key = `otlp.link.${index}`;
    const [, trace, span, traceState, json] = LINK.exec(textOf(attributes.get(key)) ?? '') ?? [];
    const [traceId, spanId, inner] = [traceIdOf(trace), spanIdOf(span), jsonObject(json ?? '')];
    if (traceId === undefined || spanId === undefined || inner === undefined) continue;
    links.push({ traceId, spanId, traceState: traceState === '' ? undefined : traceState, attributes: inner });
    attributes.delete(key);
  }
  return links;
}

/** The kind of a span for which Zipkin has none: INTERNAL is written as a tag. */
export function takeKind(attributes: MutableAttributes): number {
  const kind = kindOf(attributes.get('span.kind'));
  if (kind !== 0) attributes.delete('span.kind');
  return kind;
}

function jsonObject(text: string): Attributes | undefined {
  try {
    const value = parseJsonLossless(text);
    return isObject(value) ? new Map(Object.entries(value).map(([key, item]) => [key, valueOf(item)])) : undefined;
  } catch {
    // A text that looks like an event or a link but is none stays what it is.
    return undefined;
  }
}
