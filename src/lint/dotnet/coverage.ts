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

/** What sends messages. */
export const SENDERS: readonly SenderRow[] = table.senders;

/** A bus that hands contexts on by itself, but only while something listens to its activity source. */
export interface BusRow {
  readonly system: string;
  readonly packages: readonly string[];
  /** From this version on. */
  readonly since: string;
  readonly activitySource: string;
  /** The calls that give it a broker: in memory nothing leaves the process. */
  readonly transports: readonly string[];
  /** An instrumentation that listens to older versions only. */
  readonly ineffective: string;
}

/** Buses with an activity source of their own. */
export const BUSES: readonly BusRow[] = table.buses;

/** A call or class that covers one side of Confluent.Kafka. */
export interface KafkaCoverRow {
  readonly side: string;
  readonly by: string;
  /** Where a name is so plain that workspaces have methods of their own of it: whose it is. */
  readonly package?: string;
}

/** What covers one side of Confluent.Kafka. */
export function kafkaCover(side: 'producer' | 'consumer'): readonly KafkaCoverRow[] {
  return table.kafka.filter((row) => row.side === side);
}
