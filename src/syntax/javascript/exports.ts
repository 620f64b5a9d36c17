import type { Node } from 'web-tree-sitter';
import type { HandlerFact } from '../facts';
import type { JavascriptFile } from './file';
import { unwrapped } from './values';

/** Adds what the file exports under names that frameworks look for, the default export among them. */
export function readExports(file: JavascriptFile): void {
  const seen = new Set<string>();
  for (const { node, parts } of file.captures.of('export')) {
    const name = parts.name === undefined ? 'default' : file.source.of(parts.name);
    const at = parts.value ?? parts.name;
    if (at === undefined || seen.has(name)) continue;
    seen.add(name);
    const handler = parts.value === undefined ? { kind: 'name' as const, name } : handlerOf(parts.value, file);
    if (handler === undefined) continue;
    file.facts.exports.push({ name, handler, range: file.source.range(parts.name ?? node, at) });
  }
}

/** The function that an exported value is, through wrappers. */
function handlerOf(node: Node, file: JavascriptFile): HandlerFact | undefined {
  const value = unwrapped(node);
  const own = file.outline.functionOfNode(value.id);
  if (own !== undefined) return { kind: 'function', function: own };
  return value.type === 'object' ? undefined : file.values.handler(value);
}
