import type { JsonObject } from '../../otlp/jsonFields';
import { eventsBySpan } from '../eventsBySpan';
import { nanosOfIso } from '../recordTimes';
import { textOf } from '../recordValues';
import {
  NO_SCOPE,
  type ConvertedSpan,
  type MutableAttributes,
  type RecordEvent,
  type RecordStatus,
} from '../spanRecord';
import { azureFolded, azureKind } from './azureColumns';
import { azureEvents } from './azureEvents';
import { azureIds } from './azureIds';
import { azureProperties, type AzureProperties } from './azureProperties';
import { azureRows, azureTable, type AzureTable } from './azureRows';

/** Durations are kept in these units, and told as milliseconds with decimals. */
const TICK_NS = 100n;
const TICKS_PER_MS = 10_000;
/** `[shop]/orders`: how .NET's exporter writes a service with its namespace. */
const NAMESPACED = /^\[(.*)\]\/(.+)$/;

/**
 * The spans of Azure Monitor: rows of AppRequests and AppDependencies, or of classic Application Insights' requests and
 * dependencies. Rows of exceptions and traces join the spans that are there with them.
 */
export function* azureSpans(answer: unknown): Generator<ConvertedSpan> {
  const rows = [...azureRows(answer)];
  const whole = rows.filter((row) => row !== undefined);
  const events = eventsBySpan(azureEvents(whole));
  for (const row of rows) {
    const table = row === undefined ? undefined : azureTable(row);
    if (row === undefined) yield { problem: 'a row is not an object' };
    else if (table === 'request' || table === 'dependency') yield spanOf(row, table, events);
  }
}

/** What tells the operation of a row: all that a span has but its ids and times. */
export interface AzureIdentity extends Pick<AzureProperties, 'attributes' | 'resource' | 'scope'> {
  readonly kind: number;
}

/** Reads a row of requests or dependencies but for its ids and times. */
export function azureIdentity(row: JsonObject, table: AzureTable): AzureIdentity & AzureProperties {
  const properties = azureProperties(row);
  const { attributes, resource } = properties;
  const kind = azureKind(row, table, properties);
  for (const [name, value] of azureFolded(row, table, properties))
    if (!attributes.has(name)) attributes.set(name, value);
  addColumn(resource, 'service.instance.id', row.AppRoleInstance);
  addColumn(resource, 'service.version', row.AppVersion);
  addService(resource, textOf(row.AppRoleName) ?? '');
  return { ...properties, kind };
}

function spanOf(
  row: JsonObject,
  table: AzureTable,
  events: ReadonlyMap<string, readonly RecordEvent[]>,
): ConvertedSpan {
  const ids = azureIds(row.OperationId, row.Id, row.ParentId);
  if (ids === undefined) return { problem: 'OperationId or Id is missing' };
  const startNs = nanosOfIso(row.TimeGenerated);
  const durationNs = azureDurationNs(row.DurationMs);
  if (startNs === undefined || durationNs === undefined) return { problem: 'the time of a row cannot be read' };
  const identity = azureIdentity(row, table);
  const { kind, attributes, resource, links, scope } = identity;
  return {
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: ids.parentSpanId,
    idsMended: ids.idsMended,
    name: textOf(row.Name) ?? '',
    kind,
    startNs,
    endNs: startNs + durationNs,
    attributes,
    events: events.get(`${ids.traceId} ${ids.spanId}`) ?? [],
    links,
    status: statusOf(row, identity),
    resource,
    scope: scope.name === '' && scope.version === '' ? NO_SCOPE : scope,
  };
}

/** Milliseconds with decimals, to the tick of 100 ns that they stand for; undefined for what is no duration. */
export function azureDurationNs(value: unknown): bigint | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
  const milliseconds = Number(value);
  return Number.isFinite(milliseconds)
    ? BigInt(Math.round(Math.max(0, milliseconds) * TICKS_PER_MS)) * TICK_NS
    : undefined;
}

/** The collector keeps what the status was; of others only success or failure is known, as the service tells them. */
function statusOf(row: JsonObject, { statusCode, statusMessage }: AzureProperties): RecordStatus {
  const code = statusCode?.toUpperCase().replace(/^STATUS_CODE_/, '') ?? '';
  if (code !== '') return { code: code === 'ERROR' ? 2 : code === 'OK' ? 1 : 0, message: statusMessage };
  return { code: /^false$/i.test(textOf(row.Success) ?? '') ? 2 : 0, message: statusMessage };
}

/** The cloud role; the collector keeps the service's own name besides, that of .NET can be told from its namespace. */
function addService(resource: MutableAttributes, role: string): void {
  const [, namespace = '', name = role] = NAMESPACED.exec(role) ?? [];
  addColumn(resource, 'service.name', name);
  addColumn(resource, 'service.namespace', namespace);
}

function addColumn(resource: MutableAttributes, name: string, value: unknown): void {
  const text = textOf(value) ?? '';
  if (text !== '' && !resource.has(name)) resource.set(name, text);
}
