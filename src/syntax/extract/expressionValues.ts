import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { plainPath } from './callSite';
import type { Constants } from './constants';
import type { Outline } from './outline';
import { addSetting, settingOf } from './settingName';
import { child, type SourceText } from './sourceText';
import { literalText, TextBuilder } from './textBuilder';

/** A handler given by name to a wrapper, which may answer itself. */
export function orElse(handler: HandlerFact, ...names: readonly string[]): HandlerFact {
  if (handler.kind === 'function' || names.length === 0) return handler;
  return { ...handler, orElse: [...(handler.orElse ?? []), ...names] };
}

/**
 * Reads what expressions stand for: the walk over their pieces, and the pieces that every language has. A language adds
 * what its literals, calls and wrappers mean.
 */
export abstract class ExpressionValues {
  constructor(
    readonly source: SourceText,
    protected readonly outline: Outline,
    protected readonly constants: Constants,
  ) {}

  /** The text an expression yields, as far as the file tells. */
  text(node: SyntaxNode | undefined): TextFact | undefined {
    if (node === undefined) return undefined;
    const text = new TextBuilder();
    const todo = [node];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) this.addPiece(next, text, todo);
    return text.finish();
  }

  /** The text of an expression if it is constant. */
  string(node: SyntaxNode | undefined): string | undefined {
    return literalText(this.text(node));
  }

  /** Adds what a node says to `text`, or its parts to `todo`, the first part last. */
  protected abstract addPiece(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void;

  /** `'a' + b` joins; of `topic || 'orders'` the default counts. @param defaults operators with a default at the right. */
  protected addBinary(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[], ...defaults: readonly string[]): void {
    const operator = child(node, 'operator')?.type ?? '';
    const left = child(node, 'left');
    const right = child(node, 'right');
    if (left === undefined || right === undefined) text.hole();
    else if (operator === '+') todo.push(right, left);
    else if (defaults.includes(operator)) this.addDefault(left, right, text, todo);
    else text.hole();
  }

  /** Of `process.env.TOPIC || 'orders'` both may be: what is set, and the default. */
  private addDefault(left: SyntaxNode, right: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const value = this.text(left);
    const setting = value?.kind === 'reference' ? settingOf(value.name) : undefined;
    const byDefault = this.text(right);
    if (setting === undefined || byDefault?.kind !== 'literal') todo.push(right);
    else addSetting(text, setting.kind, setting.key, byDefault);
  }

  /** A name: the constant it stands for, or a hole of that name. */
  protected addName(node: SyntaxNode, text: TextBuilder): void {
    const name = plainPath(this.source.of(node));
    const known = this.constants.textOf(name, node.startIndex);
    if (known !== undefined) text.addFact(known);
    else text.hole(/^[\w$.]+$/.test(name) ? name : '');
  }

  /** A format such as `"order %s"`: its constant pieces around the holes. */
  protected addFormat(pattern: SyntaxNode, hole: RegExp, text: TextBuilder): void {
    const format = this.string(pattern);
    if (format === undefined) {
      text.hole();
      return;
    }
    format.split(hole).forEach((part, i) => {
      if (i > 0) text.hole();
      text.add(part);
    });
  }

  /** The function that a node stands for: a lambda as an argument. */
  protected functionOf(node: SyntaxNode): HandlerFact | undefined {
    const index = this.outline.functionOfNode(node.id);
    return index === undefined ? undefined : { kind: 'function', function: index };
  }
}

/** Expressions of a language where a variable's type tells whose method a handler is. */
export abstract class TypedValues extends ExpressionValues {
  /** @param typeOf the type of a variable or field, as far as the file tells. */
  constructor(
    source: SourceText,
    outline: Outline,
    constants: Constants,
    protected readonly typeOf: (variable: string) => string | undefined,
  ) {
    super(source, outline, constants);
  }
}
