import type { OperationId } from '../model/operation';
import type { Trace } from '../model/trace';
import { forEachUncovered } from './selfTime';

/** Part of an operation's time, or of its calls, that belongs to a neighbour. */
export interface ContextShare {
  readonly service: string;
  readonly name: string;
  /** 0 to 1. */
  readonly share: number;
  /** Spans of this neighbour per span of the operation. */
  readonly perCall: number;
}

/** An operation's neighbours in some traces. */
export interface OperationContext {
  /** Spans of the operation that were looked at. */
  readonly count: number;
  /** Where the time goes; together with {@link ownShare} 1. Largest first. */
  readonly children: readonly ContextShare[];
  /** Time in which no child was running. */
  readonly ownShare: number;
  /** Who calls; together with {@link rootShare} 1. Largest first. */
  readonly callers: readonly ContextShare[];
  /** Calls that have no parent in their trace. */
  readonly rootShare: number;
}

/**
 * Where the time of an operation goes and who calls it, over a few traces. Time in which several children run counts for
 * the one that started first.
 *
 * @returns undefined if none of the traces has a span of the operation.
 */
export function operationContext(traces: readonly Trace[], operation: OperationId): OperationContext | undefined {
  const children = new Tally();
  const callers = new Tally();
  let [count, total, covered, roots] = [0, 0, 0, 0];
  for (const trace of traces) {
    const number = trace.operationIds.indexOf(operation);
    if (number < 0) continue;
    for (let row = 0; row < trace.count; row++) {
      const parent = trace.parent[row]!;
      if (parent >= 0 && trace.operation[parent] === number) children.add(trace, row, 0);
      if (trace.operation[row] !== number) continue;
      count++;
      total += trace.duration[row]!;
      if (parent < 0) roots++;
      else callers.add(trace, parent, 1);
    }
    forEachUncovered(trace, (row, parent, length) => {
      if (trace.operation[parent] !== number) return;
      covered += length;
      children.weigh(trace, row, length);
    });
  }
  if (count === 0) return undefined;
  return {
    count,
    children: children.shares(total, count),
    ownShare: total === 0 ? 1 : 1 - covered / total,
    callers: callers.shares(count, count),
    rootShare: roots / count,
  };
}

class Tally {
  private readonly entries = new Map<string, { service: string; name: string; weight: number; spans: number }>();

  /** Counts a span. */
  add(trace: Trace, row: number, weight: number): void {
    const entry = this.entry(trace, row);
    entry.spans++;
    entry.weight += weight;
  }

  weigh(trace: Trace, row: number, weight: number): void {
    this.entry(trace, row).weight += weight;
  }

  shares(total: number, calls: number): ContextShare[] {
    return [...this.entries.values()]
      .map(({ service, name, weight, spans }) => ({
        service,
        name,
        share: total === 0 ? 0 : weight / total,
        perCall: spans / calls,
      }))
      .sort((a, b) => b.share - a.share || b.perCall - a.perCall);
  }

  private entry(trace: Trace, row: number) {
    const service = trace.services[trace.service[row]!]!;
    const name = trace.names[trace.name[row]!]!;
    const key = `${service}\u0000${name}`;
    const entry = this.entries.get(key) ?? { service, name, weight: 0, spans: 0 };
    this.entries.set(key, entry);
    return entry;
  }
}
