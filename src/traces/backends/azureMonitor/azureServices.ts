import { nanos, type TimeWindow } from '../../../model/time';
import type { ServiceSummary } from '../../../model/traceSource';
import { nanosOfIso } from '../../formats/recordTimes';
import { textOf } from '../../formats/recordValues';
import type { JsonObject } from '../../otlp/jsonFields';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import { where, within } from './kql';
import type { LogsApi } from './logsApi';
import { numberOf } from './operationRows';
import { FAILED, SERVICE } from './spanKql';

const MAX_SERVICES = 5_000;

/** Every service with spans in a window, and the rows that tell of them. */
export async function listedServices(
  api: LogsApi,
  always: readonly string[],
  window: TimeWindow,
  signal: AbortSignal,
): Promise<{ readonly services: ServiceSummary[]; readonly rows: readonly JsonObject[] }> {
  const query = [
    `${api.place.dialect.spans}${where([within(window), ...always])}`,
    `extend Failed=${FAILED}, Calls=coalesce(ItemCount, 1), Resource=column_ifexists("_ResourceId", "")`,
    `summarize N=sum(Calls), E=sumif(Calls, Failed), Latest=max(TimeGenerated), _ResourceId=take_any(Resource) by Service=${SERVICE}`,
    `top ${MAX_SERVICES} by N desc`,
  ].join(' | ');
  const { rows } = await api.rows(query, signal);
  const services = rows.map((row) => ({
    service: textOf(row.Service) || UNKNOWN_SERVICE,
    spanCount: numberOf(row.N),
    errorCount: numberOf(row.E),
    lastSeen: nanos(nanosOfIso(row.Latest) ?? 0n),
  }));
  return { services: services.filter(({ spanCount }) => spanCount > 0), rows };
}
