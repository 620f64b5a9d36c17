import type { Relation } from '../language/ast';
import type { Trace } from '../../../model/trace';
import type { TraceStructure } from './traceStructure';

/** Relations read from the other side. */
const INVERSE: Readonly<Record<Relation, Relation>> = { '>': '<', '<': '>', '>>': '<<', '<<': '>>', '~': '~' };

/**
 * The spans that a structural operator leaves, in the order of the rows. Linear in the number of rows of the trace.
 *
 * @param operator a relation; with `!` it must hold for no span of the left side, with `&` the left sides of the
 *   relation are found as well.
 */
export function relate(
  operator: Relation | `!${Relation}` | `&${Relation}`,
  left: readonly number[],
  right: readonly number[],
  trace: Trace,
  structure: TraceStructure,
): number[] {
  const mode = operator.startsWith('!') ? 'none' : operator.startsWith('&') ? 'both' : 'some';
  const relation = (mode === 'some' ? operator : operator.slice(1)) as Relation;
  const related = marks(relation, left, trace, structure);
  const found = right.filter((row) => (related[row] === 1) !== (mode === 'none'));
  if (mode !== 'both') return found;
  const inverse = marks(INVERSE[relation], right, trace, structure);
  return [...new Set([...found, ...left.filter((row) => inverse[row] === 1)])].sort((a, b) => a - b);
}

/** 1 for each row that lies so to one of the given ones. */
function marks(relation: Relation, rows: readonly number[], trace: Trace, structure: TraceStructure): Uint8Array {
  const given = new Uint8Array(trace.count);
  for (const row of rows) given[row] = structure.isPlaced(row) ? 1 : 0;
  switch (relation) {
    case '>':
      return children(given, trace);
    case '>>':
      return descendants(given, trace);
    case '<':
      return parents(given, trace);
    case '<<':
      return ancestors(given, trace);
    case '~':
      return siblings(given, trace, structure);
  }
}

function children(given: Uint8Array, { parent, count }: Trace): Uint8Array {
  const marked = new Uint8Array(count);
  for (let row = 0; row < count; row++) if (parent[row]! >= 0) marked[row] = given[parent[row]!]!;
  return marked;
}

/** Parents come before their children. */
function descendants(given: Uint8Array, { parent, count }: Trace): Uint8Array {
  const marked = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const above = parent[row]!;
    if (above >= 0) marked[row] = given[above]! | marked[above]!;
  }
  return marked;
}

function parents(given: Uint8Array, { parent, count }: Trace): Uint8Array {
  const marked = new Uint8Array(count);
  for (let row = 0; row < count; row++) if (given[row] === 1 && parent[row]! >= 0) marked[parent[row]!] = 1;
  return marked;
}

function ancestors(given: Uint8Array, { parent, count }: Trace): Uint8Array {
  const marked = new Uint8Array(count);
  for (let row = count - 1; row >= 0; row--) {
    const above = parent[row]!;
    if (above >= 0 && (given[row] === 1 || marked[row] === 1)) marked[above] = 1;
  }
  return marked;
}

/** Roots are siblings of one another. */
function siblings(given: Uint8Array, { count }: Trace, structure: TraceStructure): Uint8Array {
  const perParent = new Map<number, number>();
  for (let row = 0; row < count; row++) {
    const parent = structure.parent[row]!;
    if (given[row] === 1) perParent.set(parent, (perParent.get(parent) ?? 0) + 1);
  }
  const marked = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const others = (perParent.get(structure.parent[row]!) ?? 0) - given[row]!;
    if (structure.isPlaced(row) && others > 0) marked[row] = 1;
  }
  return marked;
}
