import type { Node, Query } from 'web-tree-sitter';

/** One match of a query: the topic's node as `node`, `@topic.part` as `part`. */
export interface Capture {
  readonly node: Node;
  readonly parts: Readonly<Record<string, Node | undefined>>;
}

/**
 * Matches of a file by topic: the name of the capture without a dot (`@function` beside `@function.name`). Captures
 * that start with `_` only serve the query's own predicates.
 */
export class Captures {
  private readonly byTopic = new Map<string, Capture[]>();

  constructor(query: Query, root: Node) {
    for (const match of query.matches(root)) {
      let topic: string | undefined;
      let main: Node | undefined;
      const parts: Record<string, Node | undefined> = {};
      for (const { name, node } of match.captures) {
        if (name.startsWith('_')) continue;
        const dot = name.indexOf('.');
        if (dot >= 0) parts[name.slice(dot + 1)] ??= node;
        else {
          topic = name;
          main = node;
        }
      }
      if (topic === undefined || main === undefined) continue;
      const list = this.byTopic.get(topic);
      if (list === undefined) this.byTopic.set(topic, [{ node: main, parts }]);
      else list.push({ node: main, parts });
    }
  }

  /** The matches of a topic, in the order the parser found them. */
  of(topic: string): readonly Capture[] {
    return this.byTopic.get(topic) ?? [];
  }
}
