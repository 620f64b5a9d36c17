import type { Disposable } from '../../base/disposable';
import type { Logger } from '../../base/logger';
import type { TraceId } from '../../model/ids';
import type { TimeWindow } from '../../model/time';
import type { TraceSource } from '../../model/traceSource';
import type { BackendConfig, BackendTraits } from './backendConfig';
import type { HttpTransport } from './http';
import type { SecretProvider } from './secrets';
import type { RetryPolicy } from './transport/retry';
import type { BackendTraffic } from './transport/traffic';
import type { TransportOptions } from './transport/transportOptions';

/** A source of traces that is somewhere else. */
export interface Backend extends TraceSource, Disposable {
  /** Its kind, as in the settings: `jaeger`. */
  readonly kind: string;
  /** As the user called it. */
  readonly name: string;
  /** What was asked and answered so far. */
  readonly traffic: BackendTraffic;
  /** The address of the backend's own page for a trace; undefined where it has none. */
  deepLink(id: TraceId): string | undefined;
  /** Tries, one step after another, what is needed; ends with the first step that fails. Never throws but for an abort. */
  testConnection(signal: AbortSignal): AsyncIterable<ConnectionStep>;
  /** Names of attributes to search by, scoped as TraceQL writes them (`span.http.route`, `resource.service.name`). */
  attributeNames?(query: AttributeQuery, signal: AbortSignal): Promise<readonly string[]>;
  /** Values of an attribute, named as {@link attributeNames} does, or of an intrinsic (`name`, `status`). */
  attributeValues?(name: string, query: AttributeQuery, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * What of a search is not asked of the backend but tested here, in a sentence; undefined where it is asked for all of it.
   * @throws TraceQlError if the search cannot be read.
   */
  testedHere?(search: { readonly text: string; readonly anySemconv?: boolean }): string | undefined;
}

/** Where attributes are looked for. */
export interface AttributeQuery {
  readonly window: TimeWindow;
  readonly service?: string;
}

/** One step of a connection test. */
export interface ConnectionStep {
  readonly step: 'reachable' | 'authorised' | 'traces' | 'code';
  /** `warning`: it works, but not as well as it could. */
  readonly result: 'ok' | 'warning' | 'failed';
  /** What was found, one sentence. */
  readonly message: string;
  /** What to do about it, one sentence. */
  readonly cure?: string;
}

/** What backends are built with. */
export interface BackendDeps {
  readonly secrets: SecretProvider;
  /** Options make connections of the backend's own; a transport is shared. */
  readonly transport: TransportOptions | HttpTransport;
  readonly logger: Logger;
  readonly retry?: RetryPolicy;
  /** Where keys that backends share with other tools are looked up (`AWS_…`, `HOME`); that of the process where left out. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds; `Date.now` where left out. */
  readonly now?: () => number;
}

/** A kind of backend: its file exports one, `createBackend.ts` lists them. */
export interface BackendType extends BackendTraits {
  create(config: BackendConfig, deps: BackendDeps): Backend;
}
