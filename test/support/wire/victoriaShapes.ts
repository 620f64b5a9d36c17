import type { AnyValue, Attribute, OtlpTraces } from '../servers/data/otlpTraces';
import { plainText } from './losses';
import { plainValue } from './plainSpans';

/** The base path of VictoriaTraces' Tempo API. */
export const VICTORIA_TEMPO_PATH = '/select/tempo';

/** Traces as VictoriaTraces keeps them: every attribute is a text. */
export function textsOnly({ resourceSpans }: OtlpTraces): OtlpTraces {
  return {
    resourceSpans: resourceSpans.map(({ resource, scopeSpans }) => ({
      resource: { attributes: texts(resource.attributes) },
      scopeSpans: scopeSpans.map(({ scope, spans }) => ({
        scope,
        spans: spans.map((span) => ({
          ...span,
          attributes: texts(span.attributes),
          events: span.events.map((event) => ({ ...event, attributes: texts(event.attributes) })),
          links: span.links.map((link) => ({ ...link, attributes: texts(link.attributes) })),
        })),
      })),
    })),
  };
}

/**
 * A trace as its search tells of it (`app/vtselect/traces/tempo/tempo.qtpl`): the root is said to be what matched, and
 * spans are not counted.
 */
export function victoriaFound(found: {
  readonly traceID: string;
  readonly rootServiceName: string | undefined;
  readonly rootTraceName: string | undefined;
  readonly startTimeUnixNano: string;
  readonly durationMs?: number;
}): object {
  const { traceID, rootServiceName, rootTraceName, startTimeUnixNano, durationMs = 0 } = found;
  const root = {
    spanID: '00000000000000ff',
    startTimeUnixNano,
    durationNanos: String(durationMs * 1e6),
    attributes: [],
  };
  const spanSet = { spans: [root], matched: 1 };
  const trace = { traceID: traceID.padStart(32, '0'), rootServiceName, rootTraceName, startTimeUnixNano, durationMs };
  return { ...trace, spanSet, spanSets: [spanSet] };
}

function texts(attributes: readonly Attribute[]): Attribute[] {
  return attributes.map(({ key, value }) => ({ key, value: text(value) }));
}

function text(value: AnyValue): AnyValue {
  return value.bytesValue !== undefined ? value : { stringValue: plainText(plainValue(value)) };
}
