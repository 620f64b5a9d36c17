import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isWatched } from '../../protocol/watchedFiles';
import { isSkippedFolder } from '../../source/workspace/ignoreRules';

/** A folder that came is gone through to so many files; more come by a checkout that the workspace is opened anew for. */
const MOST_FILES = 20_000;

/**
 * The files that an event on disk is about: the file itself, or what is in a folder that came, which nobody tells of one
 * by one. Empty where nothing of it is read.
 *
 * @param changed absolute; written, or come into being.
 */
export function changedPaths(changed: string): string[] {
  const info = lstatSync(changed, { throwIfNoEntry: false });
  if (info === undefined || !info.isDirectory()) return isWatched(changed) ? [changed] : [];
  const files: string[] = [];
  const folders = isSkippedFolder(path.basename(changed), namesIn(path.dirname(changed))) ? [] : [changed];
  for (let folder = folders.pop(); folder !== undefined && files.length < MOST_FILES; folder = folders.pop()) {
    const names = namesIn(folder);
    for (const name of names) {
      const full = path.join(folder, name);
      const entry = lstatSync(full, { throwIfNoEntry: false });
      if (entry?.isDirectory() === true) {
        if (!isSkippedFolder(name, names)) folders.push(full);
      } else if (entry?.isFile() === true && isWatched(full)) files.push(full);
    }
  }
  return files;
}

/** None where it cannot be read: it may be gone again. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
