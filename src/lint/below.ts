import path from 'node:path';

/** Whether a file lies in a folder or below it: `apps/api-gateway` is not in `apps/api`. Both absolute. */
export function isBelow(folder: string, file: string): boolean {
  return file.startsWith(folder) && (file[folder.length] === path.sep || folder.endsWith(path.sep));
}

/** A file as seen from a folder that it is below of, with `/`; as it is elsewhere. */
export function seenFrom(folder: string, file: string): string {
  return isBelow(folder, file) ? path.relative(folder, file).replaceAll('\\', '/') : file;
}
