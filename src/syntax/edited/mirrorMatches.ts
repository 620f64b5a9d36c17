import type { Node, QueryCapture } from 'web-tree-sitter';
import { tellTopics, type MatchRules, type TopicMatch } from '../extract/captures';
import { nodeSpanning, type MirrorNode } from './mirrorNode';
import type { EarlierMirror, Mirror } from './mirrorTree';

/** A match in a mirrored tree. */
export interface MirrorMatch {
  /** What it is about. */
  readonly topics: readonly TopicMatch[];
  readonly nodes: readonly MirrorNode[];
  /** From where to where its pattern reaches. The roots of all patterns are captured, so that it is what the captures do. */
  start: number;
  end: number;
  /** Where the last of its nodes begins, which is when the parser tells of it. */
  last: number;
}

/** All matches of a query that are about something; undefined where the tree has other nodes than its mirror. */
export function mirrorMatches(rules: MatchRules, root: Node, mirror: MirrorNode): MirrorMatch[] | undefined {
  return mirrored(rules.query.matches(root), rules, mirror);
}

/**
 * The same after an edit: only what reaches into what changed is looked for anew.
 * @param before those of the earlier tree, of whose nodes the mirror took over those that it could.
 */
export function matchesAfter(
  rules: MatchRules,
  root: Node,
  { root: mirror, hasAll }: Mirror,
  before: readonly MirrorMatch[],
  { oldEnd, newEnd, start, dirty }: EarlierMirror,
): MirrorMatch[] | undefined {
  const isHeld = ({ nodes }: MirrorMatch): boolean => nodes.every((node) => mirror.holds(node));
  if (dirty.length === 0) return hasAll || before.every(isHeld) ? [...before] : undefined;
  const from = Math.min(...dirty.map((range) => range.start));
  const to = Math.max(...dirty.map((range) => range.end));
  // Whole rows and one more on each side, as the end of a range is outside; what is found too much is left out below.
  const startPosition = { row: Math.max(0, Math.min(...dirty.map(({ startRow }) => startRow)) - 1), column: 0 };
  const endPosition = { row: Math.max(...dirty.map(({ endRow }) => endRow)) + 2, column: 0 };
  const found = mirrored(rules.query.matches(root, { startPosition, endPosition }), rules, mirror);
  if (found === undefined) return undefined;
  const kept: MirrorMatch[] = [];
  for (const match of before) {
    if (match.end >= start && match.start <= oldEnd) continue;
    const shift = match.start > oldEnd ? newEnd - oldEnd : 0;
    if (from <= match.end + shift && match.start + shift <= to) continue;
    if (!hasAll && !isHeld(match)) return undefined;
    if (shift !== 0) move(match, shift);
    kept.push(match);
  }
  return merged(
    kept,
    found.filter((match) => from <= match.end && match.start <= to),
  );
}

function move(match: MirrorMatch, shift: number): void {
  match.start += shift;
  match.end += shift;
  match.last += shift;
}

function mirrored(
  matches: readonly { readonly captures: QueryCapture[] }[],
  rules: MatchRules,
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
    const topics: TopicMatch[] = [];
    tellTopics(named, rules, (topic, node, parts) => topics.push({ topic, node, parts }));
    if (topics.length > 0) all.push({ topics, nodes, start, end, last });
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
  while (next < found.length) all.push(found[next++]!);
  return all;
}
