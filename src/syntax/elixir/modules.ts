import type { CallSite } from '../extract/callSite';
import { child, children } from '../extract/sourceText';
import type { ImportFact } from '../facts';
import { keyword, type ElixirFile } from './file';

/** Reads `alias Shop.Orders`, `alias Shop.{Orders, Items}`, `alias Shop.Orders, as: O`. */
export function aliasFacts(call: CallSite, file: ElixirFile): ImportFact[] {
  const [first] = call.args;
  if (first === undefined) return [];
  const { source } = file;
  if (first.type === 'dot') {
    const left = child(first, 'left');
    const right = child(first, 'right');
    if (left === undefined || right === undefined) return [];
    return children(right).flatMap((inner) => aliased(`${source.of(left)}.${source.of(inner)}`, undefined));
  }
  if (first.type !== 'alias') return [];
  const name = keyword(call, 'as', source);
  return aliased(source.of(first), name === undefined ? undefined : source.of(name));
}

function aliased(path: string, as: string | undefined): ImportFact[] {
  const from = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  const name = path.slice(path.lastIndexOf('.') + 1);
  return [{ from, names: { [as ?? name]: name } }];
}

/** A module's whole name: `Orders` behind `alias Shop.Orders` is `Shop.Orders`. */
export function moduleName(written: string, file: ElixirFile): string {
  const [first = '', ...rest] = written.replace(/^Elixir\./, '').split('.');
  if (first === '__MODULE__') return written;
  for (const { from, names } of file.facts.imports) {
    const known = names[first];
    if (known !== undefined) return [from, known, ...rest].filter((part) => part !== '').join('.');
  }
  return written;
}
