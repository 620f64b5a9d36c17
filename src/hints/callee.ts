import { attributeText, firstText, type Attributes } from '../model/attributes';
import type { OperationKey } from '../model/operation';

/** A template before a name: `orders-{region}` is one place, its names are many. */
const DESTINATION = ['messaging.destination.template', 'messaging.destination.name', 'messaging.destination'];

/**
 * Whom a call goes to, in as few words as say it: `payment-api`, `orders (kafka)`, `orders (postgresql)`.
 * Falls back to the span's name: every span has one.
 */
export function calleeName(key: OperationKey): string {
  const { attributes } = key;
  const destination = firstText(attributes, DESTINATION);
  if (destination !== undefined) return withSystem(destination, attributeText(attributes, 'messaging.system'));
  const database = firstText(attributes, ['db.system.name', 'db.system']);
  if (database !== undefined) return databaseName(attributes, database);
  const peer = attributeText(attributes, 'peer.service');
  if (peer !== undefined) return peer;
  return rpcName(attributes) ?? serverName(attributes) ?? key.name;
}

/** Where a message goes or comes from, for telling whether two operations share it. */
export function destinationOf(key: OperationKey): string | undefined {
  const name = firstText(key.attributes, DESTINATION);
  return name === undefined ? undefined : `${attributeText(key.attributes, 'messaging.system') ?? ''}:${name}`;
}

function databaseName(attributes: Attributes, system: string): string {
  const table = firstText(attributes, ['db.collection.name', 'db.sql.table']);
  const verb = firstText(attributes, ['db.operation.name', 'db.operation']);
  const what = [verb, table].filter((part) => part !== undefined).join(' ');
  return what === '' ? system : withSystem(what, system);
}

function rpcName(attributes: Attributes): string | undefined {
  const method = attributeText(attributes, 'rpc.method');
  if (method === undefined || method === '_OTHER') return undefined;
  const service = attributeText(attributes, 'rpc.service');
  const [head, tail] = method.includes('/') ? method.split('/', 2) : [service ?? '', method];
  const shortService = head!.slice(head!.lastIndexOf('.') + 1);
  return shortService === '' ? tail : `${shortService}/${tail}`;
}

/** A loopback address names nobody. */
function serverName(attributes: Attributes): string | undefined {
  const address = attributeText(attributes, 'server.address');
  if (address === undefined || /^(localhost|127\.|0\.0\.0\.0|::1|\[::1\])/.test(address)) return undefined;
  return address;
}

function withSystem(what: string, system: string | undefined): string {
  return system === undefined ? what : `${what} (${system})`;
}
