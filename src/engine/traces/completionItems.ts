import type { QueryCompletionItem } from '../../protocol/queries';
import { attributeText, stringText } from '../../traces/traceql/language/fieldText';
import { METRICS_FUNCTIONS } from '../../traces/traceql/parse/metricsFunctionParser';
import { SERIES_WORDS, STAGE_WORDS } from '../../traces/traceql/parse/queryParser';
import { DOT_SCOPES } from '../../traces/traceql/parse/tokens';
import type { KnownValue } from '../sources/liveSource';

/** More than this nobody looks through; typing on narrows them. */
const MOST_ITEMS = 50;
const FUNCTIONS: readonly string[] = [...STAGE_WORDS, ...SERIES_WORDS];
/** Functions that are complete without arguments. */
const NO_ARGUMENTS: readonly string[] = ['count', 'rate', 'count_over_time', 'coalesce'];
const LITERAL = /^(?:-?\d+(?:\.\d+)?|true|false)$/;

/** What fits a prefix, case aside: what begins with it first, then what has it after a dot, then what has it anywhere. */
export function fitting(items: readonly QueryCompletionItem[], prefix: string): QueryCompletionItem[] {
  const wanted = prefix.toLowerCase();
  const ranked = items.flatMap((item) => {
    const rank = rankOf(item.label.toLowerCase(), wanted);
    return rank < 0 ? [] : [{ item, rank }];
  });
  // Stable: within a rank the order is that of the source.
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_ITEMS)
    .map(({ item }) => item);
}

function rankOf(label: string, wanted: string): number {
  const at = label.indexOf(wanted);
  if (at <= 0) return at;
  if (/[\s._/:"-]/.test(label[at - 1]!)) return 1;
  // One letter is in almost everything.
  return wanted.length > 1 ? 2 : -1;
}

/** Words of TraceQL itself. */
export function keywordItems(words: readonly string[]): QueryCompletionItem[] {
  return words.map((word): QueryCompletionItem => {
    if (!/^\w/.test(word)) return { label: word, insert: /[}),.]/.test(word) ? word : `${word} `, kind: 'operator' };
    if (!FUNCTIONS.includes(word)) return { label: word, insert: word, kind: 'keyword' };
    const detail = METRICS_FUNCTIONS.includes(word) ? 'metric' : '';
    const insert = NO_ARGUMENTS.includes(word) ? `${word}()` : `${word}(`;
    return { label: word, insert, kind: 'function', ...(detail === '' ? {} : { detail }) };
  });
}

/** Names of attributes with their scopes, as the source tells them. */
export function fieldItems(names: readonly string[]): QueryCompletionItem[] {
  return names.flatMap((name) => {
    const [scope, key] = splitName(name);
    return scope === undefined
      ? []
      : [{ label: name, insert: `${scope}.${attributeText(key)}`, kind: 'attribute' as const }];
  });
}

/** Names of one scope without it; `any`: of all. */
export function attributeItems(names: readonly string[], wanted: string): QueryCompletionItem[] {
  const seen = new Set<string>();
  return names.flatMap((name): QueryCompletionItem[] => {
    const [scope, key] = splitName(name);
    if (scope === undefined || (wanted !== 'any' && scope !== wanted) || seen.has(key)) return [];
    seen.add(key);
    return [
      { label: key, insert: attributeText(key), kind: 'attribute', ...(wanted === 'any' ? { detail: scope } : {}) },
    ];
  });
}

/** @param quoted the quotes are there already. */
export function valueItems(values: readonly KnownValue[], quoted: boolean): QueryCompletionItem[] {
  return values.flatMap(({ text, type }): QueryCompletionItem[] => {
    const asText: QueryCompletionItem = { label: text, insert: quoted ? text : stringText(text), kind: 'value' };
    if (quoted || type === 'text' || !LITERAL.test(text)) return quoted && /["\\\n]/.test(text) ? [] : [asText];
    const asLiteral: QueryCompletionItem = { label: text, insert: text, kind: 'value' };
    // A source that tells only texts leaves open which of the two it has.
    return type === 'literal' ? [asLiteral] : [asLiteral, { ...asText, label: `"${text}"`, detail: 'text' }];
  });
}

/** Scope and name of what a source calls `span.http.route`; no scope for a built-in field. */
function splitName(name: string): readonly [scope: string | undefined, key: string] {
  const dot = name.indexOf('.');
  const scope = name.slice(0, Math.max(0, dot));
  return DOT_SCOPES.some((known) => known === scope) ? [scope, name.slice(dot + 1)] : [undefined, name];
}
