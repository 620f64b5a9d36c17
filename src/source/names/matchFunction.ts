import type { FileFacts, FunctionFact } from '../../syntax/facts';
import { containsLine, type Line0 } from '../../base/positions';
import type { QualifiedName } from './qualifiedName';

/** `OrderController.create`, or a word for a function that has no name. */
export function symbolOf(fact: FunctionFact): string {
  return [...fact.container, fact.name === '' ? '(anonymous)' : fact.name].filter((part) => part !== '').join('.');
}

/** The innermost function that holds a line, by index; -1 outside all. */
export function functionAt(facts: FileFacts, line: Line0): number {
  let best = -1;
  facts.functions.forEach((fact, index) => {
    if (!containsLine(fact.range, line)) return;
    const known = facts.functions[best];
    if (!known || size(fact) <= size(known)) best = index;
  });
  return best;
}

function size(fact: FunctionFact): number {
  return fact.range.endLine - fact.range.startLine;
}

/** The functions around a line, innermost first, by index. */
export function functionsAround(facts: FileFacts, line: Line0): number[] {
  return facts.functions
    .map((fact, index) => ({ fact, index }))
    .filter(({ fact }) => containsLine(fact.range, line))
    .sort((a, b) => size(a.fact) - size(b.fact))
    .map(({ index }) => index);
}

/**
 * Functions of a file that a qualified name may mean: the name is equal and the types around it end alike.
 * A name without container matches on its own.
 */
export function functionsNamed(facts: FileFacts, wanted: QualifiedName): number[] {
  const matches: number[] = [];
  facts.functions.forEach((fact, index) => {
    if (fact.name === wanted.name && endsAlike(fact.container, wanted.container)) matches.push(index);
  });
  return matches;
}

/** Whether the shorter of two lists is the end of the longer one; an empty one ends every list. */
export function endsAlike(a: readonly string[], b: readonly string[]): boolean {
  const length = Math.min(a.length, b.length);
  for (let i = 1; i <= length; i++) if (a[a.length - i] !== b[b.length - i]) return false;
  return true;
}
