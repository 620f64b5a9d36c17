import type { Fix } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Piece } from '../../../syntax/code/piece';
import type { Call } from '../../../syntax/code/expression';
import type { Statement } from '../../../syntax/code/statement';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';
import { inOrder } from './addInstrumentation';
import { editAt, importEdits, indentAt, insertAt, lineBreak } from './codeStyle';
import { importsLeftUnused } from './unusedImports';

/** Makes the extracted context the parent of the span that is started after it; none where no span follows. */
export function useExtracted(
  source: SourceCode,
  fn: CodeFunction,
  statement: Statement,
  extract: Call,
  name: string | undefined,
): Fix[] {
  const span = source
    .within(fn)
    .flatMap((inner) => source.callsIn(inner))
    .filter(
      ({ start, callee }) =>
        start > extract.end && callee.kind === 'member' && /^start(Active)?Span$/.test(callee.name),
    )
    .sort((a, b) => a.start - b.start)[0];
  if (span === undefined || span.callee.kind !== 'member') return [];
  const parent = name ?? 'parentContext';
  const isActive = span.callee.name === 'startActiveSpan';
  const { args } = span;
  const given = isActive ? args.length - 1 : args.length;
  if (given < 1 || given > 2) return [];
  const at = args[given - 1]!.end;
  const added = given === 1 ? `, {}, ${parent}` : `, ${parent}`;
  const declared = name === undefined ? [insertAt(source, statement.start, `const ${parent} = `)] : [];
  return [{ title: `Continue the sender's trace`, edits: inOrder([...declared, insertAt(source, at, added)]) }];
}

/** Sends requests as the children of a span; none where one of them waits for something in its own arguments. */
export function sendWithin(source: SourceCode, span: string, requests: readonly Call[]): Fix[] {
  if (requests.some((one) => /\b(await|yield)\b/.test(source.textOf(one)))) return [];
  const edits = [
    ...requests.flatMap(({ start, end }) => [
      insertAt(source, start, `context.with(trace.setSpan(context.active(), ${span}), () => `),
      insertAt(source, end, ')'),
    ]),
    ...importEdits(source, '@opentelemetry/api', ['context', 'trace']),
  ];
  const what = requests.length === 1 ? 'the request' : 'the requests';
  return [{ title: `Make \`${span}\` active for ${what}`, edits: inOrder(edits) }];
}

/** Injects the context of a span instead of the one from before it, everywhere or nowhere. */
export function injectWithin(source: SourceCode, span: string, injections: readonly Call[]): Fix[] {
  const given = injections.map(({ args }) => args[0]);
  const active = given.filter((one) => one !== undefined && source.textOf(one) === 'context.active()');
  if (active.length < given.length) return [];
  const edits = [
    ...active.map((one) => editAt(source, one!, `trace.setSpan(context.active(), ${span})`)),
    ...importEdits(source, '@opentelemetry/api', ['context', 'trace']),
  ];
  return [{ title: `Inject the context of \`${span}\``, edits: inOrder(edits) }];
}

/** Takes away headers that are set by hand: the statement that injects, or the entry of an object. */
export function withoutHandSet(source: SourceCode, fn: CodeFunction, hand: Piece): Fix[] {
  const { text } = source.code;
  for (const inner of [fn, ...source.around(fn)]) {
    for (const statement of statementsIn(inner.body)) {
      if (statement.kind !== 'expression' || statement.value.start !== hand.start) continue;
      return [leftToInstrumentation(source, wholeLines(text, statement))];
    }
  }
  const isEntry = /^['"]?traceparent['"]?\s*:/i.test(source.textOf(hand));
  if (!isEntry) return [];
  const comma = /^\s*,[ \t]*/.exec(text.slice(hand.end))?.[0].length ?? 0;
  return [leftToInstrumentation(source, { start: hand.start, end: hand.end + comma })];
}

function leftToInstrumentation(source: SourceCode, gone: Piece): Fix {
  const edits = inOrder([...importsLeftUnused(source, gone), editAt(source, gone, '')]);
  return { title: 'Leave the headers to the instrumentation', edits };
}

/** Takes away a statement whose call does nothing. */
export function withoutStatement(source: SourceCode, statement: Statement): Fix[] {
  const gone = wholeLines(source.code.text, statement);
  const edits = inOrder([...importsLeftUnused(source, gone), editAt(source, gone, '')]);
  return [{ title: 'Remove the call that does nothing', edits }];
}

function wholeLines(text: string, { start, end }: Piece): Piece {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', end);
  const isAlone = text.slice(from, start).trim() === '' && /^;?\s*$/.test(text.slice(end, to < 0 ? text.length : to));
  return isAlone ? { start: from, end: to < 0 ? text.length : to + 1 } : { start, end };
}

/** Sets a context manager before the provider is made. */
export function setContextManager(source: SourceCode, provider: Piece): Fix[] {
  const { text } = source.code;
  const line = text.lastIndexOf('\n', provider.start - 1) + 1;
  const written = `${indentAt(source, provider.start)}context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());`;
  const edits = [
    insertAt(source, line, written + lineBreak(source)),
    ...importEdits(source, '@opentelemetry/api', ['context']),
    ...importEdits(source, '@opentelemetry/context-async-hooks', ['AsyncLocalStorageContextManager']),
  ];
  return [{ title: 'Set a context manager', edits: inOrder(edits) }];
}
