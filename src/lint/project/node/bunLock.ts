import { parse } from 'jsonc-parser';
import { mapping, sequence } from '../../../base/texts/yamlValues';
import type { ReadFile } from '../projectFiles';
import type { NodeLock } from './nodeLock';

/** `bun.lock`: JSON with trailing commas; `packages` has `name` or `package/name` → `["name@1.2.3", …]`. */
export function readBunLock(file: ReadFile): NodeLock | string {
  let root: Record<string, unknown> | undefined;
  try {
    root = mapping(parse(file.text, [], { allowTrailingComma: true }));
  } catch {
    return 'no JSON: nested too deeply';
  }
  const workspaces = mapping(root?.['workspaces']);
  const packages = mapping(root?.['packages']);
  if (workspaces === undefined || packages === undefined) return 'no packages in it';
  const locked = (key: string): string | undefined => {
    const [resolved] = sequence(Object.hasOwn(packages, key) ? packages[key] : undefined);
    return typeof resolved === 'string' ? /@(\d[^@]*)$/.exec(resolved)?.[1] : undefined;
  };
  return {
    manager: 'bun',
    file,
    version: (importer, name) => {
      const entry = mapping(Object.hasOwn(workspaces, importer) ? workspaces[importer] : undefined);
      if (entry === undefined) return undefined;
      const own = typeof entry['name'] === 'string' ? locked(`${entry['name']}/${name}`) : undefined;
      return own ?? locked(name);
    },
    *packages() {
      for (const key of Object.keys(packages)) {
        const name = /(?:^|\/)((?:@[^/]+\/)?[^/]+)$/.exec(key)?.[1];
        const version = locked(key);
        if (name !== undefined && version !== undefined)
          yield [name, version, () => Math.max(0, file.text.indexOf(`"${key}"`))];
      }
    },
  };
}
