import type { Fix, FixEdit } from '../../../model/finding';
import type { Entry, ObjectLiteral } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import type { Switch } from '../process/instrumentationList';
import { editAt } from './codeStyle';

/** Takes away what switches an instrumentation off: the list has it, and a second one beside it would write headers twice. */
export function removeSwitch({ package: name, ...at }: Switch): Fix {
  return { title: `Switch ${name} on`, edits: [withoutEntry(at.source, at.object, at.entry)] };
}

/** An entry out of an object: with its lines where it has them to itself, else with the comma to its neighbour. */
function withoutEntry(source: SourceCode, object: ObjectLiteral, entry: Entry): FixEdit {
  const { text } = source.code;
  const lineStart = text.lastIndexOf('\n', entry.start - 1) + 1;
  const rest = /^\s*,?[ \t]*(?:\/\/[^\n]*)?(?:\r?\n|$)/.exec(text.slice(entry.end))?.[0];
  const isAlone = /^[ \t]*$/.test(text.slice(lineStart, entry.start));
  if (rest !== undefined && isAlone) return editAt(source, { start: lineStart, end: entry.end + rest.length }, '');
  const index = object.entries.indexOf(entry);
  const next = object.entries[index + 1];
  if (next !== undefined) return editAt(source, { start: entry.start, end: next.start }, '');
  const previous = object.entries[index - 1];
  // The only one leaves the braces empty.
  return editAt(source, previous === undefined ? object.insideAt : { start: previous.end, end: entry.end }, '');
}
