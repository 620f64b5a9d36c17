import { parse } from 'smol-toml';
import { mapping } from '../../../base/texts/yamlValues';
import type { ReadFile } from '../projectFiles';

/** A TOML document as plain values; a string is why it is none. */
export function readToml(file: ReadFile): Record<string, unknown> | string {
  try {
    return mapping(parse(file.text.replace(/^\uFEFF/, ''))) ?? 'no TOML table';
  } catch (error) {
    return `no TOML: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`;
  }
}

/** Follows keys down to a table. */
export function tableAt(root: Record<string, unknown>, ...keys: string[]): Record<string, unknown> | undefined {
  return keys.reduce<Record<string, unknown> | undefined>((table, key) => mapping(table?.[key]), root);
}

/**
 * Where something stands in a TOML file, as the parser keeps no places: the first line of a section that matches, else the
 * first of the file, else its start. A section goes from its header to the next.
 * @param section the header's text, such as `project` or `tool.poetry.dependencies`.
 */
export function tomlOffset(file: ReadFile, section: string, line: RegExp): number {
  const wanted = section.replace(/["']/g, '');
  let here = '';
  let offset = 0;
  let anywhere: number | undefined;
  for (const row of file.text.split('\n')) {
    const header = /^\s*\[\[?([^\]]+)\]\]?\s*(#.*)?$/.exec(row)?.[1];
    if (header !== undefined) here = header.replace(/["'\s]/g, '');
    const at = header === undefined ? row.search(line) : -1;
    if (at >= 0) {
      const start = offset + row.length - row.trimStart().length;
      if (here === wanted) return start;
      anywhere ??= start;
    }
    offset += row.length + 1;
  }
  return anywhere ?? 0;
}
