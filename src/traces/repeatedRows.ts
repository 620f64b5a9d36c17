import { isDeepStrictEqual } from 'node:util';
import { IdIndex } from '../model/tree/parentLinks';
import type { SpanBatch } from '../model/spanBatch';
import { coldBytes, wordsOf } from '../model/tree/traceRows';
import { decodeCold, decodeResource, decodeScope } from './otlp/spanDetails';

/**
 * The rows, counted through all batches, that say once more what an earlier row says: of the same trace and the same ids,
 * and alike in all else. Spans that share an id and differ, such as the two sides of a call in Zipkin, are none.
 *
 * @param traces a number for the trace of each row.
 */
export function repeatedRows(batches: readonly SpanBatch[], traces: Uint32Array): ReadonlySet<number> {
  const ids = new Uint32Array(traces.length * 2);
  let at = 0;
  for (const { spanIds, count } of batches) {
    ids.set(wordsOf(spanIds).subarray(0, count * 2), at * 2);
    at += count;
  }
  const index = new IdIndex({ ids, group: traces });
  const repeated = new Set<number>();
  if (index.duplicates === 0) return repeated;
  const places = new Places(batches);
  /** By the first row of an id: the rows of that id that differ from each other. */
  const distinct = new Map<number, number[]>();
  for (let row = 0; row < traces.length; row++) {
    const first = index.duplicate[row] === 0 ? row : index.find(ids[2 * row]!, ids[2 * row + 1]!, traces[row]);
    if (first === row) continue;
    const others = distinct.get(first) ?? [first];
    distinct.set(first, others);
    if (others.some((other) => places.areAlike(other, row))) repeated.add(row);
    else others.push(row);
  }
  return repeated;
}

/** Where the rows that were counted through are. */
class Places {
  private readonly starts: readonly number[];

  constructor(private readonly batches: readonly SpanBatch[]) {
    const starts: number[] = [];
    let start = 0;
    for (const { count } of batches) {
      starts.push(start);
      start += count;
    }
    this.starts = starts;
  }

  /** Whether two spans of the same ids are alike in all else. */
  areAlike(oneRow: number, otherRow: number): boolean {
    const [one, row] = this.place(oneRow);
    const [other, its] = this.place(otherRow);
    if (one.startNs[row] !== other.startNs[its] || one.endNs[row] !== other.endNs[its]) return false;
    if (one.status[row] !== other.status[its]) return false;
    const parents = [wordsOf(one.parentIds), wordsOf(other.parentIds)] as const;
    if ([0, 1].some((word) => parents[0][2 * row + word] !== parents[1][2 * its + word])) return false;
    if (one.operations.id(one.operation[row]!) !== other.operations.id(other.operation[its]!)) return false;
    const [messages, itsMessages] = [messagesOf(one, row), messagesOf(other, its)];
    if (messages.every((message, i) => Buffer.compare(message, itsMessages[i]!) === 0)) return true;
    return isDeepStrictEqual(decoded(messages), decoded(itsMessages));
  }

  private place(row: number): readonly [SpanBatch, number] {
    const at = this.starts.findLastIndex((start) => start <= row);
    return [this.batches[at]!, row - this.starts[at]!];
  }
}

/** All that has no column: the rest of the span, its resource, its scope. */
type Messages = readonly [Uint8Array, Uint8Array, Uint8Array];

function messagesOf(batch: SpanBatch, row: number): Messages {
  return [coldBytes(batch, row), batch.resources[batch.resource[row]!]!, batch.scopes[batch.scope[row]!]!];
}

/** Files of different formats may write the same in different bytes. */
function decoded([cold, resource, scope]: Messages) {
  return [decodeCold(cold), decodeResource(resource), decodeScope(scope)];
}
