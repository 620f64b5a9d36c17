import table from '../coverage/dotnet.json';

/** A way to send messages that are not Kafka's. */
export interface SenderRow {
  readonly system: string;
  readonly package: string;
  readonly types: readonly string[];
  /** What variables of it are called. */
  readonly receiver: string;
  readonly methods: readonly string[];
  /** From this version on the library puts the context into messages itself. */
  readonly nativeSince?: string;
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

/** Calls and classes that cover one side of Confluent.Kafka. */
export function kafkaCover(side: 'producer' | 'consumer'): readonly string[] {
  return table.kafka.filter((row) => row.side === side).map((row) => row.by);
}

/** Frameworks that carry the context themselves, by the beginning of their packages' names. */
export const FRAMEWORKS: readonly string[] = table.frameworks.map((row) => row.package);
