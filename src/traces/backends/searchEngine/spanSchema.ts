import type { ConvertedSpan } from '../../formats/spanRecord';
import type { Clause } from './clauses';
import type { FieldCatalog, IndexedField } from './fieldCatalog';

/** Whose attribute is meant; `any`: the span's or its resource's. */
export type IndexedScope = 'span' | 'resource' | 'any';

/** Where the documents of one tool's spans have what. */
export interface SpanSchema {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly service: string;
  readonly name: string;
  /** Start, as a date. */
  readonly start: string;
  /** Duration, as a number. */
  readonly duration: string;
  /** Nanoseconds that one of its units lasts. */
  readonly durationUnitNs: number;
  readonly kind: string;
  /** How a kind is written, by its TraceQL name: `server`. */
  readonly kindValues: (kind: string) => readonly string[];
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
}
