import type { Node, Query, QueryCapture } from 'web-tree-sitter';
import { topicMatch, type TopicMatch } from '../extract/captures';
import { nodeSpanning, type MirrorNode } from './mirrorNode';
import { isDirty, type EarlierMirror, type Mirror } from './mirrorTree';

/** A match in a mirrored tree. */
export interface MirrorMatch {
  /** Undefined where the match is about nothing. */
  readonly match: TopicMatch | undefined;
  readonly nodes: readonly MirrorNode[];
  /** From where to where its pattern reaches. The roots of all patterns are captured, so that it is what the captures do. */
  start: number;
  end: number;
  /** Where the last of its nodes begins, which is when the parser tells of it. */
  last: number;
}

/** All matches of a query; undefined where the tree has other nodes than its mirror. */
export function mirrorMatches(query: Query, root: Node, mirror: MirrorNode): MirrorMatch[] | undefined {
  return mirrored(query.matches(root), mirror);
}

/**
 * The same after an edit: only what reaches into what changed is looked for anew.
 * @param before those of the earlier tree, of whose nodes the mirror took over those that it could.
 */
export function matchesAfter(
  query: Query,
  root: Node,
  { root: mirror, hasAll }: Mirror,
  before: readonly MirrorMatch[],
  { oldEnd, newEnd, start, dirty }: EarlierMirror,
): MirrorMatch[] | undefined {
  const isHeld = ({ nodes }: MirrorMatch): boolean => hasAll || nodes.every((node) => mirror.holds(node));
  if (dirty.length === 0) return before.every(isHeld) ? [...before] : undefined;
  const from = Math.min(...dirty.map((range) => range.start));
  const to = Math.max(...dirty.map((range) => range.end));
  const hull = [{ start: from, end: to }];
  // Whole rows and one more on each side, as the end of a range is outside; what is found too much is left out below.
  const startPosition = { row: Math.max(0, Math.min(...dirty.map(({ startRow }) => startRow)) - 1), column: 0 };
  const endPosition = { row: Math.max(...dirty.map(({ endRow }) => endRow)) + 2, column: 0 };
  const found = mirrored(query.matches(root, { startPosition, endPosition }), mirror);
  if (found === undefined) return undefined;
  const kept: MirrorMatch[] = [];
  for (const match of before) {
    if (match.end >= start && match.start <= oldEnd) continue;
    const shift = match.start > oldEnd ? newEnd - oldEnd : 0;
    if (isDirty(hull, match.start + shift, match.end + shift)) continue;
    if (!isHeld(match)) return undefined;
    match.start += shift;
    match.end += shift;
    match.last += shift;
    kept.push(match);
  }
  return merged(
    kept,
    found.filter((match) => isDirty(hull, match.start, match.end)),
  );
}

function mirrored(
  matches: readonly { readonly captures: QueryCapture[] }[],
  mirror: MirrorNode,
): MirrorMatch[] | undefined {
  const all: MirrorMatch[] = [];
  for (const { captures } of matches) {
    const nodes: MirrorNode[] = [];
    const named: { name: string; node: MirrorNode }[] = [];
    let [start, end, last] = [Infinity, 0, 0];
    for (const { name, node } of captures) {
      const own = nodeSpanning(mirror, node.type, node.startIndex, node.endIndex);
      if (own === undefined) return undefined;
      nodes.push(own);
      named.push({ name, node: own });
      start = Math.min(start, own.startIndex);
      end = Math.max(end, own.endIndex);
      last = Math.max(last, own.startIndex);
    }
    all.push({ match: topicMatch(named), nodes, start, end, last });
  }
  return all;
}

/** Both in one order. Each is in the parser's. */
function merged(kept: readonly MirrorMatch[], found: readonly MirrorMatch[]): MirrorMatch[] {
  const all: MirrorMatch[] = [];
  let next = 0;
  for (const match of kept) {
    while (next < found.length && found[next]!.last < match.last) all.push(found[next++]!);
    all.push(match);
  }
  return [...all, ...found.slice(next)];
}
