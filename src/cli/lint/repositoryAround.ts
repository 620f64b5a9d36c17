import { existsSync } from 'node:fs';
import path from 'node:path';

/** The top of the repository that a folder lies in; undefined if it lies in none. */
export function repositoryAround(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git'))) return at;
    if (at === path.dirname(at)) return undefined;
  }
}
