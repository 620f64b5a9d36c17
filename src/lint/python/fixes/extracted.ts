import type { Fix, FixEdit } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call } from '../../../syntax/code/expression';
import type { Statement } from '../../../syntax/code/statement';
import type { SourceCode } from '../../code/sourceCode';
import { callsIn, expressionsIn } from '../../code/walk';
import { argumentOf, type Site } from '../names/pythonCode';
import { blockOf, statementOf } from '../names/statements';
import { freeName, imported, indentAt, inserted, replaced, withArgument } from './edits';

/** A context that is extracted and dropped, by the statement that does it. */
interface Extracted {
  readonly site: Site;
  readonly statement: Statement;
  /** What follows in the statement's block: it runs only where the statement did. */
  readonly following: readonly Statement[];
  /** The variable that nobody reads; undefined where there is none. */
  readonly variable: string | undefined;
}

/**
 * Gives a context that is extracted to the span that is started next; where none is, attaches it for the rest of the block.
 */
export function continueExtracted(site: Site): Fix[] {
  const { source, function: fn, call } = site;
  const statement = statementOf(fn, call.start);
  const block = statement && blockOf(fn, statement);
  if (statement === undefined || block === undefined || !startsLine(source, statement)) return [];
  const target = statement.kind === 'assign' ? statement.targets[0] : undefined;
  const variable = target?.kind === 'name' ? target.name : undefined;
  const following = block.slice(block.indexOf(statement) + 1);
  const extracted: Extracted = { site, statement, following, variable };
  const span = [...callsIn(following)].find(isSpanOfTracer);
  if (span === undefined) return attachForRest(extracted);
  if (argumentOf(span, 'context', 1) !== undefined || span.args.some(({ spread }) => spread)) return [];
  const name = variable ?? freeName(source, fn, 'parent_context');
  const kept = variable === undefined ? [inserted(source, statement.start, `${name} = `)] : [];
  const edits = [...kept, withArgument(source, span, `context=${name}`)];
  return [{ title: 'Start the span in the extracted context', edits }];
}

/** Methods of OpenTelemetry's tracers, which take a `context`; those of other SDKs do not. */
function isSpanOfTracer({ callee }: Call): boolean {
  return callee.kind === 'member' && /^start_(as_current_)?span$/.test(callee.name);
}

/** What may not mean the same one step deeper: texts of several lines, and lines that go on. */
const KEEPS_ITS_INDENT = /"""|'''|\\\r?\n/;

/**
 * Attached contexts stay with the thread until they are detached: without that, the next message that it takes would go on
 * with this one's trace.
 */
function attachForRest({ site, statement, following, variable }: Extracted): Fix[] {
  const { source, function: fn, call } = site;
  const last = following.at(-1);
  if (last === undefined || fn.id === 0 || isGenerator(fn)) return [];
  const { text } = source.code;
  const from = endOfLine(text, statement.end);
  const end = endOfLine(text, last.end);
  const rest = text.slice(from, end).replace(/^\r?\n/, '');
  const indent = indentAt(source, statement.start);
  if (!following.every((one) => startsLine(source, one)) || !isDeepAs(rest, indent)) return [];
  const { attach, detach, edits } = attachNames(source);
  const step = indentAt(source, fn.body[0]!.start).slice(indentAt(source, fn.start).length);
  const token = freeName(source, fn, 'token');
  const kept = variable === undefined ? [] : [text.slice(statement.start, from)];
  const written = [
    ...kept,
    `${token} = ${attach}(${variable ?? source.textOf(call)})${variable === undefined ? text.slice(statement.end, from) : ''}`,
    'try:',
  ];
  const deeper = rest.replace(/^(?=[ \t]*\S)/gm, step);
  const after = ['finally:', `${step}${detach}(${token})`];
  const newText = `${written.join(`\n${indent}`)}\n${deeper}\n${after.map((line) => indent + line).join('\n')}`;
  const whole = replaced(source, { start: statement.start, end }, newText);
  return [{ title: 'Attach the extracted context', edits: [...edits, whole] }];
}

/** Whether lines can all be put one step deeper. */
function isDeepAs(lines: string, indent: string): boolean {
  return (
    !KEEPS_ITS_INDENT.test(lines) && lines.split('\n').every((line) => line.trim() === '' || line.startsWith(indent))
  );
}

function endOfLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at;
}

function attachNames(source: SourceCode): { attach: string; detach: string; edits: readonly FixEdit[] } {
  const attach = imported(source, 'opentelemetry.context', 'attach');
  const detach = imported(source, 'opentelemetry.context', 'detach');
  return { attach: attach.local, detach: detach.local, edits: [...attach.edits, ...detach.edits] };
}

/** A generator is resumed from elsewhere, where a token of before is none. */
function isGenerator(fn: CodeFunction): boolean {
  if (fn.modifiers.includes('generator')) return true;
  return [...expressionsIn(fn.body)].some((one) => one.kind === 'unary' && /^yield/.test(one.operator));
}

/** Whether a statement is the first on its line. */
function startsLine(source: SourceCode, { start }: Statement): boolean {
  const { text } = source.code;
  return text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() === '';
}
