import type { FixEdit } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Piece } from '../../../syntax/code/piece';
import { bindingOf } from '../../code/bindings';
import type { SourceCode } from '../../code/sourceCode';
import { editAt, indentAt, insertAt, lineBreak } from './codeStyle';

/** Whether a name of OpenTelemetry's API means something else in a function. */
export function isHidden(source: SourceCode, fn: CodeFunction, name: string): boolean {
  const binding = bindingOf(source, fn, name);
  return binding !== undefined && !(binding.kind === 'import' && binding.from === '@opentelemetry/api');
}

/**
 * Puts what stands between braces into a call, one step deeper than it was.
 *
 * @param inside between the braces, both excluded.
 * @param before lines that come before the call.
 * @param run the call up to the brace that the block begins with: `await context.with(parent, async () => {`.
 */
export function wrapBlock(source: SourceCode, inside: Piece, before: readonly string[], run: string): FixEdit[] {
  const inner = source.textOf(inside);
  const end = lineBreak(source);
  const outer = indentAt(source, inside.start);
  if (!inner.includes('\n')) {
    const first = before.map((line) => ` ${line}`).join('');
    return [insertAt(source, inside.start, `${first} ${run}`), insertAt(source, inside.end, '}); ')];
  }
  const step = stepOf(inner, outer);
  const indent = outer + step;
  const deeper = inner.replace(/\n(?=[ \t]*[^\s])/g, `\n${step}`).trimEnd();
  const lines = [...before, run].map((line) => end + indent + line).join('');
  return [editAt(source, inside, `${lines}${deeper}${end}${indent}});${end}${outer}`)];
}

/** By how much a block's lines are deeper than the line it begins on. */
function stepOf(inner: string, outer: string): string {
  const first = /\n([ \t]+)\S/.exec(inner)?.[1] ?? `${outer}  `;
  return first.startsWith(outer) && first.length > outer.length ? first.slice(outer.length) : '  ';
}
