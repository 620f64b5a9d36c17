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

/** Says what a node is that the query found by its type alone. */
export type Shape = (capture: Capture, source: SourceText, add: AddCapture) => void;

/**
 * Topics whose matches are told apart here rather than in the query: what a pattern says of a node's children costs
 * milliseconds to compile, of the large grammars ten and more, and a look at the node some microseconds.
 */
export type Shapes = Readonly<Record<string, Shape>>;

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

  constructor(matches: Iterable<TopicMatch>, source: SourceText, shapes: Shapes = {}) {
    const add: AddCapture = (topic, node, parts) => this.add(topic, { node, parts });
    for (const match of matches) {
      const shape = shapes[match.topic];
      if (shape === undefined) this.add(match.topic, match);
      else shape(match, source, add);
    }
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

/** What a query finds below a node. */
export function matchesOf(query: Query, root: Node): TopicMatch[] {
  return query.matches(root).flatMap(({ captures }) => topicMatch(captures) ?? []);
}

/** A match as it is used; undefined where it is about nothing. */
export function topicMatch(
  captures: readonly { readonly name: string; readonly node: SyntaxNode }[],
): TopicMatch | undefined {
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
  return topic === undefined || main === undefined ? undefined : { topic, node: main, parts };
}
