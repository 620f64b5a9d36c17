import type { SyntaxNode } from '../syntaxNode';
import type { Capture, Captures } from './captures';
import type { ScopeDraft } from './outline';
import { readingOf, type Reading } from './readings';
import type { SourceText } from './sourceText';

type Topic = 'function' | 'callback' | 'type';

/** How a language reads what its query found. */
export interface ScopeRules {
  /** In the order in which a node captured twice counts. */
  readonly topics: readonly Topic[];
  readonly parameters: Reading<readonly string[]>;
  /** Of a type. */
  readonly bases: (capture: Capture, source: SourceText) => readonly string[];
  readonly isDeclaration?: (capture: Capture) => boolean;
  /** Where decorators stand outside the node: the offset of the first. */
  readonly start?: (node: SyntaxNode) => number | undefined;
  /** Containers the syntax around it does not show, see {@link ScopeDraft.owner}. */
  readonly owner?: (capture: Capture, source: SourceText) => string;
}

/** The functions, callbacks and types that the query of a language captured, each node once. */
export function scopeDrafts(captures: Captures, source: SourceText, rules: ScopeRules): ScopeDraft[] {
  const drafts = new Map<number, ScopeDraft>();
  for (const topic of rules.topics) {
    for (const capture of captures.of(topic)) {
      const { node, parts } = capture;
      const callable = parts.value ?? node;
      if (drafts.has(callable.id)) continue;
      const owner = rules.owner?.(capture, source);
      drafts.set(callable.id, {
        kind: topic === 'type' ? 'type' : 'function',
        name: parts.name === undefined ? '' : source.of(parts.name),
        ...(owner === undefined ? {} : { owner }),
        start: rules.start?.(node) ?? node.startIndex,
        end: node.endIndex,
        nameSpan: parts.name ?? { startIndex: node.startIndex, endIndex: node.startIndex },
        nodeId: callable.id,
        ...(rules.isDeclaration?.(capture) === true ? { isDeclaration: true } : {}),
        parameters: () => readingOf(rules.parameters, callable, source),
        bases: topic === 'type' ? rules.bases(capture, source) : [],
      });
    }
  }
  return [...drafts.values()];
}
