import { dotted } from '../code/names';
import type { SourceCode } from '../code/sourceCode';
import type { Expression } from '../../syntax/code/expression';

/** `List<Order>` without its arguments: `List`; `Order[]` is `Order`. */
export function plainType(written: string): string {
  return written.replace(/<[^]*$|\[\s*\]|\s+/g, '').replace(/^@\w+/, '');
}

/**
 * The full name of a type as a file writes it: `RestTemplate` is `org.springframework.web.client.RestTemplate`,
 * `WebClient.Builder` has its package before it, too. Names that no import gives stay as they are.
 */
export function fullTypeName(source: SourceCode, written: string): string {
  const plain = plainType(written);
  const [root = '', ...rest] = plain.split('.');
  for (const { from, names } of source.code.imports)
    if (Object.hasOwn(names, root)) return [from, root, ...rest].join('.');
  return plain;
}

/** Whether a type as it is written is the one of this full name; a `.*` import of its package is enough. */
export function isType(source: SourceCode, written: string, full: string): boolean {
  const name = fullTypeName(source, written);
  if (name === full) return true;
  const dot = full.search(/\.\p{Lu}/u);
  if (name !== full.slice(dot + 1)) return false;
  const owner = full.slice(0, dot);
  return (
    source.code.namespace === owner ||
    source.code.imports.some(
      ({ from, all }) => all === true && (from === owner || (full.startsWith(`${from}.`) && /\p{Lu}\w*$/u.test(from))),
    )
  );
}

/** Whether an expression names the type of this full name. */
export function namesType(source: SourceCode, expression: Expression, full: string): boolean {
  const written = dotted(expression);
  return written !== undefined && isType(source, written, full);
}

/** The last part of a name: `WebClient.Builder` is `Builder`. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
