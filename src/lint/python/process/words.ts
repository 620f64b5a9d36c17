import { toLine1 } from '../../../base/positions';
import type { SourceCode } from '../../code/sourceCode';
import type { Evidence } from '../../evidence';
import { seenFrom } from '../../seenFrom';

/** `app/tracing.py:12`, as seen from the workspace folder of the file that is spoken of. */
export function describePlace({ file, range }: Pick<Evidence, 'file' | 'range'>, from: SourceCode): string {
  return `\`${seenFrom(from.file.folder, file)}:${toLine1(range.startLine)}\``;
}
