import path from 'node:path';
import { toLine1 } from '../../base/positions';
import type { SourceCode } from '../code/sourceCode';
import type { Evidence } from '../evidence';
import type { DotnetProcess } from './dotnetProcess';
import { isUnder } from '../project/projectFiles';

/** `Program.cs:12 WithTracing`, the path as seen from the workspace folder. */
export function describePlace(at: Evidence, from: SourceCode): string {
  const file = path.relative(from.file.folder, at.file).split(path.sep).join('/');
  return `\`${file}:${toLine1(at.range.startLine)}\` ${at.text}`;
}

/** What shows that a process is traced, what it says itself first. */
export function tracingOf({ code, setup }: DotnetProcess): readonly Evidence[] {
  const { root } = code.code.unit;
  const own = setup.tracing.filter(({ file }) => isUnder(root, file));
  return [...own, ...setup.tracing.filter((one) => !own.includes(one))];
}
