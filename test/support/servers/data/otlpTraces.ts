/** OTLP/JSON as `encodeJson` writes it: ids in lower-case hex, 64-bit integers as decimal strings, kinds as numbers. */

/** What was sent, and so the truth for what comes back. */
export interface OtlpTraces {
  readonly resourceSpans: readonly ResourceSpans[];
}

export interface ResourceSpans {
  readonly resource: { readonly attributes: readonly Attribute[] };
  readonly scopeSpans: readonly ScopeSpans[];
}

export interface ScopeSpans {
  readonly scope: { readonly name: string; readonly version: string };
  readonly spans: readonly Span[];
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent in a root. */
  readonly parentSpanId?: string;
  readonly traceState: string;
  readonly name: string;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** Code 0 unset, 1 ok, 2 error. */
  readonly status: { readonly code?: number; readonly message?: string };
  readonly flags?: number;
}

export interface SpanEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly Attribute[];
}

export interface Attribute {
  readonly key: string;
  readonly value: AnyValue;
}

/** At most one member is there; none is OTLP's null. */
export interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number;
  /** Base64. */
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values: readonly Attribute[] };
}

/** A span with what is said once for many. */
export interface PlacedSpan {
  readonly span: Span;
  readonly resource: readonly Attribute[];
  /** Empty where the resource names no service. */
  readonly service: string;
  readonly scope: ScopeSpans['scope'];
}

/** All spans, in the order they were sent. */
export function placedSpans(traces: OtlpTraces): PlacedSpan[] {
  return traces.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
    return scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({ span, resource: resource.attributes, service, scope })),
    );
  });
}

/** The spans by their trace, in the order they were sent. */
export function spansByTrace(traces: OtlpTraces): Map<string, PlacedSpan[]> {
  const byTrace = new Map<string, PlacedSpan[]>();
  for (const placed of placedSpans(traces)) {
    const { traceId } = placed.span;
    byTrace.set(traceId, [...(byTrace.get(traceId) ?? []), placed]);
  }
  return byTrace;
}

/** Without the traces that do not pass. */
export function filterTraces(traces: OtlpTraces, passes: (traceId: string) => boolean): OtlpTraces {
  const resourceSpans = traces.resourceSpans.map((resource) => ({
    ...resource,
    scopeSpans: resource.scopeSpans
      .map((scope) => ({ ...scope, spans: scope.spans.filter((span) => passes(span.traceId)) }))
      .filter((scope) => scope.spans.length > 0),
  }));
  return { resourceSpans: resourceSpans.filter((resource) => resource.scopeSpans.length > 0) };
}

/**
 * A value as one text, as the Collector has it for formats that know only texts (`pcommon.Value.AsString`): numbers and
 * booleans in their JSON form, lists and maps as JSON, bytes in base64, null as nothing.
 */
export function valueText(value: AnyValue): string {
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.intValue !== undefined) return value.intValue;
  if (value.doubleValue !== undefined) return String(value.doubleValue);
  if (value.boolValue !== undefined) return String(value.boolValue);
  if (value.bytesValue !== undefined) return value.bytesValue;
  return (value.arrayValue ?? value.kvlistValue) ? valueJson(value) : '';
}

/** A value as JSON, with 64-bit integers in full: they are written as numbers of any length. */
export function valueJson(value: AnyValue): string {
  if (value.intValue !== undefined) return value.intValue;
  if (value.arrayValue) return `[${value.arrayValue.values.map(valueJson).join(',')}]`;
  if (value.kvlistValue) return attributesJson(value.kvlistValue.values);
  return JSON.stringify(value.stringValue ?? value.doubleValue ?? value.boolValue ?? value.bytesValue ?? null);
}

/** Attributes as a JSON object, likewise, under the keys that `name` makes of theirs. */
export function attributesJson(attributes: readonly Attribute[], name = (key: string): string => key): string {
  return `{${attributes.map(({ key, value }) => `${JSON.stringify(name(key))}:${valueJson(value)}`).join(',')}}`;
}

/** Attributes as texts. */
export function attributeTexts(attributes: readonly Attribute[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueText(value)]));
}
