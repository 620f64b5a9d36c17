import path from 'node:path';
import { toLine1 } from '../../base/positions';
import type { Finding } from '../../model/finding';

/** `server.js:4`, in marks of code or without. */
const PLACE = /(`?)([^`\s:()]+):(\d+)\1/g;

/**
 * The finding as it is told where several folders are open: places in its message begin with the name of their folder, as
 * `package.json:4` may be any of several.
 */
export function withFolderNames(finding: Finding, folders: readonly string[]): Finding {
  if (folders.length < 2) return finding;
  const places = [finding, ...finding.related, ...finding.evidence];
  const own = folderOf(finding.file, folders);
  const message = finding.message.replace(PLACE, (written, mark: string, name: string, line: string) => {
    const there = places.filter(
      ({ file, range }) =>
        toLine1(range.startLine) === Number(line) && (file === name || file.endsWith(path.sep + path.normalize(name))),
    );
    const at = there.find(({ file }) => folderOf(file, folders) === own) ?? there[0];
    const folder = at && folderOf(at.file, folders);
    if (at === undefined || folder === undefined) return written;
    const relative = path.relative(folder, at.file).split(path.sep).join('/');
    return `${mark}${path.basename(folder)}/${relative}:${line}${mark}`;
  });
  return { ...finding, message };
}

function folderOf(file: string, folders: readonly string[]): string | undefined {
  return folders.filter((folder) => file.startsWith(folder + path.sep)).sort((a, b) => b.length - a.length)[0];
}
