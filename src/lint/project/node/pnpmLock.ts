import { mapping, parseYaml, scalar } from '../../../base/yamlValues';
import type { ReadFile } from '../projectFiles';
import type { NodeLock } from './nodeLock';

const SECTIONS = ['dependencies', 'optionalDependencies', 'devDependencies'] as const;

/**
 * `pnpm-lock.yaml` of the versions 5 to 9. What each package of the workspace uses stands in `importers` (or, of a single
 * package, at the top) before `packages`, so that only this beginning is parsed: the rest can be 10 MB.
 */
export function readPnpmLock(file: ReadFile): NodeLock | string {
  const cut = file.text.search(/^(packages|snapshots):/m);
  const head = cut < 0 ? file.text : file.text.slice(0, cut);
  const root = mapping(parseYaml(head)[0]);
  if (root?.['lockfileVersion'] === undefined) return 'no pnpm-lock.yaml that can be read';
  const importers = mapping(root['importers']) ?? { '.': root };
  return {
    manager: 'pnpm',
    file,
    version: (importer, name) => {
      const entry = mapping(importers[importer === '' ? '.' : importer]);
      for (const section of SECTIONS) {
        const found = mapping(entry?.[section])?.[name];
        if (found !== undefined) return versionOf(scalar(found) ?? scalar(mapping(found)?.['version']));
      }
      return undefined;
    },
    *packages() {
      // Keys of `packages`: `/name/1.2.3` (5), `/name@1.2.3(peer@1)` (6), `name@1.2.3` (9); some are in quotes.
      const keys = /^ {2}['"]?\/?((?:@[\w.-]+\/)?[\w.-]+)[@/](\d[\w.+-]*)[^\n]*:\s*$/gm;
      keys.lastIndex = Math.max(0, cut);
      for (const match of file.text.matchAll(keys)) yield [match[1]!, match[2]!.replace(/_.*$/, ''), () => match.index];
    },
  };
}

/** `1.2.3(peer@2)`, `1.2.3_peer@2`, `/@scope/name@1.2.3`, `npm-name@1.2.3`; undefined for `link:` and addresses. */
function versionOf(text: string | undefined): string | undefined {
  return text === undefined
    ? undefined
    : /^(?:\/?(?:@[\w.-]+\/)?[\w.-]+[@/])?(\d+\.\d+[\w.+-]*?)(?:[(_]|$)/.exec(text)?.[1];
}
