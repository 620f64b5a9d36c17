import type { SyntaxNode } from '../syntaxNode';
import type { SourceText } from './sourceText';

/** Reads something of a node that what lies in it says: nothing around it, and no offsets, which move. */
export type Reading<T> = (node: SyntaxNode, source: SourceText) => T;

/** What `read` makes of a node; of a node that outlives an edit it is asked once. */
export function readingOf<T>(read: Reading<T>, node: SyntaxNode, source: SourceText): T {
  const { readings } = node;
  if (readings === undefined) return read(node, source);
  if (readings.has(read)) return readings.get(read) as T;
  const answer = read(node, source);
  readings.set(read, answer);
  return answer;
}
