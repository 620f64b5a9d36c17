import { placedSpans, type AnyValue, type Attribute, type OtlpTraces, type PlacedSpan } from './otlpTraces';

/** A row as KQL gives it, by the names that columns have in a workspace. */
export type AzureRow = Readonly<Record<string, unknown>>;

/** What Application Insights keeps of traces, by table. */
export interface AzureTables {
  readonly AppRequests: readonly AzureRow[];
  readonly AppDependencies: readonly AzureRow[];
  readonly AppExceptions: readonly AzureRow[];
  readonly AppTraces: readonly AzureRow[];
}

/** What is kept of texts. */
export const MAX_PROPERTY = 8192;
export const MAX_NAME = 1024;
const STATUSES = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];

/**
 * The rows that the collector's exporter (azuremonitorexporter, with `spaneventsenabled`) makes of traces: attributes stay
 * as properties, which are texts, besides what it writes into columns.
 */
export function azureRows(traces: OtlpTraces): AzureTables {
  const placed = placedSpans(traces);
  const isRequest = ({ span }: PlacedSpan): boolean => span.kind === 2 || span.kind === 5;
  const events = placed.flatMap(eventRows);
  return {
    AppRequests: placed.filter(isRequest).map(requestRow),
    AppDependencies: placed.filter((span) => !isRequest(span)).map(dependencyRow),
    AppExceptions: events.filter(({ Type }) => Type === 'AppExceptions'),
    AppTraces: events.filter(({ Type }) => Type === 'AppTraces'),
  };
}

/** An instant in ISO 8601 to 100 ns, as the service tells it. */
export function azureTime(ns: bigint): string {
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String((ns % 1_000_000_000n) / 100n).padStart(7, '0')}Z`;
}

function requestRow(placed: PlacedSpan): AzureRow {
  const { span } = placed;
  const attributes = texts(span.attributes);
  const text = (name: string): string => attributes[name] ?? '';
  const type = typeOf(attributes);
  const own = { Name: span.name, Url: '', Source: '', ResultCode: String(span.status.code ?? 0) };
  if (type === 'http') {
    own.ResultCode = text('http.response.status_code') || own.ResultCode;
    const route = text('http.route');
    own.Name = `${text('http.request.method')} ${route === '' ? span.name : route.replace(/^\/?/, '/')}`;
    own.Url = text('url.full');
  }
  if (type === 'rpc') {
    own.ResultCode = text('rpc.grpc.status_code') || '0';
    own.Name = own.Url = `${text('rpc.system')} ${span.name}`;
  }
  return { ...shared(placed, type), Type: 'AppRequests', ...own, Name: own.Name.slice(0, MAX_NAME) };
}

function dependencyRow(placed: PlacedSpan): AzureRow {
  const { span } = placed;
  const attributes = texts(span.attributes);
  const text = (name: string): string => attributes[name] ?? '';
  const type = typeOf(attributes);
  const own = { Name: span.name, DependencyType: '', Target: '', Data: '', ResultCode: String(span.status.code ?? 0) };
  if (type === 'http') {
    own.DependencyType = 'HTTP';
    own.ResultCode = text('http.response.status_code') || own.ResultCode;
    own.Name = [text('http.request.method'), text('http.route')].filter((part) => part !== '').join(' ');
    own.Data = text('url.full');
    own.Target = URL.canParse(own.Data) ? new URL(own.Data).host : '';
  }
  if (type === 'rpc') {
    own.ResultCode = text('rpc.grpc.status_code') || '0';
    [own.DependencyType, own.Data] = [text('rpc.system'), span.name];
  }
  if (type === 'db') {
    own.DependencyType = text('db.system.name');
    own.Data = text('db.query.text') || text('db.operation.name');
  }
  if (type === 'messaging') own.DependencyType = text('messaging.system');
  if (span.kind <= 1) own.DependencyType = 'InProc';
  return { ...shared(placed, type), Type: 'AppDependencies', ...own, Name: own.Name.slice(0, MAX_NAME) };
}

function shared({ span, resource, scope, service }: PlacedSpan, type: string): AzureRow {
  const attributes = texts(span.attributes);
  const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
  const { code = 0, message = '' } = span.status;
  const status = Number(attributes['http.response.status_code'] ?? 0);
  const named = texts(resource);
  const links = span.links.map(({ traceId, spanId }) => ({ operation_Id: traceId, id: spanId }));
  return {
    ...{ TimeGenerated: azureTime(start), OperationId: span.traceId, Id: span.spanId, ItemCount: 1 },
    ParentId: span.parentSpanId ?? '',
    DurationMs: Number((end > start ? end - start : 0n) / 1000n) / 1000,
    Success: type === 'http' && status !== 0 ? status >= 100 && status <= 399 : code !== 2,
    ...{ AppRoleName: roleOf(named, service), AppRoleInstance: named['service.instance.id'] ?? '' },
    AppVersion: named['service.version'] ?? '',
    Properties: {
      ...attributes,
      'otel.status_code': STATUSES[code],
      ...(message === '' ? {} : { 'otel.status_description': message }),
      ...named,
      ...(scope.name === '' ? {} : { 'instrumentationlibrary.name': scope.name }),
      ...(scope.version === '' ? {} : { 'instrumentationlibrary.version': scope.version }),
      ...(links.length === 0 ? {} : { '_MS.links': JSON.stringify(links) }),
    },
    Measurements: null,
    _ItemId: `item-${span.spanId}`,
    _ResourceId: '/subscriptions/s-1/resourcegroups/shop/providers/microsoft.insights/components/shop',
  };
}

function eventRows({ span, resource, service }: PlacedSpan): AzureRow[] {
  return span.events.map((event) => {
    const attributes = texts(event.attributes);
    const isException = event.name === 'exception';
    const text = (name: string): string => attributes[`exception.${name}`] ?? '';
    const details = [{ type: text('type'), message: text('message'), rawStack: text('stacktrace'), parsedStack: [] }];
    return {
      ...{ Type: isException ? 'AppExceptions' : 'AppTraces', TimeGenerated: azureTime(BigInt(event.timeUnixNano)) },
      ...{ OperationId: span.traceId, ParentId: span.spanId, ItemCount: 1 },
      AppRoleName: roleOf(texts(resource), service),
      ...(isException
        ? { ExceptionType: text('type'), OuterMessage: text('message'), Details: details, SeverityLevel: 3 }
        : { Message: event.name, SeverityLevel: 0 }),
      Properties: attributes,
    };
  });
}

/** The cloud role: a namespace stands in front of the service. */
export function roleOf(resource: Readonly<Record<string, unknown>>, service: string): string {
  const namespace = resource['service.namespace'];
  return typeof namespace === 'string' && service !== '' ? `${namespace}.${service}` : service;
}

/** What the exporter takes a span for. */
export function typeOf(attributes: Readonly<Record<string, unknown>>): string {
  if ('rpc.system' in attributes) return 'rpc';
  if ('http.request.method' in attributes) return 'http';
  if ('db.system.name' in attributes) return 'db';
  return 'messaging.system' in attributes ? 'messaging' : '';
}

/** Texts, numbers and booleans, as texts; anything else is not taken. */
function texts(attributes: readonly Attribute[]): Record<string, string> {
  return Object.fromEntries(
    attributes.flatMap(({ key, value }) => {
      const text = textOf(value);
      return text === undefined ? [] : [[key, text]];
    }),
  );
}

function textOf({ stringValue, boolValue, intValue, doubleValue }: AnyValue): string | undefined {
  if (doubleValue !== undefined) return decimals(doubleValue);
  return intValue ?? (boolValue === undefined ? stringValue?.slice(0, MAX_PROPERTY) : String(boolValue));
}

/** As Go writes a number without an exponent. */
export function decimals(value: number): string {
  return /e/.test(String(value)) ? value.toFixed(20).replace(/\.?0+$/, '') : String(value);
}
