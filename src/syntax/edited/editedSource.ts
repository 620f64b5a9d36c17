import type { Edit, Tree } from 'web-tree-sitter';
import type { MatchRules, TopicMatch } from '../extract/captures';
import type { MirrorNode } from './mirrorNode';
import { matchesAfter, mirrorMatches, type MirrorMatch } from './mirrorMatches';
import { mirrorTree, type Dirty, type EarlierMirror } from './mirrorTree';

/** What is kept of a file that is edited: its tree as plain data, and what the query of its language found there. */
export interface EditedSource {
  readonly mirror: MirrorNode;
  readonly matches: readonly MirrorMatch[];
}

/** How a tree came from the one before. */
export interface TreeChange {
  /** Told of the edit. */
  readonly before: Tree;
  /** Undefined where the text is the same. */
  readonly edit: Edit | undefined;
  readonly source: EditedSource | undefined;
}

/** Reads a tree, of which only what changed where the one before was read. */
export function readEdited(tree: Tree, rules: MatchRules, change: TreeChange): EditedSource | undefined {
  const earlier = change.source && earlierOf(change.source.mirror, change, tree);
  const made = mirrorTree(tree.rootNode, earlier);
  const { root: mirror } = made;
  mirror.hasError = tree.rootNode.hasError;
  const kept = earlier && matchesAfter(rules, tree.rootNode, made, change.source.matches, earlier);
  const matches = kept ?? mirrorMatches(rules, tree.rootNode, mirror);
  return matches && { mirror, matches };
}

/** What its matches are about, in their order. */
export function* topicsOf({ matches }: EditedSource): Generator<TopicMatch> {
  for (const { topics } of matches) yield* topics;
}

function earlierOf(root: MirrorNode, { before, edit }: TreeChange, now: Tree): EarlierMirror {
  const changed = before.getChangedRanges(now).map(({ startIndex, endIndex, startPosition, endPosition }): Dirty => {
    return { start: startIndex, end: endIndex, startRow: startPosition.row, endRow: endPosition.row };
  });
  // Where the text is as it was nothing moves: the edit is behind everything.
  if (edit === undefined) return { root, start: Infinity, oldEnd: Infinity, newEnd: Infinity, dirty: changed };
  const { startIndex: start, oldEndIndex: oldEnd, newEndIndex: newEnd, startPosition, newEndPosition } = edit;
  const replaced = { start, end: newEnd, startRow: startPosition.row, endRow: newEndPosition.row };
  return { root, start, oldEnd, newEnd, dirty: [replaced, ...changed] };
}
