import type { AttributeValue } from '../../../src/model/attributes';
import { typedText } from '../../../src/traces/formats/recordValues';
import type { OtlpTraces } from '../servers/data/otlpTraces';
import type { PlainAttributes, PlainSpan } from './plainSpans';
import { sigNozRows, type SigNozRow } from './sigNozRows';
import { rounded } from './sigNozStore';

/** From here on JSON's numbers are read as texts. */
const LONG = 9_000_000_000_000_000;

/**
 * What can be known of spans from SigNoz's rows: attributes are texts, doubles of three decimals and booleans, maps are names
 * with dots, lists are JSON, bytes are base64; resources and attributes of events are texts; scopes and attributes of links
 * are gone, and so is a link to the parent.
 */
export class SigNozModel {
  private readonly rows: ReadonlyMap<string, SigNozRow>;

  constructor(traces: OtlpTraces) {
    this.rows = new Map(sigNozRows(traces).map((row) => [String(row.columns['span_id']), row]));
  }

  keeps(span: PlainSpan): PlainSpan {
    const row = this.rows.get(span.spanId)!;
    const traceId = row.columns['trace_id'];
    return {
      ...span,
      service: row.resource['service.name'] ?? 'unknown_service',
      attributes: { ...typed(row.strings), ...numbers(row.numbers), ...row.bools },
      events: row.events.map(({ name, timeUnixNano, attributeMap }) => ({
        ...{ name, timeNs: timeUnixNano, attributes: typed(attributeMap) },
      })),
      links: row.references
        .slice(1)
        .filter((link) => link.traceId !== traceId || link.spanId !== span.parentSpanId)
        .map((link) => ({ traceId: link.traceId, spanId: link.spanId!, attributes: {} })),
      resource: typed(row.resource),
      scope: { name: '', version: '' },
    };
  }
}

function typed(texts: Readonly<Record<string, string>>): PlainAttributes {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, typedText(key, text)]));
}

function numbers(values: Readonly<Record<string, number>>): PlainAttributes {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]): [string, AttributeValue] => {
      const kept = rounded(value);
      return [key, Math.abs(kept) >= LONG ? String(kept) : kept];
    }),
  );
}
