import type { ReadFile } from '../projectFiles';
import type { NodeLock } from './nodeLock';

interface Locked {
  readonly name: string;
  readonly version: string;
  readonly offset: number;
}

/**
 * `yarn.lock`, classic (`name@range, name@other:` and `  version "1.2.3"`) and since version 2 (YAML with
 * `"name@npm:range, name@npm:other":` and `  version: 1.2.3`): both are an entry a paragraph, so that lines suffice.
 */
export function readYarnLock(file: ReadFile): NodeLock | string {
  const byDescriptor = new Map<string, Locked>();
  const all: Locked[] = [];
  let open: { descriptors: string[]; offset: number } | undefined;
  let offset = 0;
  for (const row of file.text.split('\n')) {
    if (/^\S/.test(row) && !row.startsWith('#')) open = { descriptors: descriptorsOf(row), offset };
    const version = open && /^ {2}version:? "?(\d[^"\s]*)"?\s*$/.exec(row)?.[1];
    if (open && version !== undefined) {
      const name = nameOf(open.descriptors[0] ?? '');
      const locked = { name, version, offset: open.offset };
      all.push(locked);
      for (const descriptor of open.descriptors) byDescriptor.set(descriptor, locked);
      open = undefined;
    }
    offset += row.length + 1;
  }
  if (all.length === 0 && file.text.trim() !== '' && !/yarn lockfile|__metadata/.test(file.text)) return 'no yarn.lock';
  return {
    manager: 'yarn',
    file,
    version: (_importer, name, range) =>
      (byDescriptor.get(`${name}@${range}`) ?? byDescriptor.get(`${name}@npm:${range}`))?.version,
    *packages() {
      for (const one of all) if (!one.version.startsWith('0.0.0-use')) yield [one.name, one.version, () => one.offset];
    },
  };
}

function descriptorsOf(row: string): string[] {
  return row
    .trim()
    .replace(/:$/, '')
    .split(',')
    .map((part) => part.trim().replace(/^"|"$/g, '').trim());
}

function nameOf(descriptor: string): string {
  return descriptor.slice(0, Math.max(0, descriptor.indexOf('@', 1)));
}
