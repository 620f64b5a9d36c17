import path from 'node:path';
import type { ProjectFiles } from '../projectFiles';

const MANIFEST = /^(pyproject\.toml|setup\.(py|cfg))$/;

/**
 * The project of the workspace that an image has at an absolute path: `COPY libs/ /libs/` puts `libs/tracing` at
 * `/libs/tracing`. Undefined where several agree with the end of the path as far.
 */
export function projectPlacedAt(files: ProjectFiles, place: string): string | undefined {
  const wanted = place.split('/').filter((part) => part !== '');
  let best: readonly string[] = [];
  let length = 1;
  for (const folder of new Set(files.named(MANIFEST).map((file) => path.dirname(file.path)))) {
    const same = commonEnd(folder.split(path.sep), wanted);
    if (same > length) [best, length] = [[folder], same];
    else if (same === length && same > 0) best = [...best, folder];
  }
  return best.length === 1 ? best[0] : undefined;
}

function commonEnd(parts: readonly string[], others: readonly string[]): number {
  let same = 0;
  while (same < others.length && parts.at(-1 - same) === others.at(-1 - same)) same++;
  return same;
}
