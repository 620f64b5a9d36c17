import { isLightstepField } from '../../../src/traces/formats/lightstepSpans';
import { columnOf } from './honeycombModel';
import type { PlainAttributes, PlainSpan } from './plainSpans';

/** A span as it comes back: times to the microsecond, no events, links and tracestate, lists and maps as texts. */
export function lightstepKeeps(span: PlainSpan): PlainSpan {
  const { service, status } = span;
  const attributes = tags(span.attributes);
  if (status === 2) delete attributes['error'];
  return {
    ...span,
    startNs: (span.startNs / 1000n) * 1000n,
    endNs: (span.endNs / 1000n) * 1000n,
    traceState: '',
    attributes,
    resource: { ...tags(span.resource), 'service.name': service },
    events: [],
    links: [],
  };
}

function tags(attributes: PlainAttributes): PlainAttributes {
  const kept = Object.entries(attributes).map(([key, value]) => [key, columnOf(key, value)] as const);
  return Object.fromEntries(kept.filter(([key, value]) => value !== null && !isLightstepField(key)));
}
