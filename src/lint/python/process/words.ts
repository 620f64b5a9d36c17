import { toLine1 } from '../../../base/positions';
import type { SourceCode } from '../../code/sourceCode';
import type { Evidence } from '../../evidence';
import { seenFrom } from '../../seenFrom';

/** `app/tracing.py:12`, as seen from the workspace folder of the file that is spoken of. */
export function describePlace({ file, range }: Pick<Evidence, 'file' | 'range'>, from: SourceCode): string {
  return `\`${seenFrom(from.file.folder, file)}:${toLine1(range.startLine)}\``;
}

/** What shows a finding, as far as there is room: with the place that its message names, which comes first where it lacks. */
export function withNamed(named: Evidence, shown: readonly Evidence[], most: number): readonly Evidence[] {
  const told = shown.slice(0, most);
  const isTold = told.some(({ file, range }) => file === named.file && range.startLine === named.range.startLine);
  return isTold ? told : [named, ...told.slice(0, most - 1)];
}
