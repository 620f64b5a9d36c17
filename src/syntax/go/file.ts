import { lastPart, plainPath } from '../extract/callSite';
import type { Idiom } from '../extract/idioms';
import type { SourceFile } from '../extract/sourceFile';
import { child, children, type SourceText } from '../extract/sourceText';
import type { Made, VariableRules, Variables } from '../extract/variables';
import type { SyntaxNode } from '../syntaxNode';
import type { GoValues } from './values';

/** A Go file while its facts are collected. */
export interface GoFile extends SourceFile {
  readonly values: GoValues;
  /** Import paths, joined by spaces: asked for which router a file uses. */
  readonly importPaths: string;
  /** Methods that gorilla's `.Methods(…)` gives to a registration, by the id of its call's node. */
  readonly gorillaMethods: ReadonlyMap<number, readonly string[]>;
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = Idiom<GoFile>;

/** How an expression is made: the call it is, or the struct it is a literal of (`new`). */
export function madeBy(node: SyntaxNode, source: SourceText): Made | undefined {
  const value = node.type === 'unary_expression' ? (child(node, 'operand') ?? node) : node;
  if (value.type === 'composite_literal') {
    const type = child(value, 'type');
    return type === undefined
      ? undefined
      : { by: plainPath(source.of(type)), args: [], how: 'new', receiverNode: undefined };
  }
  if (value.type !== 'call_expression') return undefined;
  const callee = child(value, 'function');
  const list = child(value, 'arguments');
  if (callee === undefined) return undefined;
  const first = list === undefined ? undefined : children(list)[0];
  if (first !== undefined && source.of(callee) === 'new') {
    return { by: plainPath(source.of(first)), args: [], how: 'new', receiverNode: undefined };
  }
  return {
    by: plainPath(source.of(callee)),
    args: list === undefined ? [] : children(list),
    how: 'call',
    receiverNode: child(callee, 'operand'),
  };
}

/** The type of a variable: of a struct literal, a declaration, or by Go's habit that `NewOrders` makes an `Orders`. */
export function typeOfVariable(made: Variables, variable: string): string | undefined {
  const found = made.get(variable) ?? made.get(lastPart(variable));
  if (found === undefined) return undefined;
  const type = found.by.replace(/\[[^]*$/, '');
  if (found.how !== 'call') {
    return /^[\w.]+$/.test(type) ? type : undefined;
  }
  const maker = /^((?:\w+\.)?)[nN]ew([A-Z]\w*)$/.exec(type);
  return maker === null ? undefined : `${maker[1]}${maker[2]}`;
}

/** How Go's variables are read. */
export function variableRules(source: SourceText): VariableRules {
  return {
    madeBy: (value) => madeBy(value, source),
    typeName: (written) => written.replace(/^\*/, ''),
    prefer: 'value',
  };
}
