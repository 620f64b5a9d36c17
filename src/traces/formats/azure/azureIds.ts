import { recordIds, type RecordIds } from '../recordIds';
import { textOf } from '../recordValues';

/** How SDKs before OpenTelemetry write ids in W3C's form: `|<trace>.<span>.` */
const IN_HIERARCHY = /^\|?[0-9a-f]{32}\.([0-9a-f]{16})[._]?$/i;
/** An id of a trace where one of a span belongs: those SDKs name the trace as the parent of its root. */
const OF_TRACE = /^\|?[0-9a-f]{32}\.?$/i;

/** The ids of a row; undefined where it has none. */
export function azureIds(operation: unknown, id: unknown, parent: unknown): RecordIds | undefined {
  const parentId = spanPart(parent);
  const isRoot = typeof parentId === 'string' && (OF_TRACE.test(parentId) || parentId === textOf(operation));
  return recordIds(operation, spanPart(id), isRoot ? undefined : parentId);
}

function spanPart(id: unknown): unknown {
  return typeof id === 'string' ? (IN_HIERARCHY.exec(id.trim())?.[1] ?? id) : id;
}
