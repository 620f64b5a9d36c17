/** Sorting and filtering of the services view: pure. */
import type { OperationNode, ServiceNode } from '../../protocol/engine';

export type ServiceSort = 'totalTime' | 'p95' | 'errors' | 'name';

/** More rows than this at one service help nobody; the filter finds the rest. */
const MOST_OPERATIONS = 500;

/** A number with a unit of time, which a narrow space keeps together; see base/format.ts. */
const DURATION = /\d\u202f(?:ns|µs|ms|s|min|h)\b/;

export type TreeNode =
  | { readonly kind: 'service'; readonly service: ServiceNode }
  | { readonly kind: 'operation'; readonly service: string; readonly operation: OperationNode }
  | { readonly kind: 'more'; readonly service: string; readonly count: number };

/** Services that have something to show, filtered by words of service and operation, all of which must occur. */
export function serviceNodes(services: readonly ServiceNode[], sort: ServiceSort, filter: string): TreeNode[] {
  const shown = services
    .map((service) => ({ ...service, operations: service.operations.filter((op) => matches(service, op, filter)) }))
    .filter((service) => service.operations.length > 0);
  const key = new Map(shown.map((service) => [service, serviceKey(service, sort)]));
  shown.sort((a, b) => key.get(b)! - key.get(a)! || a.service.localeCompare(b.service));
  return shown.map((service) => ({ kind: 'service', service }));
}

/** A service's operations in the order asked for. */
export function operationNodes(service: ServiceNode, sort: ServiceSort): TreeNode[] {
  const sorted = [...service.operations].sort(
    (a, b) => operationKey(b, sort) - operationKey(a, sort) || a.name.localeCompare(b.name),
  );
  const shown: TreeNode[] = sorted
    .slice(0, MOST_OPERATIONS)
    .map((operation) => ({ kind: 'operation', service: service.service, operation }));
  const rest = sorted.length - shown.length;
  return rest > 0 ? [...shown, { kind: 'more', service: service.service, count: rest }] : shown;
}

/**
 * What stands in an operation's row. A narrow view cuts rows off at their end, where long names would push the latency
 * out of sight: the number that the row is about comes first, the name next, the rest after it.
 * @param words as in `OperationNode.words`: `p95 48 ms · 1.2k · 0.4 % err`, `3 calls · max 48 ms`.
 */
export function operationRow(name: string, words: string): { readonly label: string; readonly description: string } {
  const parts = words.split(' · ');
  const at = parts.findIndex((part) => DURATION.test(part));
  const number = parts[at];
  if (number === undefined) return { label: name, description: words };
  // The view's title says that numbers are p95 where nothing else is said.
  const label = `${number.replace('p95 ', '')}  ${name}`;
  return { label, description: parts.filter((_, i) => i !== at).join(' · ') };
}

function matches(service: ServiceNode, operation: OperationNode, filter: string): boolean {
  const text = `${service.service} ${operation.name} ${operation.kind}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function operationKey(operation: OperationNode, sort: ServiceSort): number {
  switch (sort) {
    case 'totalTime':
      return operation.totalNs;
    case 'p95':
      return operation.p95Ns;
    case 'errors':
      return operation.errorCount;
    case 'name':
      return 0;
  }
}

function serviceKey(service: ServiceNode, sort: ServiceSort): number {
  const keys = service.operations.map((operation) => operationKey(operation, sort));
  // A service is as slow as its slowest operation; times and errors add up.
  return sort === 'p95' ? keys.reduce((most, key) => Math.max(most, key), 0) : keys.reduce((sum, key) => sum + key, 0);
}
