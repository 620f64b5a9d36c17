import { attributeViews } from './attributeViews';
import { ROW, type SpanDetails, type Trace } from '../../model/trace';
import { millisLossy } from '../../model/time';
import { SPAN_KINDS, type OperationId } from '../../model/operation';
import type { CriticalPathColumns, SpanDetailsView, TraceView } from '../../protocol/traceView';

/** What is computed from a trace by the insight room. */
export interface TraceFindings {
  readonly selfTime: Float64Array;
  readonly criticalPath: CriticalPathColumns;
  readonly notices: readonly string[];
}

/**
 * A trace in the columns the webview draws. Columns are handed on as they are; only the flags are copied, to mark the
 * rows whose code is known.
 */
export function traceView(trace: Trace, findings: TraceFindings, isMapped: (id: OperationId) => boolean): TraceView {
  return {
    traceId: trace.id,
    count: trace.count,
    startMs: millisLossy(trace.startNs),
    startNs: String(trace.startNs),
    durationNs: trace.durationNs,
    services: trace.services,
    names: trace.names,
    columns: {
      start: trace.start,
      duration: trace.duration,
      self: findings.selfTime,
      parent: trace.parent,
      depth: trace.depth,
      subtreeEnd: trace.subtreeEnd,
      kind: trace.kind,
      status: trace.status,
      flags: flagsOf(trace, isMapped),
      service: trace.service,
      name: trace.name,
      eventCount: trace.eventCount,
      linkCount: trace.linkCount,
      spanIds: spanIdColumn(trace),
    },
    criticalPath: findings.criticalPath,
    notices: findings.notices,
  };
}

/** One span as text ready for display. */
export function spanDetailsView(
  trace: Trace,
  row: number,
  details: SpanDetails,
  source: SpanDetailsView['source'],
): SpanDetailsView {
  const offset = (timeNs: bigint): number => Number(timeNs - details.startNs);
  return {
    row,
    spanId: details.spanId ?? '',
    parentSpanId: details.parentSpanId ?? '',
    name: details.name,
    service: trace.services[trace.service[row]!] ?? '',
    kind: SPAN_KINDS[trace.kind[row]!] ?? 'UNSPECIFIED',
    startNs: String(details.startNs),
    endNs: String(details.endNs),
    traceState: details.traceState,
    statusMessage: details.statusMessage,
    attributes: attributeViews(details.attributes),
    resource: attributeViews(details.resource),
    scope: {
      name: details.scope.name,
      version: details.scope.version,
      attributes: attributeViews(details.scope.attributes),
    },
    events: details.events.map((event) => ({
      offsetNs: offset(event.timeNs),
      name: event.name,
      attributes: attributeViews(event.attributes),
    })),
    links: details.links.map((link) => ({
      traceId: link.traceId ?? '',
      spanId: link.spanId ?? '',
      attributes: attributeViews(link.attributes),
    })),
    logs: details.logs.map((log) => ({
      offsetNs: offset(log.timeNs),
      severity: log.severity,
      body: log.body,
      attributes: attributeViews(log.attributes),
    })),
    dropped: { attributes: details.droppedAttributes, events: details.droppedEvents, links: details.droppedLinks },
    source,
  };
}

function flagsOf(trace: Trace, isMapped: (id: OperationId) => boolean): Uint16Array {
  const mapped = trace.operationIds.map((id) => isMapped(id));
  const flags = trace.flags.slice();
  for (let row = 0; row < trace.count; row++) if (mapped[trace.operation[row]!]) flags[row]! |= ROW.mapped;
  return flags;
}

function spanIdColumn(trace: Trace): Uint8Array {
  const ids = Buffer.alloc(trace.count * 8);
  for (let row = 0; row < trace.count; row++) {
    const id = trace.spanId(row);
    if (id !== undefined) ids.write(id, row * 8, 'hex');
  }
  return new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength);
}
