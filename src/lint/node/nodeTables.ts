import tables from '../coverage/node.json';

/** What instrumentations cover, by the names this room uses. */
export type CoveredLibrary = string;

/** An instrumentation and what it covers. */
export interface InstrumentationRow {
  readonly library: CoveredLibrary;
  readonly package: string;
  readonly classes: readonly string[];
  /** The version of the meta package that first has it; none where it never had. */
  readonly inAutoSince?: string;
  readonly limits?: string;
  readonly source: string;
}

/** A distribution that brings its own instrumentations from a version on. */
export interface DistributionRow {
  readonly package: string;
  readonly since: string;
  /** Libraries that it is known to leave alone. */
  readonly leavesOut?: readonly CoveredLibrary[];
  readonly source: string;
}

/** A function that sets tracing up with a list of instrumentations of its own. */
export interface SetupFunctionRow {
  readonly package: string;
  readonly function: string;
  /** The version whose function does so; none where all do. */
  readonly since?: string;
  /** What it covers, by its option that switches that off. */
  readonly covers: Readonly<Record<string, CoveredLibrary>>;
  readonly limits: string;
  readonly source: string;
}

/** Instrumentations of Node, one a row. */
export const INSTRUMENTATIONS: readonly InstrumentationRow[] = tables.instrumentations;

/** Those of browsers, which do nothing in Node. */
export const BROWSER_ONLY = tables.browserOnly;

/** The meta package. */
export const AUTO = tables.autoInstrumentations;

export const DISTRIBUTIONS: readonly DistributionRow[] = tables.distributions;

/** A client library, by the module that code imports. */
interface ClientRow {
  readonly module: string;
  readonly transport: string;
  /** What makes clients of an address, where their methods are named by what is asked: `hc`, `httpBatchLink`. */
  readonly makers?: readonly string[];
  /** The version that first sends that way. */
  readonly since?: string;
}

export const SETUP_FUNCTIONS: readonly SetupFunctionRow[] = tables.setupFunctions;

const CLIENTS: readonly ClientRow[] = tables.clients;

const clients = new Map(CLIENTS.map((row) => [row.module, row]));

/** What a client library sends its requests through: `http`, `undici`, `http2`; undefined for what is no client. */
export function transportOf(module: string): string | undefined {
  return clientOf(module)?.transport;
}

/** What is known of a client library. */
export function clientOf(module: string): ClientRow | undefined {
  return clients.get(module.replace(/^node:/, '')) ?? clients.get(module);
}

/** The modules of clients that send through a transport, without `node:`. */
export function modulesThrough(transport: string): readonly string[] {
  return CLIENTS.filter((one) => one.transport === transport).map(({ module }) => module);
}

/** What a fix adds, with its range for each generation of the SDK. */
export interface InstallRow {
  readonly package: string;
  readonly class: string;
  readonly library: CoveredLibrary;
  /** One for each of {@link INSTALL_SINCE}. */
  readonly ranges: readonly string[];
  readonly source: string;
}

/** Packages that fixes add to a manifest. */
export const INSTALL: readonly InstallRow[] = tables.install;

/** The first versions of the SDK's experimental packages of each generation: SDK 1, 2 and 3. */
export const INSTALL_SINCE: readonly string[] = tables.installSince;
