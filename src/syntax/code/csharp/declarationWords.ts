import type { Modifier } from '../code';
import type { LoweredFile } from '../loweredFile';
import type { PlainNode } from '../plainTree';

const MODIFIERS: Readonly<Record<string, Modifier>> = {
  abstract: 'abstract',
  async: 'async',
  const: 'static',
  private: 'private',
  public: 'exported',
  static: 'static',
};

/** What a declaration's keywords say that other languages have, too. */
export function modifiersOf(file: LoweredFile, node: PlainNode): Modifier[] {
  return node.kids
    .filter(({ type }) => type === 'modifier')
    .flatMap((kid) => {
      const word = file.textOf(kid);
      return Object.hasOwn(MODIFIERS, word) ? [MODIFIERS[word]!] : [];
    });
}

/** `#if` and its branches are gone through as if all of them were compiled. */
export function throughDirectives(nodes: readonly PlainNode[]): PlainNode[] {
  const found: PlainNode[] = [];
  const pending = [...nodes].reverse();
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (!at.type.startsWith('preproc_')) found.push(at);
    else pending.push(...at.kids.filter(({ field }) => field !== 'condition' && field !== 'name').reverse());
  }
  return found;
}
