/** Messages about backends, trace files and searches. Types only. */
import type { RequestsLeft } from '../base/requestsLeft';
import type { TraceId } from '../model/ids';
import type { Exactness } from '../model/traceSource';

/** Where traces come from, as the settings say it. */
export interface TracesSettings {
  /** `spanlight.backends` as the user wrote it; the engine reads it and complains. */
  readonly backends: unknown;
  /** The name of the active backend, or `embedded`. */
  readonly backend: string;
  /** Patterns of routes and span names that lists leave out: health checks, static files. */
  readonly hidden: readonly string[];
  readonly network: NetworkSettings;
}

/** The editor's `http.*` settings; see `TransportOptions`. */
export interface NetworkSettings {
  readonly proxy?: string;
  readonly proxyAuthorization?: string;
  readonly noProxy?: readonly string[];
  readonly strictSsl?: boolean;
  /** Trust what the operating system trusts. */
  readonly systemCertificates?: boolean;
}

/** The source whose numbers are on screen. */
export interface SourceStatus {
  /** `embedded` or the backend's name. */
  readonly name: string;
  /** `embedded` or the backend's kind. */
  readonly kind: string;
  /** Its kind as people write it, and where it is; the embedded source has neither. */
  readonly label?: string;
  readonly url?: string;
  readonly state: 'waiting' | 'loading' | 'ready' | 'failed';
  /** Why it failed, or why the backend that was chosen is not in use; with the cure. */
  readonly problem?: string;
  /** The problem in a word or two, for the status bar: `401`. */
  readonly brief?: string;
  readonly operations: Exactness;
  /** Why something is not exact, one sentence each. */
  readonly reasons: readonly string[];
  /** What was asked of the backend so far. */
  readonly requests: number;
  readonly bytesReceived: number;
  /** How often it may still be asked, where it says so. */
  readonly left?: RequestsLeft;
}

/** A backend that can be chosen. */
export interface BackendItem {
  readonly name: string;
  readonly kind: string;
  readonly label: string;
  readonly url: string;
}

/** A kind of backend that can be added. */
export interface BackendKindItem {
  readonly kind: string;
  readonly label: string;
  readonly exampleUrl: string;
  readonly auth: readonly string[];
  readonly authHeader?: string;
  /** Names of options, each with a sentence about it. */
  readonly options: Readonly<Record<string, string>>;
}

/** One step of a connection test; see `ConnectionStep` of the backends. */
export interface ConnectionStepItem {
  readonly step: 'reachable' | 'authorised' | 'traces' | 'code';
  readonly result: 'ok' | 'warning' | 'failed';
  readonly message: string;
  readonly cure?: string;
}

/** A trace in a list. */
export interface TraceListItem {
  readonly traceId: TraceId;
  readonly rootService: string;
  readonly rootName: string;
  readonly startMs: number;
  readonly durationNs: number;
  readonly spanCount: number;
  readonly errorCount: number;
  /** Where the source says which; the root's first. */
  readonly services?: readonly string[];
  /** Spans that the search was about. */
  readonly matched?: readonly string[];
}

/** What is wrong with a query; offsets in UTF-16 units. */
export interface QueryProblem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** Requests from host to engine. */
export interface BackendRequests {
  'spanlight/backends': {
    params: null;
    result: {
      readonly active: string;
      readonly backends: readonly BackendItem[];
      readonly kinds: readonly BackendKindItem[];
      /** What is wrong with entries of the setting, one sentence each. */
      readonly problems: readonly string[];
    };
  };
  /** Tries an entry for `spanlight.backends`. Steps come as notifications with this token while it runs. */
  'spanlight/testBackend': {
    params: { entry: unknown; token: number };
    result: { readonly steps: readonly ConnectionStepItem[]; readonly problem?: string };
  };
  /** Asks the active backend again, also for its secret. */
  'spanlight/retryBackend': { params: null; result: null };
  /** The address of the backend's own page for a trace. */
  'spanlight/traceLink': {
    params: { traceId: string };
    result: { readonly url: string; readonly label: string } | null;
  };
  /** Results come as notifications with this token while it runs. */
  'spanlight/search': {
    params: {
      token: number;
      query: string;
      limit: number;
      fromMs?: number;
      toMs?: number;
      anySemconv?: boolean;
      /** Also traces that `spanlight.trace.hidden` leaves out of lists. */
      withHidden?: boolean;
    };
    result: { readonly found: number; readonly problems: readonly QueryProblem[]; readonly hidden: number };
  };
  /**
   * Reads a trace file; its traces can be opened with its URI as `file` as long as it is among the last few. How far it is
   * comes as notifications.
   */
  'spanlight/openFile': {
    params: { uri: string };
    result: {
      /** As `spanlight trace` names it. */
      readonly format: string;
      readonly spans: number;
      readonly traces: readonly TraceListItem[];
      /** How many there are, if more than are listed. */
      readonly total: number;
      /** What could not be read, one sentence each. */
      readonly notes: readonly string[];
    };
  };
}

/** Tells secrets apart. */
export interface SecretRef {
  /** The backend's name. */
  readonly backend: string;
  /** Where it is: what was given for one address is not for another. */
  readonly url: string;
  /** `token`, `password`, … */
  readonly name: string;
}

/** Requests from engine to host. */
export interface HostRequests {
  /** A secret for a backend, asked of the user where none is kept; null where there is none. */
  'spanlight/secret': {
    params: SecretRef & {
      readonly prompt: string;
      /** A session of the editor's own accounts gives it: it is asked for there, and not kept. */
      readonly session?: { readonly provider: string; readonly scopes: readonly string[] };
    };
    result: string | null;
  };
}

/** Notifications from engine to host. */
export interface BackendNotifications {
  'spanlight/connectionStep': { readonly token: number; readonly step: ConnectionStepItem };
  'spanlight/searchResults': { readonly token: number; readonly items: readonly TraceListItem[] };
  /** How many bytes of a trace file were read so far. */
  'spanlight/fileProgress': { readonly uri: string; readonly read: number; readonly of: number };
  /** The backend did not accept the secret: it is not to be used again. */
  'spanlight/secretRefused': SecretRef;
}
