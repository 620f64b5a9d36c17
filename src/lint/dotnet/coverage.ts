import table from '../coverage/dotnet.json';

/** A way to send messages that are not Kafka's. */
export interface SenderRow {
  readonly system: string;
  readonly package: string;
  readonly types: readonly string[];
  /** What variables of it are called. */
  readonly receiver: string;
  readonly methods: readonly string[];
  /** From this version on the library puts the context into messages itself, while its source is listened to. */
  readonly nativeSince?: string;
  /** That source, and what registers it without its name. */
  readonly nativeSource?: string;
  readonly nativeSetups?: readonly string[];
  /** The files that use it import exactly this, where the names of its types are others' too. */
  readonly namespace?: string;
  readonly instrumentations: readonly string[];
  /** Where messages carry the context. */
  readonly where: string;
}

/** Calls that set the export of traces up. */
export const SETUP_CALLS: readonly string[] = table.setups.map((row) => row.call);

/** Calls that give databases spans. */
export const DATABASE_CALLS: readonly string[] = table.databases.map((row) => row.call);

/** Activity sources of databases' clients. */
export const DATABASE_SOURCES: readonly string[] = table.databaseSources.map((row) => row.name);

/** What sends messages. */
export const SENDERS: readonly SenderRow[] = table.senders;

/** What an instrumentation needs beside its call. */
export interface Install {
  readonly package: string;
  /** Its version, or the package whose version it has. */
  readonly version?: string;
  readonly versionOf?: string;
  /** The namespace of its call, where that is not OpenTelemetry's. */
  readonly using?: string;
  /** What is called besides, behind a call of another name. */
  readonly behind?: string;
  readonly also?: string;
}

/** A bus that hands contexts on, but only while something listens to its activity source or instruments it. */
export interface BusRow {
  readonly system: string;
  /** Packages it comes in, in lower case, each with the version that it does so from. */
  readonly packages: Readonly<Record<string, string>>;
  /** Files that use it import this. */
  readonly namespace: string;
  readonly activitySource?: string;
  /** Sources of the broker's client, which hands the context on instead while something listens to one. */
  readonly unless?: readonly string[];
  /** What has to be called in the set-up of tracing, where no source is enough. */
  readonly instrumentation?: string;
  /** The package that brings it: of a version of its own, or of that of another package. */
  readonly install?: Install;
  /** Other packages that may cover it. */
  readonly covers?: readonly string[];
  /**
   * The package that brings the instrumentation does nothing unless it is called. Where it is there, the call may stand in a file
   * that is not: only the file that gives the bus its broker shows that it is missing, if the rest of its set-up is in it.
   */
  readonly withPackage?: { readonly package: string; readonly configured: string };
  /** A base of classes of one's own that may write and read contexts in its stead. */
  readonly unlessBase?: string;
  /** The calls that give it a broker: in memory nothing leaves the process. */
  readonly transports: readonly string[];
  /** An instrumentation that listens to older versions only. */
  readonly ineffective?: string;
  /** Types that messages are sent with, and their methods. */
  readonly senders: readonly string[];
  readonly sends: readonly string[];
  /** Interfaces of what receives, and their method. */
  readonly handlers: readonly string[];
  readonly handles: string;
  /** Classes of state that receive and send by what they are declared to do. */
  readonly machines?: readonly string[];
  /** Calls that have the process receive, where no type says so. */
  readonly listens?: readonly string[];
}

/** Buses that need somebody who listens. */
export const BUSES: readonly BusRow[] = table.buses;

/** A call or class that covers one side of Confluent.Kafka. */
export interface KafkaCoverRow {
  readonly side: string;
  readonly by: string;
  /** What has to be called where tracing is set up before it does anything. */
  readonly with?: string;
  /** Where a name is so plain that workspaces have methods of their own of it: whose it is. */
  readonly package?: string;
}

/** What covers one side of Confluent.Kafka. */
export function kafkaCover(side: 'producer' | 'consumer'): readonly KafkaCoverRow[] {
  return table.kafka.filter((row) => row.side === side);
}

/** What libraries call their activity sources, by the constant that says it: `DiagnosticHeaders.DefaultListenerName`. */
export const SOURCE_NAMES: ReadonlyMap<string, string> = new Map(
  table.sourceNames.map(({ type, name, value }) => [`${type}.${name}`, value]),
);
