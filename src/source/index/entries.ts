import type { Range0 } from '../../base/positions';
import type { HandlerFact, SpanFact } from '../../syntax/facts';
import type { FileRouteEntry } from './fileRoutes';
import type { ResolvedText } from './textResolver';

/** A span started by hand, with its name looked up. */
export interface SpanEntry {
  readonly name: ResolvedText;
  /** The name follows from the function's name, not from a literal. */
  readonly derived: boolean;
  readonly kind: SpanFact['kind'];
  /** Index in the file's functions, -1 outside any. */
  readonly function: number;
  readonly range: Range0;
}

/** A route without the prefixes of the places where its router is mounted. */
export interface RouteEntry {
  readonly framework: string;
  readonly method: string;
  readonly segments: readonly string[];
  readonly parameters: readonly string[];
  /** A piece in front could not be looked up: only the end of the path is known. */
  readonly openStart: boolean;
  readonly foldCase: boolean;
  readonly receiver: string;
  /** Keys of the routers that `receiver` was imported as, see {@link routerKey}. */
  readonly homes: readonly string[];
  /** Names of the functions around the registration: a router may be mounted by the function that fills it. */
  readonly within: readonly string[];
  readonly handler: HandlerFact;
  readonly range: Range0;
  /** Nest's version of the handler, '' for any; undefined where there is none or it is computed. */
  readonly version?: string;
}

/** A router (the key says which) is mounted on `receiver` in the contributing file. */
export interface MountEntry {
  readonly receiver: string;
  /** As in {@link RouteEntry.homes}. */
  readonly homes: readonly string[];
  /** Names of the functions around the mount. */
  readonly within: readonly string[];
  /** Undefined where source does not say. */
  readonly prefix: readonly string[] | undefined;
  /** Of {@link AUTOLOAD}: the folder, relative to the workspace folder. */
  readonly folder?: string;
  /** As in `MountFact.overrides`. */
  readonly overrides?: true;
  /** As in `MountFact.isWritten`. */
  readonly isWritten?: true;
}

/** An RPC's implementation or a call through a stub. */
export interface RpcEntry {
  /** Simple name, '' where only the method is known. */
  readonly service: string;
  /** Dotted, where the code says it. */
  readonly fullService: string;
  readonly side: 'server' | 'client';
  readonly handler: HandlerFact;
  readonly range: Range0;
}

/** A message sent or handled. */
export interface MessageEntry {
  readonly side: 'producer' | 'consumer';
  readonly system: string;
  readonly destination: ResolvedText;
  readonly handler: HandlerFact;
  readonly range: Range0;
  /** As in `MessageFact.queue`. */
  readonly queue?: string;
}

/** An outgoing HTTP request. */
export interface HttpCallEntry {
  readonly method: string | undefined;
  /** Undefined where source does not say. */
  readonly url: ResolvedText | undefined;
  readonly range: Range0;
}

/** A statement of SQL that is written out. */
export interface QueryEntry {
  readonly tokens: readonly string[];
  /** Index in the file's functions, -1 outside any. */
  readonly function: number;
  readonly range: Range0;
}

/** A `service.name` set in code. */
export interface ServiceNameEntry {
  readonly name: string;
}

/** The resolver of a field of a GraphQL type. */
export interface FieldEntry {
  /** '' where the code does not say. */
  readonly type: string;
  readonly handler: HandlerFact;
  readonly range: Range0;
}

/** A call of an object mapper. */
export interface EntityCallEntry {
  readonly library: string;
  readonly range: Range0;
}

/** Everything one file contributes, by key. */
export interface LinkedFile {
  readonly spans: (readonly [string, SpanEntry])[];
  readonly routes: (readonly [string, RouteEntry])[];
  readonly mounts: (readonly [string, MountEntry])[];
  readonly rpcs: (readonly [string, RpcEntry])[];
  readonly messages: (readonly [string, MessageEntry])[];
  /** All under one key: hosts and paths are compared, not looked up. */
  readonly httpCalls: (readonly ['', HttpCallEntry])[];
  readonly queries: (readonly [string, QueryEntry])[];
  readonly serviceNames: (readonly [string, ServiceNameEntry])[];
  /** Tracer names of the file, literal ones. */
  readonly tracers: (readonly [string, string])[];
  /** Under {@link routeKey}. */
  readonly fileRoutes: (readonly [string, FileRouteEntry])[];
  /** By the field's name. */
  readonly fields: (readonly [string, FieldEntry])[];
  /** By `entity.method` in lower case. */
  readonly entityCalls: (readonly [string, EntityCallEntry])[];
}

/** The key under which all names with holes are found. */
export const TEMPLATES = '~';

/** Any receiver of a mounted file. */
export const ANY_RECEIVER = '*';

/** Stands for all routes of an application, whichever router they are on. */
export const GLOBAL_PREFIX = '*global';

/** Stands for what is written before a version in the path, and for the version of routes that have none. */
export const VERSION_PREFIX = '*version';
export const DEFAULT_VERSION = '*defaultVersion';

/** The key of a router: the file it is in ('' for any) and the variable that holds it or the function that fills it. */
export function routerKey(file: string, receiver: string): string {
  return `${file}#${receiver}`;
}

/** The key of the prefix a router was made with. @param router its own key. */
export function ownPrefixKey(router: string): string {
  return `${router}${OWN_PREFIX}`;
}

/** Stands for the prefix a router was made with. */
export const OWN_PREFIX = '*own';

/** Stands for the files of folders whose names are their prefixes, and for what a file says in place of its folder. */
export const AUTOLOAD = '*autoload';
