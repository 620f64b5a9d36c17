import { INTEGER_KEYS } from '../../../src/traces/formats/recordValues';
import { tagOfPlain } from '../servers/data/datadogStored';
import type { PlainAttributes, PlainSpan } from './plainSpans';

/** What is of a resource, by the names of the conventions; the rest is the span's. */
const OF_RESOURCE = /^(telemetry\.|process\.|k8s\.|container\.|cloud\.|os\.|host\.|service\.|deployment\.)/;
const RENAMED = [
  ['error.type', 'exception.type'],
  ['error.message', 'exception.message'],
  ['error.stack', 'exception.stacktrace'],
] as const;

/** What of a span comes back from Datadog's search. */
export function datadogKeeps(span: PlainSpan): PlainSpan {
  const startNs = span.startNs - (span.startNs % 1_000_000n);
  const exception = span.events.find(({ name }) => name === 'exception')?.attributes ?? {};
  const failed = span.status === 2;
  const said = (key: string): string | undefined => exception[key] as string | undefined;
  const tags = asTags({ ...span.resource, ...span.attributes });
  const env = tags['deployment.environment.name'] ?? tags['deployment.environment'] ?? 'none';
  const attributes: PlainAttributes = {};
  const resource: PlainAttributes = {};
  for (const [key, value] of Object.entries(tags)) (OF_RESOURCE.test(key) ? resource : attributes)[key] = value;
  resource['service.name'] = span.service;
  resource['deployment.environment.name'] = env;
  Object.assign(attributes, { env, source: 'apm', 'span.type': 'custom' });
  if (failed) {
    const error = {
      'error.type': said('exception.type'),
      'error.message': span.statusMessage || said('exception.message'),
      'error.stack': said('exception.stacktrace'),
    };
    for (const [key, value] of Object.entries(error)) if (value) attributes[key] = value;
  }
  for (const [from, to] of RENAMED) {
    const value = attributes[from];
    if (value !== undefined) attributes[to] ??= value;
  }
  const { events, links } = span;
  return {
    ...span,
    startNs,
    endNs: startNs + (span.endNs - span.startNs),
    statusMessage: failed ? span.statusMessage || (attributes['exception.message'] as string | undefined) || '' : '',
    attributes,
    resource,
    events: events.map((event) => ({ ...event, attributes: asTags(event.attributes) })),
    links: links.map((link) => ({ ...link, attributes: asTexts(link.attributes) })),
  };
}

/** Texts and doubles; texts of what conventions know as integers are read as such. */
function asTags(values: PlainAttributes): PlainAttributes {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const tag = tagOfPlain(value);
      // JSON's numbers beyond what a double tells apart are read as texts.
      if (Number.isInteger(tag) && !Number.isSafeInteger(tag)) return [key, String(tag)];
      return [key, INTEGER_KEYS.has(key) && /^-?\d{1,15}$/.test(String(tag)) ? Number(tag) : tag];
    }),
  );
}

function asTexts(values: PlainAttributes): PlainAttributes {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(tagOfPlain(value))]));
}
