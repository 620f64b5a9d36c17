import table from '../coverage/go.json';

/** What the table says of a call that sets tracing up. */
export interface SetupRow {
  readonly call: string;
  readonly traces: boolean;
  /** It sets the propagator too, or propagates by means of its own. */
  readonly propagates: boolean;
}

const compiled = new Map<string, RegExp>();

/** What a function is for the set-up of tracing, by its full name. */
export function setupRow(name: string): SetupRow | undefined {
  return table.setups.find((row) => isMeant(row.call, name));
}

/** Sets the global propagator, or reads it from the environment. */
export function setsPropagator(name: string): boolean {
  return table.propagators.some((row) => isMeant(row.call, name));
}

/** A transport or client that puts the context into requests. */
export function isInjectingTransport(name: string): boolean {
  return table.transports.some((row) => isMeant(row.call, name));
}

/** A handler or interceptor of an RPC client that sends the context. */
export function isRpcHandler(name: string): boolean {
  return table.rpcHandlers.some((row) => isMeant(row.call, name));
}

/** What an agent covers, by its name. */
export function coveredByAgent(agent: string): readonly string[] {
  return table.agents.find((row) => new RegExp(row.name, 'i').test(agent))?.covers ?? [];
}

/** A library that nothing covers but what is put around it in code. */
export interface LibraryRow {
  readonly library: string;
  readonly modules: readonly string[];
  /** Modules that have what is put around it. */
  readonly instrumentedBy: readonly string[];
  /** What has to be done with them. */
  readonly limits: string;
}

/** Libraries of clients. */
export const LIBRARIES: readonly LibraryRow[] = table.libraries;

/** `**` is anything, `{a,b}` either. */
function isMeant(pattern: string, name: string): boolean {
  let found = compiled.get(pattern);
  if (found === undefined) {
    const source = pattern
      .replace(/[.+^$()|[\]\\]/g, '\\$&')
      .replace(/\*\*/g, '.*')
      .replace(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replace(/,/g, '|')})`);
    compiled.set(pattern, (found = new RegExp(`^${source}$`)));
  }
  return found.test(name);
}

/** A way to send or receive messages. */
export interface MessagingRow {
  readonly system: string;
  readonly type: string;
  readonly methods: string;
  readonly source: string;
}

/** What sends messages, by the type and method that are called. */
export function senderRow(type: string, method: string): (MessagingRow & { readonly rule: string }) | undefined {
  return table.senders.find((row) => hasMethod(row, method) && isMeant(row.type, type));
}

/** What receives Kafka messages. */
export function receiverRow(type: string, method: string): MessagingRow | undefined {
  return table.receivers.find((row) => hasMethod(row, method) && isMeant(row.type, type));
}

/** The library's type that sends by a method, in a package: what an own interface over it stands for. */
export function senderTypeIn(from: string, method: string): string | undefined {
  return typeIn(table.senders, from, method);
}

/** The library's type that receives by a method, in a package. */
export function receiverTypeIn(from: string, method: string): string | undefined {
  return typeIn(table.receivers, from, method);
}

function typeIn(rows: readonly MessagingRow[], from: string, method: string): string | undefined {
  for (const row of rows) {
    if (!hasMethod(row, method)) continue;
    const names = /([^.{]*|\{[^}]*\})$/.exec(row.type)![0];
    for (const name of names.replace(/[{}]/g, '').split(','))
      if (isMeant(row.type, `${from}.${name}`)) return `${from}.${name}`;
  }
  return undefined;
}

/** Names of methods that send, for a first look. */
export const SENDING_METHODS: ReadonlySet<string> = new Set(table.senders.flatMap((row) => row.methods.split('|')));

/** Names of methods that receive. */
export const RECEIVING_METHODS: ReadonlySet<string> = new Set(table.receivers.flatMap((row) => row.methods.split('|')));

function hasMethod(row: MessagingRow, method: string): boolean {
  return row.methods.split('|').includes(method);
}
