import type { Parameter } from '../code';
import type { Expression } from '../expression';
import type { FileBuilder } from './fileBuilder';
import { fieldOf, type PlainNode } from '../plainTree';

/** Reads a function's or a lambda's parameters; `*` and `/` alone are none. */
export function parametersOf(
  list: PlainNode | undefined,
  file: FileBuilder,
  expression: (node: PlainNode) => Expression,
): Parameter[] {
  return (list?.kids ?? []).flatMap((part): Parameter[] => {
    if (part.type === 'keyword_separator' || part.type === 'positional_separator') return [];
    const named = part.type === 'identifier' || part.type.endsWith('splat_pattern');
    const name = named ? part : (fieldOf(part, 'name') ?? part.kids[0]);
    if (name === undefined) return [];
    const type = part.type.startsWith('typed') ? fieldOf(part, 'type') : undefined;
    const value = part.type.endsWith('default_parameter') ? fieldOf(part, 'value') : undefined;
    const rest = name.type === 'list_splat_pattern' || name.type === 'dictionary_splat_pattern';
    return [
      {
        name: file.of(name).replace(/^\*+\s*/, ''),
        annotations: [],
        start: part.start,
        end: part.end,
        ...(type === undefined ? {} : { type: file.of(type) }),
        ...(value === undefined ? {} : { default: expression(value) }),
        ...(rest ? { rest: true } : {}),
      },
    ];
  });
}

/** The operator written between two operands: `not in`, `+`. */
export function operatorBetween(text: string, from: number, to: number): string {
  return text
    .slice(from, to)
    .replace(/#[^\n]*|\\/g, '')
    .trim()
    .replace(/\s+/g, ' ');
}
