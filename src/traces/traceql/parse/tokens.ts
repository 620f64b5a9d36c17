import type { Datum } from '../language/datum';
import type { TextRange } from '../language/traceQlError';

/** `attribute`: the name after a scope and a dot, unquoted. `word`: a keyword or a name of a built-in field. */
export type TokenType = 'word' | 'number' | 'string' | 'scope' | 'attribute' | 'operator' | 'end';

export interface Token extends TextRange {
  readonly type: TokenType;
  /** As written; of a string and an attribute what it means; of a scope with its dot or colon. */
  readonly text: string;
  /** Of numbers: which kind, and how much. */
  readonly number?: { readonly type: 'int' | 'float' | 'duration'; readonly value: Exclude<Datum, undefined> };
}

/** Longest first: the first that fits is taken. */
export const OPERATORS: readonly string[] = [
  ...['!>>', '!<<', '&>>', '&<<'],
  ...['=~', '!~', '!=', '>=', '<=', '>>', '<<', '&&', '||', '!>', '!<', '&~', '&>', '&<'],
  ...['{', '}', '(', ')', ',', '=', '<', '>', '+', '-', '*', '/', '%', '^', '!', '|', '~'],
];

/** Words that begin an attribute when a dot follows, or a built-in field when a colon does. */
export const DOT_SCOPES = ['span', 'resource', 'event', 'link', 'instrumentation', 'parent'] as const;
export const COLON_SCOPES = ['trace', 'span', 'event', 'link', 'instrumentation'] as const;
