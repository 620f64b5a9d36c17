import type { Fix, FixEdit } from '../../../model/finding';
import type { Loop, Statement } from '../../../syntax/code/statement';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn } from '../../code/walk';
import { usesOf, type Drain, type HeldList } from '../rules/heldLists';
import { inOrder } from './addInstrumentation';
import { editAt, importEdits, insertAt } from './codeStyle';
import { isHidden, wrapBlock } from './wrapBlock';

/**
 * Keeps the context with each item of a list and works the item off within it. Only where the file shows all that is done
 * with the list: things are put in, and one loop goes through them.
 */
export function carryContext(source: SourceCode, list: HeldList, drain: Drain): Fix[] {
  const { loop } = drain;
  const { code } = source;
  const isTyped = /\.[cm]?tsx?$/.test(source.path);
  const [target, ...more] = loop?.targets ?? [];
  if (loop === undefined || target === undefined || more.length > 0 || isExported(source, list)) return [];
  if (usesOf(source, list) !== list.puts.length + drain.mentions || list.puts.some(({ call }) => call.args[0]!.spread))
    return [];
  // A name of the file's own would hide the API's.
  const places = [...list.puts.map(({ function: fn }) => fn), drain.function];
  if (places.some((fn) => isHidden(source, fn, 'context')) || code.text.includes(HELD)) return [];
  const worked = workedOff(source, loop);
  const declared = retyped(source, list, isTyped);
  if (worked === undefined || declared === undefined) return [];
  const item = nameFor(code.text, 'item');
  const edits: FixEdit[] = [
    ...declared(item),
    ...list.puts.flatMap(({ call }) => {
      const { value } = call.args[0]!;
      const isShort = source.textOf(value) === item;
      return [
        insertAt(source, value.start, isShort ? '{ ' : `{ ${item}: `),
        insertAt(source, value.end, ', context: context.active() }'),
      ];
    }),
    editAt(
      source,
      target,
      `{ ${item}${source.textOf(target) === item ? '' : `: ${source.textOf(target)}`}, context: ${HELD} }`,
    ),
    ...worked,
    ...importEdits(
      source,
      '@opentelemetry/api',
      isTyped && list.declared.type ? ['context', 'type Context'] : ['context'],
    ),
  ];
  return [{ title: 'Keep the context with what waits', edits: inOrder(edits) }];
}

/** What the context of an item is called in the loop. */
const HELD = 'itsContext';

function isExported({ code }: SourceCode, { name }: HeldList): boolean {
  return Object.hasOwn(code.exports, name);
}

function nameFor(text: string, wanted: string): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted}${i}`;
    if (!new RegExp(`\\b${name}\\b`).test(text)) return name;
  }
}

/** The declared type with the context beside the item; undefined where its form is another than `T[]` or `Array<T>`. */
function retyped(
  source: SourceCode,
  { declared }: HeldList,
  isTyped: boolean,
): ((item: string) => FixEdit[]) | undefined {
  const { type } = declared;
  if (type === undefined) return isTyped ? undefined : () => [];
  const written = type.replace(/^\s*:\s*/, '').trim();
  const inner =
    /^Array<([^]+)>$/.exec(written)?.[1] ?? /^\(([^]+)\)\[\]$/.exec(written)?.[1] ?? /^([^]+)\[\]$/.exec(written)?.[1];
  const start = source.code.text.indexOf(written, declared.start);
  if (inner === undefined || start < 0 || start > declared.end) return undefined;
  return (item) => [
    editAt(source, { start, end: start + written.length }, `{ ${item}: ${inner}; context: Context }[]`),
  ];
}

/** The loop's body within the item's context; undefined where it leaves the loop, which a function cannot. */
function workedOff(source: SourceCode, { body, targets, over }: Loop): FixEdit[] | undefined {
  const [first] = body;
  const last = body.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const { text } = source.code;
  if (/\b(return|break|continue|yield)\b/.test(text.slice(first.start, last.end))) return undefined;
  const isAsync = [...expressionsIn(body)].some(
    (one) => (one.kind === 'call' && one.awaited === true) || (one.kind === 'unary' && one.operator === 'await'),
  );
  const [target] = targets;
  const between = text.slice(over?.end ?? target!.end, first.start);
  const isBlock = between.includes('{') || text.slice(first.start, first.start + 1) === '{';
  if (!isBlock) return ofStatement(source, first);
  const inside = first.kind === 'block' ? { start: first.start + 1, end: first.end - 1 } : undefined;
  const open = inside?.start ?? text.indexOf('{', over?.end ?? target!.end) + 1;
  const close = inside?.end ?? text.indexOf('}', last.end);
  if (open === 0 || close < 0 || text.slice(open, close).includes('`')) return undefined;
  const run = isAsync ? `await context.with(${HELD}, async () => {` : `context.with(${HELD}, () => {`;
  return wrapBlock(source, { start: open, end: close }, [], run);
}

function ofStatement(source: SourceCode, statement: Statement): FixEdit[] | undefined {
  if (statement.kind !== 'expression') return undefined;
  const { value } = statement;
  const written = source.textOf(value);
  const run = `context.with(${HELD}, () => `;
  if (/^await\s/.test(written)) {
    const inner = { start: value.start + /^await\s+/.exec(written)![0].length, end: value.end };
    return /\bawait\b/.test(source.textOf(inner)) ? undefined : wrapped(source, inner, run);
  }
  return /\bawait\b/.test(written) ? undefined : wrapped(source, value, run);
}

function wrapped(source: SourceCode, { start, end }: { start: number; end: number }, run: string): FixEdit[] {
  return [insertAt(source, start, run), insertAt(source, end, ')')];
}
