import type { Fix, FixEdit } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression, ObjectLiteral } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';
import { entryOf } from '../values';
import { inOrder } from './addInstrumentation';
import { editAt, importEdits, indentAt, insertAt, lineBreak } from './codeStyle';
import { isHidden, wrapBlock } from './wrapBlock';

/** What the headers are called that the context is put into or read from. */
const CARRIER = 'carrier';

/** Injects the context once before `producer.send`, and gives it to each of its messages as headers. */
export function injectIntoMessages(source: SourceCode, fn: CodeFunction, call: Call): Fix[] {
  const [options] = call.args;
  const messages = options?.value.kind === 'object' ? messagesOf(source, options.value) : [];
  const statement = [...statementsIn(fn.body)].findLast(({ start, end }) => start <= call.start && call.end <= end);
  if (messages.length === 0 || statement === undefined || isTaken(source, fn)) return [];
  const indent = indentAt(source, statement.start);
  const isAlone = source.code.text.slice(0, statement.start).endsWith(`\n${indent}`);
  if (!isAlone) return [];
  const type = isTyped(source) ? ': Record<string, string>' : '';
  const newline = lineBreak(source) + indent;
  const before = `const ${CARRIER}${type} = {};${newline}propagation.inject(context.active(), ${CARRIER});${newline}`;
  const edits = [
    insertAt(source, statement.start, before),
    ...messages.map((message) => withHeaders(source, message)),
    ...importEdits(source, '@opentelemetry/api', ['context', 'propagation']),
  ];
  return [{ title: 'Inject the trace context into the headers', edits: inOrder(edits) }];
}

/** Injects the context before `producer.produce` of node-rdkafka, whose seventh argument is a list of single headers. */
export function injectIntoProduce(source: SourceCode, fn: CodeFunction, call: Call): Fix[] {
  const { args } = call;
  const last = args.at(-1);
  const statement = [...statementsIn(fn.body)].findLast(({ start, end }) => start <= call.start && call.end <= end);
  if (last === undefined || args.length > 6 || args.some(({ spread }) => spread === true)) return [];
  if (statement === undefined || isTaken(source, fn)) return [];
  const indent = indentAt(source, statement.start);
  if (!source.code.text.slice(0, statement.start).endsWith(`\n${indent}`)) return [];
  const type = isTyped(source) ? ': Record<string, string>' : '';
  const newline = lineBreak(source) + indent;
  const before = `const ${CARRIER}${type} = {};${newline}propagation.inject(context.active(), ${CARRIER});${newline}`;
  const headers = `Object.entries(${CARRIER}).map(([name, value]) => ({ [name]: value }))`;
  const edits = [
    insertAt(source, statement.start, before),
    insertAt(source, last.value.end, `${', undefined'.repeat(6 - args.length)}, ${headers}`),
    ...importEdits(source, '@opentelemetry/api', ['context', 'propagation']),
  ];
  return [{ title: 'Inject the trace context into the headers', edits: inOrder(edits) }];
}

/** Works on each message in the context of its headers, whose values kafkajs gives as bytes. */
export function extractFromMessage(source: SourceCode, handler: CodeFunction): Fix[] {
  const message = messageName(handler);
  const [first] = handler.body;
  const { text } = source.code;
  if (message === undefined || first === undefined || isTaken(source, handler)) return [];
  const open = text.lastIndexOf('{', first.start) + 1;
  const close = handler.end - 1;
  const isBlock = text[close] === '}' && text.slice(open, first.start).trim() === '' && open > handler.start;
  // Lines of a text in backticks must not move.
  if (!isBlock || !handler.modifiers.includes('async') || text.slice(open, close).includes('`')) return [];
  const headers = `Object.entries(${message}.headers ?? {})`;
  const carrier = `const ${CARRIER} = Object.fromEntries(${headers}.map(([key, value]) => [key, String(value)]));`;
  const run = `await context.with(propagation.extract(ROOT_CONTEXT, ${CARRIER}), async () => {`;
  const edits = [
    ...wrapBlock(source, { start: open, end: close }, [carrier], run),
    ...importEdits(source, '@opentelemetry/api', ['context', 'propagation', 'ROOT_CONTEXT']),
  ];
  return [{ title: 'Work on the message in its trace', edits: inOrder(edits) }];
}

function isTaken(source: SourceCode, fn: CodeFunction): boolean {
  if (new RegExp(`\\b${CARRIER}\\b`).test(source.textOf(fn))) return true;
  return ['context', 'propagation', 'ROOT_CONTEXT'].some((name) => isHidden(source, fn, name));
}

function isTyped({ path }: SourceCode): boolean {
  return /\.[cm]?tsx?$/.test(path);
}

/** The messages that are written out: in a list, or what `map` makes of something. */
function messagesOf(source: SourceCode, options: ObjectLiteral): ObjectLiteral[] {
  const given = entryOf(options, 'messages')?.value;
  if (given?.kind === 'list') {
    const items = given.items.map(({ value }) => value);
    return items.every((item) => item.kind === 'object') ? items : [];
  }
  const made = given?.kind === 'call' && given.callee.kind === 'member' && given.callee.name === 'map';
  const maker = made ? given.args[0]?.value : undefined;
  const body = maker?.kind === 'function' ? source.code.functions[maker.function]!.body : [];
  const [returned] = body;
  const value: Expression | undefined =
    body.length === 1 && returned?.kind === 'return' ? returned.values[0] : undefined;
  return value?.kind === 'object' ? [value] : [];
}

function withHeaders(source: SourceCode, message: ObjectLiteral): FixEdit {
  const headers = entryOf(message, 'headers');
  if (headers?.value.kind === 'object') return insertAt(source, headers.value.insideAt.start, ` ...${CARRIER},`);
  if (headers !== undefined)
    return editAt(source, headers, `headers: { ...${source.textOf(headers.value)}, ...${CARRIER} }`);
  const last = message.entries.at(-1);
  if (last === undefined) return insertAt(source, message.insideAt.start, ` headers: ${CARRIER} `);
  const isMultiline = source.textOf(message).includes('\n');
  const separator = isMultiline ? `,${lineBreak(source)}${indentAt(source, last.start)}` : ', ';
  return insertAt(source, last.end, `${separator}headers: ${CARRIER}`);
}

/** `message` of `({ message })`, or of `(payload)` as `payload.message`. */
function messageName({ parameters }: CodeFunction): string | undefined {
  const [first, ...more] = parameters;
  if (first === undefined || more.length > 0) return undefined;
  if (first.name !== '') return `${first.name}.message`;
  return Object.entries(first.bound ?? {}).find(([, property]) => property === 'message')?.[0];
}
