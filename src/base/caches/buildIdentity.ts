import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Tells builds of Spanlight apart that may read other things out of the same text: by the program, whose parts are named
 * after what they hold, and the queries that lie beside it.
 *
 * @param program the script that was started.
 * @param queries the folder of the `.scm` files.
 */
export function buildIdentity(program: string, queries: string): string {
  const hash = createHash('sha1').update(readFileSync(program));
  for (const name of readdirSync(queries).sort()) hash.update(name).update(readFileSync(path.join(queries, name)));
  return hash.digest('hex');
}

/** The same without reading anything: by what lies in the folders of a build, and when it came there. */
export function buildStamps(folders: readonly string[]): string {
  return folders
    .flatMap((folder) =>
      readdirSync(folder).map((name) => {
        const { size, mtimeMs } = statSync(path.join(folder, name));
        return `${name} ${size} ${mtimeMs}`;
      }),
    )
    .join('\n');
}
