import type { ExtractionInput } from '../extract/languageExtractor';
import type { ImportFact } from '../facts';

/** Nested lists deeper than this are not written by people. */
const MAX_DEPTH = 8;

/** `use crate::orders::{self, Topics as T};`: what is used, by the name it is used under. */
export function rustImports({ captures, source }: ExtractionInput): ImportFact[] {
  return captures.of('import').flatMap(({ parts }) => {
    const text = parts['path'] === undefined ? '' : source.of(parts['path']).replace(/\s+/g, ' ');
    return paths(text, '', 0);
  });
}

function paths(text: string, prefix: string, depth: number): ImportFact[] {
  if (depth > MAX_DEPTH) return [];
  const brace = text.indexOf('{');
  if (brace >= 0) {
    const outer = prefix + text.slice(0, brace).trim();
    const inner = text.slice(brace + 1, text.lastIndexOf('}'));
    return atTop(inner).flatMap((item) => paths(item.trim(), outer, depth + 1));
  }
  const [path = '', alias] = text.split(' as ').map((part) => part.trim());
  if (path === '') return [];
  const full = (path === 'self' ? prefix.replace(/::$/, '') : prefix + path).replaceAll('::', '.');
  const name = full.slice(full.lastIndexOf('.') + 1);
  const from = full.slice(0, Math.max(0, full.lastIndexOf('.')));
  return [{ from, names: { [alias ?? name]: name } }];
}

/** Splits at commas outside of braces. */
function atTop(list: string): string[] {
  const items: string[] = [''];
  let depth = 0;
  for (const char of list) {
    if (char === '{') depth++;
    if (char === '}') depth--;
    if (char === ',' && depth === 0) items.push('');
    else items[items.length - 1] += char;
  }
  return items;
}
