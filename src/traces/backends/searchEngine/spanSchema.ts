import type { ConvertedSpan, EventOfSpan } from '../../formats/spanRecord';
import type { JsonObject } from '../../otlp/jsonFields';
import type { Clause } from './clauses';
import type { FieldCatalog, IndexedField } from './fieldCatalog';

/** Whose attribute is meant; `any`: the span's or its resource's. */
export type IndexedScope = 'span' | 'resource' | 'any';

/** Where the documents of one tool's spans have what all of them have, and the shapes that they come in. */
export interface SpanSchema {
  readonly traceId: string;
  readonly service: string;
  /** Start, as a date. */
  readonly start: string;
  /** Nanoseconds that the index tells one start from another by. */
  readonly startStepNs: bigint;
  /** Fields that, with the start, tell every span of a trace from the others. */
  readonly order: readonly string[];
  /** The documents that are spans; all where left out. */
  readonly only?: Clause;
  readonly shapes: readonly SpanShape[];
}

/** Where documents of one shape have what: indices may hold several. */
export interface SpanShape {
  /** The documents of this shape; all where left out. */
  readonly only?: Clause;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  /** Duration, as a number. */
  readonly duration: string;
  /** Nanoseconds that one of its units lasts. */
  readonly durationUnitNs: number;
  /** The spans of a kind, by its TraceQL name: `server`. */
  readonly kind: (kind: string) => Clause;
  /** Fields besides service, name and attributes by which operations differ: what says kind and scope. */
  readonly identity: readonly string[];
  /** What a document of this shape has besides, so that it can be converted where nothing but its identity is known. */
  readonly sketch: JsonObject;
  readonly statusMessage: IndexedField | undefined;
  readonly scopeName: IndexedField | undefined;
  readonly scopeVersion: IndexedField | undefined;
  /** The spans with this status. */
  readonly status: (status: 'unset' | 'ok' | 'error') => Clause;
  /** Fields that hold an attribute, none where no span has it; several where formats differ within the indices. */
  readonly attribute: (scope: IndexedScope, name: string) => readonly IndexedField[];
  /** Whether spans may carry the attribute in a way that cannot be asked for: indices do not agree on its type, say. */
  readonly isUnsure: (scope: IndexedScope, name: string) => boolean;
  /** Names of all attributes as TraceQL writes them, without quotes: `span.http.route`, `resource.host.name`. */
  readonly attributeNames: () => readonly string[];
}

/** How one tool's spans are written to OpenSearch or Elasticsearch. */
export interface SpanDialect {
  /** The fields to ask `_field_caps` for. */
  readonly fieldPatterns: readonly string[];
  readonly schema: (catalog: FieldCatalog) => SpanSchema;
  /** Turns hits into spans. */
  readonly convert: (hits: readonly unknown[]) => Iterable<ConvertedSpan>;
  /** Parts of `_source` that make up a span without its attributes, events and links. */
  readonly baseSource: readonly string[];
  /** Parts of `_source` where an attribute may be. */
  readonly attributeSource: (name: string) => readonly string[];
  /** Parts of `_source` with the attributes of resources. */
  readonly resourceSource: readonly string[];
  readonly eventSource: readonly string[];
  readonly linkSource: readonly string[];
  /** Parts of `_source` with the instrumentation scope. */
  readonly scopeSource: readonly string[];
  /** Parts of `_source` that say which span it is, when, and how long. */
  readonly exemplarSource: readonly string[];
  /** Parts of `_source` with what an exception said, and the status. */
  readonly exceptionSource: readonly string[];
  /** Where events are that are no part of their spans. */
  readonly events?: EventDialect;
}

/** How events are written that are documents of their own. */
export interface EventDialect {
  /** The field with the id of the trace. */
  readonly traceId: string;
  /** Those documents among others; with `exceptions`, only those that tell of an exception. */
  readonly only: (which: 'all' | 'exceptions') => Clause;
  /** Those that belong to one of some spans. */
  readonly ofSpans: (spanIds: readonly string[]) => Clause;
  readonly source: readonly string[];
  readonly convert: (hits: readonly unknown[]) => Iterable<EventOfSpan>;
}

/** The documents of a shape that a clause finds. */
export function ofShape({ only }: SpanShape, clauses: readonly Clause[]): readonly Clause[] {
  return only === undefined ? clauses : [only, ...clauses];
}
