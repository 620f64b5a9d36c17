import path from 'node:path';
import { toLine1 } from '../../../base/positions';
import type { Evidence } from '../../evidence';

/** `app/tracing.py:12`, with the two last parts of the path. */
export function describePlace({ file, range }: Pick<Evidence, 'file' | 'range'>): string {
  const name = file.split(path.sep).slice(-2).join('/');
  return `\`${name}:${toLine1(range.startLine)}\``;
}
