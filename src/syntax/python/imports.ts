import type { Captures } from '../extract/captures';
import { child, type SourceText } from '../extract/sourceText';
import type { ImportFact } from '../facts';

/** `import a.b as c` and `from .a import b as c`; relative modules keep their dots. */
export function pythonImports(captures: Captures, source: SourceText): ImportFact[] {
  return captures.of('import').flatMap(({ node }) => {
    const module = child(node, 'module_name');
    const entries = node.childrenForFieldName('name').flatMap((name) => {
      const written = child(name, 'name') ?? name;
      const alias = child(name, 'alias');
      return [{ name: source.of(written), alias: alias === undefined ? undefined : source.of(alias) }];
    });
    if (module === undefined) {
      return entries.map(({ name, alias }) => ({ from: name, names: { [alias ?? name]: '*' } }));
    }
    const names = Object.fromEntries(entries.map(({ name, alias }) => [alias ?? name, name]));
    return [{ from: source.of(module), names: entries.length === 0 ? { '*': '*' } : names }];
  });
}
