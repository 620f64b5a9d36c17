import type { FileBuilder } from './fileBuilder';
import type { PlainNode } from '../plainTree';

/** Reads `import a.b as c`, `from .a import b as c` and `from a import *`; relative modules keep their dots. */
export function addImports(node: PlainNode, file: FileBuilder): void {
  const at = {
    start: node.start,
    end: node.end,
    ...(file.scope.id === 0 ? {} : { function: file.scope.id }),
  };
  if (node.type === 'import_statement') {
    for (const part of node.kids) {
      const { written, local } = nameAndAlias(part, file);
      // `import a.b` brings `a` into reach, and `a.b` is then written out.
      const name = local ?? written;
      const root = name.split('.')[0]!;
      const from = local === undefined ? root : written;
      file.imports.push({ from, names: { [root]: '*' }, ...at });
      if (from !== written) file.imports.push({ from: written, names: {}, ...at });
    }
    return;
  }
  const [module, ...parts] = node.kids;
  const future = node.type === 'future_import_statement';
  const from = future ? '__future__' : module === undefined ? '' : file.of(module).replace(/\s+/g, '');
  const names: Record<string, string> = {};
  let all = false;
  for (const part of future ? node.kids : parts) {
    if (part.type === 'wildcard_import') {
      all = true;
      continue;
    }
    const { written, local } = nameAndAlias(part, file);
    names[local ?? written] = written;
  }
  file.imports.push({ from, names, ...(all ? { all } : {}), ...at });
}

function nameAndAlias(part: PlainNode, file: FileBuilder): { written: string; local?: string } {
  if (part.type !== 'aliased_import') return { written: file.of(part).replace(/\s+/g, '') };
  const [name, alias] = part.kids;
  const written = name === undefined ? '' : file.of(name).replace(/\s+/g, '');
  return alias === undefined ? { written } : { written, local: file.of(alias) };
}
