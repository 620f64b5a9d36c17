import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeError, SpanlightError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { SHARED_FILE } from '../../source/choices/applyChoices';
import { NO_SHARED_FILE, readSharedFile, type SharedFile } from '../../source/choices/sharedFile';

/** What is larger was not written by Spanlight, nor by hand. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Where a folder's checked-in file lies. */
export function sharedFileOf(folder: string): string {
  return path.join(folder, ...SHARED_FILE.split('/'));
}

/** The checked-in file of a folder; what of it cannot be used is told, once per reading. */
export function loadSharedFile(folder: string, logger: Logger): SharedFile {
  const file = sharedFileOf(folder);
  const text = sharedText(file);
  if (text === undefined) return NO_SHARED_FILE;
  if (text.length > MAX_BYTES) {
    logger.warn(`${file} is not read: it is larger than 4 MB.`);
    return NO_SHARED_FILE;
  }
  const read = readSharedFile(text, folder);
  for (const problem of read.problems) logger.warn(`${file}: ${problem}`);
  return read;
}

/** The file's text; undefined where there is none. */
export function sharedText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Most workspaces have none.
    return undefined;
  }
}

/** Writes the file, in the folder `.vscode` that may not be there yet. Throws {@link SpanlightError}. */
export function writeSharedFile(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new SpanlightError(`The file cannot be written: ${describeError(error)}.`, file, undefined, { cause: error });
  }
}
