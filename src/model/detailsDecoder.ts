import type { Attributes } from './attributes';
import type { SpanKind } from './operation';
import type { SpanEvent, SpanLink } from './trace';

/** What the cold bytes of a span say (see `SpanBatch.cold`). */
export interface ColdSpan {
  /** Only where the operation is the table's overflow. */
  readonly name?: string;
  /** Only where the operation is the table's overflow. */
  readonly kind?: SpanKind;
  readonly traceState: string;
  readonly statusMessage: string;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** Attributes, events and links that the SDK dropped before sending. */
  readonly droppedAttributes: number;
  readonly droppedEvents: number;
  readonly droppedLinks: number;
}

/** What an `InstrumentationScope` message says. */
export interface ScopeDetails {
  readonly name: string;
  readonly version: string;
  readonly attributes: Attributes;
}

/**
 * Decodes what a `SpanBatch` keeps as OTLP protobuf bytes. Injected, so that the model does not know the wire format.
 * None of the methods throws: what cannot be read is left out.
 */
export interface DetailsDecoder {
  cold(bytes: Uint8Array): ColdSpan;
  resource(bytes: Uint8Array): Attributes;
  scope(bytes: Uint8Array): ScopeDetails;
}
