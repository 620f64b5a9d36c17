import type { Idiom } from '../extract/idioms';
import type { SourceFile } from '../extract/sourceFile';
import { child, children, type SourceText } from '../extract/sourceText';
import type { Made, VariableRules } from '../extract/variables';
import type { SyntaxNode } from '../syntaxNode';
import { rustPath } from './outline';
import type { RustValues } from './values';

/** A Rust file while its facts are collected. */
export interface RustFile extends SourceFile {
  readonly values: RustValues;
  /** Attributes with the function they stand on. */
  readonly attributes: readonly RustAttribute[];
  readonly uses: UsedLibraries;
}

/** What a file has to do with: calls such as `get` and `route` mean many things. */
export interface UsedLibraries {
  readonly routers: boolean;
  readonly http: boolean;
}

/** Whether the text of a file names a web framework or an HTTP client. */
export function usedLibraries(text: string): UsedLibraries {
  return {
    routers: /\b(axum|aide|utoipa_axum|poem|actix_web|rocket|salvo|ntex)\b|\b(Router|web)::\w+\(/.test(text),
    http: /\b(reqwest|reqwest_middleware|surf|ureq|awc|hyper)\b/.test(text),
  };
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = Idiom<RustFile>;

/** `#[instrument(name = "x")]` on a function. */
export interface RustAttribute {
  readonly node: SyntaxNode;
  /** The last part of its path: `instrument` of `tracing::instrument`. */
  readonly name: string;
  /** What stands in its parentheses, by token. */
  readonly tokens: readonly SyntaxNode[];
  readonly function: number;
}

/** The attributes of a file that stand on functions. */
export function readAttributes(file: SourceFile): RustAttribute[] {
  return file.captures.of('attribute').flatMap(({ node, parts }) => {
    const [path] = children(parts.body ?? node);
    const index = file.outline.functionAt(node.startIndex);
    const draft = file.outline.draft(index);
    if (path === undefined || draft === undefined || node.startIndex > draft.nameSpan.startIndex) return [];
    const written = rustPath(file.source.of(path));
    const list = parts.body === undefined ? undefined : child(parts.body, 'arguments');
    const tokens = list === undefined ? [] : children(list);
    return [{ node, name: written.slice(written.lastIndexOf('.') + 1), tokens, function: index }];
  });
}

/** The value behind `key =` (or `key:`) among tokens. */
export function tokenOf(tokens: readonly SyntaxNode[], key: string, source: SourceText): SyntaxNode | undefined {
  const at = tokens.findIndex((token) => token.type === 'identifier' && source.of(token) === key);
  const [token, value] = [tokens[at], tokens[at + 1]];
  if (token === undefined || value === undefined) return undefined;
  return /^\s*[=:]\s*$/.test(source.text.slice(token.endIndex, value.startIndex)) ? value : undefined;
}

/** How Rust's variables are read: by the call that makes them; `Orders::new()` makes an `Orders`. */
export function variableRules(source: SourceText): VariableRules {
  return { madeBy: (value) => madeBy(value, source), typeName: typeNameOf, prefer: 'value' };
}

/** `Arc<dyn Store>`, `&mut Orders` → `Store`, `Orders`. */
function typeNameOf(written: string): string {
  const inner = /(?:Arc|Rc|Box|Data|State|Extension|Option)<\s*(?:dyn\s+)?([\w:]+)/.exec(written)?.[1];
  return rustPath(inner ?? written.replace(/^&\s*(?:'\w+\s+)?(?:mut\s+)?(?:dyn\s+)?/, ''));
}

/** What follows the call that makes a value and gives it on. */
const PASSING =
  /^(unwrap|expect|map_err|context|with_context|clone|unwrap_or_else|unwrap_or_default|max_\w+_message_size|accept_compressed|send_compressed)$/;

function madeBy(node: SyntaxNode, source: SourceText): Made | undefined {
  let call: SyntaxNode | undefined = node;
  let callee: SyntaxNode | undefined;
  for (;;) {
    while (call?.type === 'await_expression' || call?.type === 'try_expression') call = children(call)[0];
    callee = call === undefined ? undefined : child(call, 'function');
    const link: SyntaxNode | undefined = callee?.type === 'field_expression' ? child(callee, 'field') : undefined;
    if (callee === undefined || link === undefined || !PASSING.test(source.of(link))) break;
    call = child(callee, 'value');
  }
  if (call === undefined || callee === undefined) return undefined;
  const list = child(call, 'arguments');
  const args = list === undefined ? [] : children(list);
  const by = rustPath(source.of(callee));
  const type = /^(.*)\.(new|default|connect|build)$/.exec(by)?.[1];
  return type === undefined
    ? { by, args, how: 'call', receiverNode: child(callee, 'value') }
    : { by: type, args, how: 'new', receiverNode: undefined };
}
