import type { AttributeScope } from '../language/ast';
import { KINDS, STATUSES } from '../language/datum';
import {
  SCOPED_INTRINSICS,
  unscopedIntrinsic,
  unscopedIntrinsics,
  scopedIntrinsic,
  type Intrinsic,
} from '../language/intrinsics';
import { tokenize } from './lexer';
import { METRICS_FUNCTIONS } from './metricsFunctionParser';
import { SERIES_WORDS, STAGE_WORDS } from './queryParser';
import { COLON_SCOPES, DOT_SCOPES, type Token } from './tokens';
import type { TextRange } from '../language/traceQlError';

/** What can stand at a place in a query. `range` is what a chosen completion replaces. */
export type CompletionContext = { readonly range: TextRange; readonly prefix: string } & (
  | { readonly expects: 'attribute'; readonly scope: AttributeScope }
  /** Fields and scopes; `words` are those that TraceQL has itself. */
  | { readonly expects: 'field'; readonly words: readonly string[] }
  /** A value of an attribute or of a built-in field that has free texts. `quoted`: the quotes are there already. */
  | { readonly expects: 'value'; readonly of: ValueOf; readonly quoted: boolean; readonly words: readonly string[] }
  | { readonly expects: 'keyword'; readonly words: readonly string[] }
  | { readonly expects: 'nothing' }
);

/** Whose values are wanted. */
export type ValueOf =
  { readonly scope: AttributeScope; readonly name: string } | { readonly scope: 'intrinsic'; readonly name: Intrinsic };

const NUMBER_COMPARISONS = ['=', '!=', '<', '<=', '>', '>='];
const COMPARISONS = [...NUMBER_COMPARISONS, '=~', '!~'];
const AFTER_FILTER = ['|', '&&', '||', '>>', '>', '<<', '<', '~'];
const VALUE_WORDS = ['nil', 'true', 'false'];
/** Tokens that go on with the next letter or digit. */
const WORDS: readonly Token['type'][] = ['word', 'attribute', 'number'];
/** Functions that take fields. */
const FIELD_FUNCTIONS = /^(?:by|select|avg|min|max|sum|\w+_over_time)$/;

/** @param offset UTF-16 units from the start of `text`. What stands behind it is looked at only where it is the same word. */
export function completionContext(text: string, offset: number): CompletionContext {
  const { tokens, error } = tokenize(text.slice(0, offset));
  const before = tokens.slice(0, -1);
  if (error !== undefined) return unfinished(text, offset, error.range.from, before);
  const last = before.at(-1);
  const isTouched = last !== undefined && last.to === offset && WORDS.includes(last.type);
  const prefix = isTouched ? text.slice(last.from, offset) : '';
  const range = { from: offset - prefix.length, to: offset + wordBehind(text, offset) };
  const settled = isTouched ? before.slice(0, -1) : before;
  return { range, prefix, ...expected(settled, last !== undefined && last.type === 'attribute' && !isTouched) };
}

type Expected = CompletionContext extends infer C ? (C extends unknown ? Omit<C, 'range' | 'prefix'> : never) : never;

/** Within a text that is not closed: a value, if it is compared with a field; within a quoted name: that attribute. */
function unfinished(text: string, offset: number, from: number, before: readonly Token[]): CompletionContext {
  const open = before.at(-1);
  if (open?.type === 'scope' && open.to === from) {
    const scope = scopeOf(open);
    return { expects: 'attribute', scope, prefix: text.slice(from + 1, offset), range: { from, to: offset } };
  }
  const quote = text[from];
  const range = { from: from + 1, to: offset };
  const of = quote === '"' || quote === '`' ? comparedField(before) : undefined;
  if (of === undefined) return { expects: 'nothing', range: { from: offset, to: offset }, prefix: '' };
  return { expects: 'value', of, quoted: true, words: [], prefix: text.slice(from + 1, offset), range };
}

function expected(before: readonly Token[], isBehindName: boolean): Expected {
  const last = before.at(-1);
  if (last?.type === 'scope') return afterScope(last);
  const place = placeOf(before);
  if (place === 'fields') return last?.text === '(' || last?.text === ',' ? fields() : keywords([',', ')']);
  if (place === 'stages') return ofStages(before);
  if (last?.type === 'operator') {
    if (COMPARISONS.includes(last.text)) return values(before);
    if (last.text !== ')' && last.text !== '}') return fields();
  }
  const compares = isBehindName || last?.type === 'attribute' || (last?.type === 'word' && isField(before));
  return keywords(compares && !isCompared(before) ? COMPARISONS : ['&&', '||', '}']);
}

function afterScope(scope: Token): Expected {
  const name = scope.text.slice(0, -1);
  if (scope.text.endsWith(':')) return keywords(Object.keys(SCOPED_INTRINSICS[name] ?? {}));
  return { expects: 'attribute', scope: scopeOf(scope) };
}

function scopeOf(scope: Token): AttributeScope {
  return scope.text === '.' || scope.text === 'parent.' ? 'any' : (scope.text.slice(0, -1) as AttributeScope);
}

/** Whether the end is within a filter, within the parentheses of a function that takes fields, or between stages. */
function placeOf(before: readonly Token[]): 'condition' | 'fields' | 'stages' {
  const open: string[] = [];
  for (const [index, { type, text }] of before.entries()) {
    if (type !== 'operator') continue;
    if (text === '{') open.push('{');
    else if (text === '(') open.push(FIELD_FUNCTIONS.test(before[index - 1]?.text ?? '') ? 'fields' : '(');
    else if (text === '}' || text === ')') open.pop();
  }
  const inner = open.findLast((opened) => opened !== '(');
  if (inner === 'fields') return 'fields';
  return inner === '{' ? 'condition' : 'stages';
}

function ofStages(before: readonly Token[]): Expected {
  const last = before.at(-1);
  const hasSeries = before.some(({ type, text }) => type === 'word' && METRICS_FUNCTIONS.includes(text));
  if (last === undefined || last.text === '(') return keywords(['{', '(']);
  if (last.text === '|') return keywords(hasSeries ? SERIES_WORDS : ['{', ...STAGE_WORDS]);
  if (last.text === '}') return keywords(AFTER_FILTER);
  if (last.text === ')')
    return keywords(hasSeries ? ['by', '|', 'with', ...NUMBER_COMPARISONS] : ['|', ...NUMBER_COMPARISONS]);
  if (AFTER_FILTER.includes(last.text)) return keywords(['{', '(']);
  return last.type === 'operator' ? { expects: 'nothing' } : keywords(['|']);
}

function fields(): Expected {
  const scopes = [...DOT_SCOPES.filter((scope) => scope !== 'parent').map((scope) => `${scope}.`), '.'];
  return { expects: 'field', words: [...scopes, ...COLON_SCOPES.map((scope) => `${scope}:`), ...unscopedIntrinsics()] };
}

function values(before: readonly Token[]): Expected {
  const of = comparedField(before);
  if (of === undefined) return fields();
  if (of.scope !== 'intrinsic') return { expects: 'value', of, quoted: false, words: VALUE_WORDS };
  if (of.name === 'status') return keywords(STATUSES.map(({ name }) => name));
  if (of.name === 'kind') return keywords(KINDS.map(({ name }) => name));
  if (/uration|timeSinceStart/.test(of.name)) return keywords(['10ms', '100ms', '1s', '10s']);
  return /^(nestedSet|span:childCount)/.test(of.name)
    ? { expects: 'nothing' }
    : { expects: 'value', of, quoted: false, words: [] };
}

/** The field before the comparison that the tokens end with. */
function comparedField(before: readonly Token[]): ValueOf | undefined {
  const [scope, field, operator] = [before.at(-3), before.at(-2), before.at(-1)];
  if (operator === undefined || !COMPARISONS.includes(operator.text) || field === undefined) return undefined;
  if (field.type === 'attribute' && scope?.type === 'scope') return { scope: scopeOf(scope), name: field.text };
  if (field.type !== 'word') return undefined;
  const name =
    scope?.type === 'scope' ? scopedIntrinsic(scope.text.slice(0, -1), field.text) : unscopedIntrinsic(field.text);
  return name === undefined ? undefined : { scope: 'intrinsic', name };
}

/** Whether the tokens end with a field that a comparison stands before. */
function isCompared(before: readonly Token[]): boolean {
  const start = before.at(-2)?.type === 'scope' ? -3 : -2;
  return COMPARISONS.includes(before.at(start)?.text ?? '');
}

function isField(before: readonly Token[]): boolean {
  const [scope, word] = [before.at(-2), before.at(-1)!];
  return scope?.type === 'scope' || unscopedIntrinsic(word.text) !== undefined;
}

function keywords(words: readonly string[]): Expected {
  return { expects: 'keyword', words };
}

/** Length of the rest of the word that the offset lies in. */
function wordBehind(text: string, offset: number): number {
  return /^[^\s{}()=~!<>&|^,"]*/u.exec(text.slice(offset))![0].length;
}
