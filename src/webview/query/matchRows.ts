import { STATUS_ERROR, type TraceIndex } from '../layout/traceIndex';
import { kindName } from '../layout/spanText';
import type { Comparison, Condition } from './parseQuery';

export interface Matches {
  /** Matching rows, ascending. */
  readonly rows: Uint32Array;
  /** Per row of the trace: 1 if it matches. */
  readonly marked: Uint8Array;
}

/** Asks for the rows that have an attribute; the page does not hold attributes. */
export type AttributeLookup = (key: string, value: string) => Promise<Uint32Array>;

/** Finds the rows for which all conditions hold. Rejects if `lookup` does. */
export async function matchRows(
  index: TraceIndex,
  conditions: readonly Condition[],
  lookup: AttributeLookup,
): Promise<Matches> {
  const marked = new Uint8Array(index.count).fill(1);
  for (const condition of conditions) {
    const test =
      condition.kind === 'attribute' ? await attributeTest(index, condition, lookup) : rowTest(index, condition);
    for (let row = 0; row < index.count; row++) {
      if (marked[row] === 1 && test(row) === condition.negated) marked[row] = 0;
    }
  }
  let count = 0;
  for (let row = 0; row < index.count; row++) count += marked[row]!;
  const rows = new Uint32Array(count);
  for (let row = 0, at = 0; row < index.count; row++) if (marked[row] === 1) rows[at++] = row;
  return { rows, marked };
}

async function attributeTest(
  index: TraceIndex,
  condition: { readonly key: string; readonly value: string },
  lookup: AttributeLookup,
): Promise<(row: number) => boolean> {
  const has = new Uint8Array(index.count);
  for (const row of await lookup(condition.key, condition.value)) if (row < index.count) has[row] = 1;
  return (row) => has[row] === 1;
}

function rowTest(index: TraceIndex, condition: Exclude<Condition, { kind: 'attribute' }>): (row: number) => boolean {
  const { columns, trace } = index;
  switch (condition.kind) {
    case 'error':
      return (row) => columns.status[row] === STATUS_ERROR;
    case 'duration': {
      const column = condition.of === 'self' ? columns.self : columns.duration;
      const compare = COMPARE[condition.compare];
      return (row) => compare(column[row]!, condition.ns);
    }
    case 'text': {
      const wanted = condition.text.toLowerCase();
      const inName = trace.names.map((name) => name.toLowerCase().includes(wanted));
      const inService = trace.services.map((service) => service.toLowerCase().includes(wanted));
      return (row) => inName[columns.name[row]!]! || inService[columns.service[row]!]!;
    }
    case 'field': {
      const wanted = condition.value.toLowerCase();
      if (condition.field === 'kind') return (row) => kindName(columns.kind[row]!) === wanted;
      const list = condition.field === 'service' ? trace.services : trace.names;
      const column = condition.field === 'service' ? columns.service : columns.name;
      const equal = list.map((entry) => entry.toLowerCase() === wanted);
      return (row) => equal[column[row]!]!;
    }
  }
}

const COMPARE: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
};
