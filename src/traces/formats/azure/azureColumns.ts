import type { AttributeValue } from '../../../model/attributes';
import type { JsonObject } from '../../otlp/jsonFields';
import { textOf } from '../recordValues';
import type { AzureTable } from './azureRows';
import type { AzureProperties } from './azureProperties';

/** `GET /orders/{id}`: what exporters call a request and a call over HTTP. */
const HTTP_NAME = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT|QUERY)(?: (\/\S*))?$/;
/** The service adds this to the type of calls whose other end it knows. */
const TRACKED = / \(tracked component\)$/;
/** Databases that have a type of their own; what is called SQL may be any of several. */
const DATABASES = new Set(
  (
    'adabas aerospike cache cassandra clickhouse cockroachdb cosmosdb couchbase couchdb dynamodb elasticsearch firebird ' +
    'geode hbase hive influxdb memcached mongodb mysql neo4j opensearch postgresql redis redshift spanner trino'
  ).split(' '),
);
const QUEUE = /^Queue Message(?: \| (.+))?$/;
const PUBLISHES = /^(publish|send|create)$/;
const MESSAGING_OPERATIONS = ['messaging.operation.type', 'messaging.operation.name', 'messaging.operation'];

/**
 * Attributes that exporters fold into columns and keep nowhere else, as far as they can be told from these exactly. An
 * exporter that keeps one of a group as a property keeps them all.
 *
 * Source: the exporters for Azure Monitor of azure-sdk-for-js, azure-sdk-for-python and azure-sdk-for-net, and
 * azuremonitorexporter of opentelemetry-collector-contrib.
 */
export function azureFolded(
  row: JsonObject,
  table: AzureTable,
  { attributes }: Pick<AzureProperties, 'attributes'>,
): ReadonlyMap<string, AttributeValue> {
  const has = (...names: readonly string[]): boolean => names.some((name) => attributes.has(name));
  const type = dependencyType(row);
  if (/^http$/i.test(type) || (table === 'request' && isHttpUrl(row.Url))) {
    return has('http.request.method', 'http.method') ? new Map() : httpColumns(row, table);
  }
  if (table === 'request') return new Map();
  if (DATABASES.has(type) && !has('db.system', 'db.system.name')) return databaseColumns(row, type);
  if (/^grpc$/i.test(type) && !has('rpc.system')) return rpcColumns(row);
  const [, system] = QUEUE.exec(type) ?? [];
  return system === undefined || has('messaging.system') ? new Map() : new Map([['messaging.system', system]]);
}

/**
 * OTLP's number of the kind of a row's span. What is received from a queue is a request as well; calls, messages that are
 * sent and what stays inside are dependencies.
 */
export function azureKind(
  row: JsonObject,
  table: AzureTable,
  { attributes }: Pick<AzureProperties, 'attributes'>,
): number {
  const names = [...attributes.keys()];
  const isMessage = names.some((name) => name.startsWith('messaging.'));
  if (table === 'request') {
    const isReceived = isMessage && !names.some((name) => name.startsWith('http.') || name.startsWith('rpc.'));
    const hasOnlySource = (textOf(row.Url) ?? '') === '' && (textOf(row.Source) ?? '') !== '' && !names.some(isCall);
    return isReceived || hasOnlySource ? 5 : 2;
  }
  const type = dependencyType(row);
  if (/^InProc( \||$)/.test(type)) return 1;
  if (QUEUE.test(type)) return 4;
  // What is called so says nothing of itself: a root of it called nobody.
  if (type === 'Dependency' && (textOf(row.ParentId) ?? '') === '' && (textOf(row.Target) ?? '') === '') return 1;
  const operation = MESSAGING_OPERATIONS.map((name) => textOf(attributes.get(name))).find((one) => one !== undefined);
  return isMessage && (operation === undefined || PUBLISHES.test(operation)) ? 4 : 3;
}

function httpColumns(row: JsonObject, table: AzureTable): Map<string, AttributeValue> {
  const folded = new Map<string, AttributeValue>();
  const [, method, path] = HTTP_NAME.exec(textOf(row.Name) ?? '') ?? [];
  if (method !== undefined) folded.set('http.request.method', method);
  const url = textOf(table === 'request' ? row.Url : row.Data) ?? '';
  // Without a route the path of the address stands in the name: only what differs from it must be one.
  if (table === 'request' && path !== undefined && URL.canParse(url) && new URL(url).pathname !== path) {
    folded.set('http.route', path);
  }
  if (isHttpUrl(url)) folded.set('url.full', url);
  const code = Number(row.ResultCode);
  if (Number.isInteger(code) && code >= 100 && code <= 599) folded.set('http.response.status_code', code);
  if (table === 'dependency') addHost(folded, targetParts(row)[0]);
  return folded;
}

/** A target without a line between them may be either the host or the database. */
function databaseColumns(row: JsonObject, system: string): Map<string, AttributeValue> {
  const folded = new Map<string, AttributeValue>([['db.system', system]]);
  const statement = textOf(row.Data) ?? '';
  if (statement !== '') folded.set('db.statement', statement);
  const [host, namespace] = targetParts(row);
  if (namespace !== undefined) {
    addHost(folded, host);
    folded.set('db.namespace', namespace);
  }
  return folded;
}

function rpcColumns(row: JsonObject): Map<string, AttributeValue> {
  const folded = new Map<string, AttributeValue>([['rpc.system', 'grpc']]);
  const code = textOf(row.ResultCode) ?? '';
  if (/^\d{1,2}$/.test(code)) folded.set('rpc.grpc.status_code', Number(code));
  const [host] = targetParts(row);
  if (host !== 'grpc') addHost(folded, host);
  return folded;
}

function addHost(folded: Map<string, AttributeValue>, target: string | undefined): void {
  const [, host, port] = /^(?:https?:\/\/)?(\[[^\]]+\]|[^\s:/|]+)(?::(\d{1,5}))?(?:\/|$)/.exec(target ?? '') ?? [];
  if (host === undefined) return;
  folded.set('server.address', host);
  if (port !== undefined) folded.set('server.port', Number(port));
}

function targetParts(row: JsonObject): string[] {
  return (textOf(row.Target) ?? '').split(/\s*\|\s*/);
}

function dependencyType(row: JsonObject): string {
  return (textOf(row.DependencyType) ?? '').replace(TRACKED, '');
}

function isHttpUrl(value: unknown): boolean {
  return /^https?:\/\//i.test(textOf(value) ?? '');
}

function isCall(name: string): boolean {
  return name.startsWith('http.') || name.startsWith('rpc.') || name.startsWith('url.');
}
