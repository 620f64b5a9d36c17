import type { CodeImport } from '../code';
import { unquoted } from './texts';
import type { PlainNode } from '../plainTree';

/** The imports of an `import` declaration, alone or in parentheses. */
export function importsOf(declaration: PlainNode, text: string): CodeImport[] {
  const specs = declaration.kids.flatMap((child) => (child.type === 'import_spec' ? [child] : child.kids));
  return specs.flatMap((spec) => {
    const parts = spec.kids;
    const path = parts.at(-1);
    if (spec.type !== 'import_spec' || path === undefined) return [];
    const from = unquoted(text.slice(path.start, path.end));
    const given = parts.length > 1 ? parts[0] : undefined;
    const piece = { start: spec.start, end: spec.end };
    if (given?.type === 'dot') return [{ ...piece, from, names: {}, all: true as const }];
    if (given?.type === 'blank_identifier') return [{ ...piece, from, names: {} }];
    const locals = given === undefined ? packageNames(from) : [text.slice(given.start, given.end)];
    return [{ ...piece, from, names: Object.fromEntries(locals.map((name) => [name, '*'])) }];
  });
}

/**
 * The names a package may have by its path, as the name itself stands in its files: the last segment without a version
 * (`/v2`, `.v3`), and without the `go` that repositories are named with (`kafka-go`, `go-redis`, `nats.go`).
 */
export function packageNames(path: string): string[] {
  const segments = path.split('/');
  if (segments.length > 1 && /^v\d+$/.test(segments.at(-1)!)) segments.pop();
  const last = segments.at(-1)!.replace(/\.v\d+$/, '');
  const bare = last.replace(/^go-|[-.]go$/g, '');
  const names = [last, bare, ...[last, bare].flatMap((name) => [name.replace(/\W/g, '_'), name.replace(/\W/g, '')])];
  const tail = bare.split(/[-.]/).at(-1)!;
  return [...new Set([...names, tail])].filter((name) => /^[A-Za-z_]\w*$/.test(name));
}
