import path from 'node:path';
import type { LintFile } from '../../lintFiles';

/**
 * The source of a file that a command names: itself, or what `dist/tracing.js` is built from.
 *
 * @param folders what the path may be relative to, absolute.
 */
export function sourceOfBuilt(
  named: string,
  folders: readonly string[],
  files: readonly LintFile[],
): LintFile | undefined {
  const wanted = folders.map((folder) => path.join(folder, stemOfNamed(named)));
  const exact = files.find((file) => wanted.includes(stemOf(file.path)));
  if (exact) return exact;
  const sources = wanted.map((one) =>
    one.replace(/([\\/])(dist|build|lib|out|\.output)[\\/](src[\\/])?/, '$1src$1').replace(/\\/g, path.sep),
  );
  return files.find((file) => sources.includes(stemOf(file.path)));
}

/** A path of a command below the folder it is relative to, without its ending. */
export function stemOfNamed(named: string): string {
  return stemOf(named.replace(/^file:(\/\/)?/, '').replace(/^(\.?\/)+/, ''));
}

/** A path without the ending of sources for Node. */
export function stemOf(file: string): string {
  return file.replace(/\.[cm]?[jt]sx?$/, '');
}
