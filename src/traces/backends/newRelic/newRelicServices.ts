import { nanosFromMillis, type TimeWindow } from '../../../model/time';
import type { ServiceSummary } from '../../../model/traceSource';
import { newRelicService } from '../../formats/newRelicSpans';
import { UNKNOWN_SERVICE } from '../../traceql/evaluate/spanReader';
import { facetsOf } from './facetRows';
import type { NerdGraph } from './nerdGraph';
import { timeRange } from './nrql';
import { numberOf } from './operationRows';
import { IS_ERROR, whereSpans } from './spanNrql';

const MAX_SERVICES = 5_000;
const NAMES = ['service.name', 'entity.name'];

/** Every service with spans in a window; times are to the millisecond. */
export async function listedServices(
  api: NerdGraph,
  always: readonly string[],
  window: TimeWindow,
  signal: AbortSignal,
): Promise<ServiceSummary[]> {
  const columns = `count(*) AS 'n', filter(count(*), WHERE ${IS_ERROR}) AS 'e', max(timestamp) AS 'latest'`;
  const nrql = `SELECT ${columns} FROM Span${whereSpans([], always)} FACET ${NAMES.join(', ')} LIMIT ${MAX_SERVICES}${timeRange(window)}`;
  const { services } = await api.rows({ services: nrql }, signal);
  const byName = new Map<string, ServiceSummary>();
  for (const row of services) {
    const service = newRelicService(facetsOf(row, NAMES)) ?? UNKNOWN_SERVICE;
    const known = byName.get(service);
    const lastSeen = nanosFromMillis(numberOf(row.latest));
    byName.set(service, {
      service,
      spanCount: numberOf(row.n) + (known?.spanCount ?? 0),
      errorCount: numberOf(row.e) + (known?.errorCount ?? 0),
      lastSeen: known !== undefined && known.lastSeen > lastSeen ? known.lastSeen : lastSeen,
    });
  }
  return [...byName.values()].filter(({ spanCount }) => spanCount > 0);
}
