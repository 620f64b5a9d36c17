import type { Node, Query } from 'web-tree-sitter';
import type { SyntaxNode } from '../syntaxNode';
import type { SourceText } from './sourceText';

/** One match of a query: the topic's node as `node`, `@topic.part` as `part`. */
export interface Capture {
  readonly node: SyntaxNode;
  readonly parts: Readonly<Record<string, SyntaxNode | undefined>>;
}

/** Takes a capture of a topic. */
export type AddCapture = (topic: string, node: SyntaxNode, parts: Capture['parts']) => void;

/**
 * Says what a node is that the query found by its type alone, of which it reads nothing but what lies in it: of a file
 * that is edited it is asked again only where that changed.
 */
export type Shape = (capture: Capture, source: SourceText, add: AddCapture) => void;

/**
 * Topics whose matches are told apart here rather than in the query: what a pattern says of a node's children costs
 * milliseconds to compile, of the large grammars ten and more, and a look at the node some microseconds.
 */
export type Shapes = Readonly<Record<string, Shape>>;

/** What a file is read by, as far as its matches go. */
export interface MatchRules {
  readonly query: Query;
  readonly shapes?: Shapes | undefined;
  readonly source: SourceText;
}

/** A match with the name of what it is about. */
export interface TopicMatch extends Capture {
  readonly topic: string;
}

/**
 * Matches of a file by topic: the name of the capture without a dot (`@function` beside `@function.name`). Captures
 * that start with `_` only serve the query itself.
 */
export class Captures {
  private readonly byTopic = new Map<string, Capture[]>();

  /** What the query finds below a node. */
  static below(root: Node, rules: MatchRules): Captures {
    const found = new Captures();
    const add: AddCapture = (topic, node, parts) => found.add(topic, { node, parts });
    for (const { captures } of rules.query.matches(root)) tellTopics(captures, rules, add);
    return found;
  }

  /** @param matches in the order the parser found them. */
  constructor(matches: Iterable<TopicMatch> = []) {
    for (const match of matches) this.add(match.topic, match);
  }

  /** The matches of a topic, in the order the parser found them. */
  of(topic: string): readonly Capture[] {
    return this.byTopic.get(topic) ?? [];
  }

  private add(topic: string, capture: Capture): void {
    const list = this.byTopic.get(topic);
    if (list === undefined) this.byTopic.set(topic, [capture]);
    else list.push(capture);
  }
}

/** Tells what a match of the query is about: nothing, one topic, or what a shape makes of it. */
export function tellTopics(
  captures: readonly { readonly name: string; readonly node: SyntaxNode }[],
  { shapes, source }: MatchRules,
  tell: AddCapture,
): void {
  let topic: string | undefined;
  let main: SyntaxNode | undefined;
  const parts: Record<string, SyntaxNode | undefined> = {};
  for (const { name, node } of captures) {
    if (name.startsWith('_')) continue;
    const dot = name.indexOf('.');
    if (dot >= 0) parts[name.slice(dot + 1)] ??= node;
    else {
      topic = name;
      main = node;
    }
  }
  if (topic === undefined || main === undefined) return;
  const shape = shapes?.[topic];
  if (shape === undefined) tell(topic, main, parts);
  else shape({ node: main, parts }, source, tell);
}
