import type { HintSettings } from '../../model/hint';
import type { OperationStats } from '../../model/operation';
import { listWords, partsText } from '../../hints/words';
import type { OperationNode, ServiceNode } from '../../protocol/engine';
import type { PlaceFinder } from '../hints/placeFinder';
import { uriOfPath } from '../workspace/uris';

/** The services view: services by name, operations by total time. */
export function serviceTree(
  operations: readonly OperationStats[],
  places: PlaceFinder,
  settings: HintSettings,
  folderOf: (service: string) => string | undefined,
): ServiceNode[] {
  const byService = new Map<string, OperationStats[]>();
  for (const stats of operations) {
    if (stats.count === 0) continue;
    const group = byService.get(stats.key.service);
    if (group === undefined) byService.set(stats.key.service, [stats]);
    else group.push(stats);
  }
  return [...byService.keys()].sort().map((service) => {
    const folder = folderOf(service);
    const nodes = byService
      .get(service)!
      .sort((a, b) => b.totalNs - a.totalNs)
      .map((stats) => operationNode(stats, places, settings));
    return { service, operations: nodes, ...(folder === undefined ? {} : { folder }) };
  });
}

function operationNode(stats: OperationStats, places: PlaceFinder, settings: HintSettings): OperationNode {
  const words = listWords(stats, settings);
  const mapping = places.get(stats.id);
  const { slowest, error } = stats.exemplars;
  return {
    id: stats.id,
    name: stats.key.name,
    kind: stats.key.kind,
    count: stats.count,
    errorCount: stats.errorCount,
    totalNs: stats.totalNs,
    p50Ns: stats.latency.quantile(0.5),
    p95Ns: stats.latency.quantile(0.95),
    words: partsText(words.parts),
    severity: words.severity,
    ...(mapping?.status === 'mapped'
      ? {
          location: {
            uri: uriOfPath(mapping.location.file),
            line: mapping.location.line,
            symbol: mapping.location.symbol,
          },
        }
      : {}),
    ...(mapping === undefined || mapping.status === 'mapped' ? {} : { reason: mapping.reason.text }),
    ...(slowest === undefined ? {} : { slowest: { traceId: slowest.traceId, spanId: slowest.spanId } }),
    ...(error === undefined ? {} : { failed: { traceId: error.traceId, spanId: error.spanId } }),
  };
}
