import { gzipSync } from 'node:zlib';
import type { TraceId } from '../../../model/ids';
import { textOf } from '../../formats/recordValues';
import type { JsonObject } from '../../otlp/jsonFields';
import type { AzurePlace } from './azurePlace';
import { CLASSIC_DIALECT } from './azureDialect';

/** What the portal is told of a span to show the transaction that it is of. */
interface SeenSpan {
  readonly itemId: string;
  readonly timestamp: string;
  readonly table: string;
}

const MOST_SEEN = 500;
/** Spans that stand for their transaction: a root that was called, if there is one. */
const TABLES: Readonly<Record<string, string>> = {
  AppRequests: 'requests',
  AppDependencies: 'dependencies',
  request: 'requests',
  dependency: 'dependencies',
};

/**
 * Pages of the Azure portal for traces. The end-to-end transaction is opened by a span of it and by the resource that it
 * was written to, both of which rows say; as long as no row is known, the logs of the trace are opened instead.
 */
export class PortalLinks {
  private readonly seen = new Map<TraceId, SeenSpan>();
  private resource: string | undefined;

  constructor(private readonly place: AzurePlace) {
    this.resource = place.resource;
  }

  /** Remembers what rows say of where they are. */
  note(id: TraceId | undefined, rows: readonly JsonObject[]): void {
    if (this.place.resource === undefined) {
      const found = rows.map(({ _ResourceId: resource }) => textOf(resource) ?? '').find((one) => one !== '');
      this.resource ??= found;
    }
    if (id === undefined) return;
    const spans = rows.filter(({ Type: type, _ItemId: item }) => TABLES[String(type)] !== undefined && textOf(item));
    const isRoot = ({ ParentId: parent, Type: type }: JsonObject): number =>
      ((textOf(parent) ?? '') === '' ? 2 : 0) + (TABLES[String(type)] === 'requests' ? 1 : 0);
    const [first] = [...spans].sort((a, b) => isRoot(b) - isRoot(a));
    if (first === undefined) return;
    if (this.seen.size >= MOST_SEEN) this.seen.delete([...this.seen.keys()][0]!);
    const [itemId = '', timestamp = ''] = [textOf(first._ItemId), textOf(first.TimeGenerated)];
    this.seen.set(id, { itemId, timestamp, table: TABLES[String(first.Type)]! });
  }

  /** The page of a trace; undefined where no resource is known. */
  of(id: TraceId): string | undefined {
    if (this.resource === undefined) return undefined;
    const seen = this.seen.get(id);
    return seen === undefined ? this.logs(this.resource, id) : this.transaction(this.resource, seen);
  }

  /** As the portal writes the address of "End-to-end transaction details". */
  private transaction(resource: string, { itemId, timestamp, table }: SeenSpan): string {
    const component = encodeURIComponent(JSON.stringify({ ResourceId: resource }));
    const model = encodeURIComponent(JSON.stringify({ eventId: itemId, timestamp, eventTable: table }));
    return `${this.place.cloud.portal}/#view/AppInsightsExtension/DetailsV2Blade/ComponentId~/${component}/DataModel~/${model}`;
  }

  /** As its "Share link to query" does. The tables have their classic names where an application is looked at. */
  private logs(resource: string, id: TraceId): string {
    const tables = CLASSIC_DIALECT.spans.replace(/ \|.*$/, '');
    const query = `${tables} | where operation_Id == "${id}" | order by timestamp asc`;
    const packed = encodeURIComponent(gzipSync(query).toString('base64'));
    const scope = encodeURIComponent(JSON.stringify({ resources: [{ resourceId: resource }] }));
    const blade = 'Microsoft_OperationsManagementSuite_Workspace/AnalyticsBlade/initiator/AnalyticsShareLinkToQuery';
    return `${this.place.cloud.portal}/#blade/${blade}/isQueryEditorVisible/true/scope/${scope}/query/${packed}/isQueryBase64Compressed/true/timespanInIsoFormat/P30D`;
  }
}
