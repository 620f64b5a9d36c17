import type { TextFact } from '../facts';
import { CallSite } from '../extract/callSite';
import { child, children } from '../extract/sourceText';
import { literalText } from '../extract/textBuilder';
import type { SyntaxNode } from '../syntaxNode';
import { keyword, type RubyFile } from './file';

/** A keyword argument's constant text: `to: 'orders#show'`, `module: :v1`. */
export function textOption(call: CallSite, name: string, file: RubyFile): string | undefined {
  return literalText(file.values.text(keyword(call, name, file.source)));
}

/** A keyword argument as a list: `only: [:index]`, `except: %i[edit]`, `via: :get`; undefined where it is not given. */
export function listOption(call: CallSite, name: string, file: RubyFile): string[] | undefined {
  const value = keyword(call, name, file.source);
  return value === undefined ? undefined : constantList(value, file);
}

/** The constant texts of a list, or of what stands for one. */
export function constantList(node: SyntaxNode, file: RubyFile): string[] {
  const isList = node.type === 'array' || node.type === 'symbol_array' || node.type === 'string_array';
  return (isList ? children(node) : [node]).flatMap((item) => {
    const isBare = item.type === 'bare_symbol' || item.type === 'bare_string';
    const text = isBare ? file.source.of(item) : literalText(file.values.text(item));
    return text === undefined ? [] : [text];
  });
}

/** A pair with a text for a key: `'orders' => 'orders#index'`. */
export function arrowPair(call: CallSite, file: RubyFile): { key: TextFact; value: SyntaxNode } | undefined {
  for (const argument of call.args) {
    const key = argument.type === 'pair' ? child(argument, 'key') : undefined;
    const value = argument.type === 'pair' ? child(argument, 'value') : undefined;
    if (key === undefined || value === undefined || key.type === 'hash_key_symbol') continue;
    const text =
      key.type === 'simple_symbol' && /^:(to|via|as|on|only|at)$/.test(file.source.of(key))
        ? undefined
        : file.values.text(key);
    if (text !== undefined) return { key: text, value };
  }
  return undefined;
}

/** A `call` node as a site. */
export function siteOf(node: SyntaxNode, file: RubyFile): CallSite | undefined {
  const name = child(node, 'method');
  if (node.type !== 'call' || name === undefined) return undefined;
  return new CallSite(file.source, node, name, child(node, 'receiver'), child(node, 'arguments'));
}

/** The statements of a block: of `do … end` and of `{ … }`. */
export function statementsOf(block: SyntaxNode): SyntaxNode[] {
  const body = child(block, 'body');
  return body === undefined ? [] : children(body);
}

/** Whether an option is given as `true`. */
export function isTrue(call: CallSite, name: string, file: RubyFile): boolean {
  return call.args.some((argument) => {
    const key = argument.type === 'pair' ? child(argument, 'key') : undefined;
    return key !== undefined && file.source.of(key) === name && child(argument, 'value')?.type === 'true';
  });
}
