import { plainPath } from '../extract/callSite';
import { TypedValues } from '../extract/expressionValues';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import type { JvmValues } from './file';
import { withoutPlaceholders } from './placeholders';
import { settingsMember } from './properties';

/** What Java and Kotlin expressions have in common: Spring's placeholders, and references to methods. */
export abstract class JvmExpressionValues extends TypedValues implements JvmValues {
  /** The text an expression yields, as far as the file tells; Spring's `${key:default}` is its default. */
  override text(node: SyntaxNode | undefined): TextFact | undefined {
    return withoutPlaceholders(super.text(node));
  }

  /** The items of a list that is written out, or the expression itself. */
  abstract items(node: SyntaxNode | undefined): SyntaxNode[];

  abstract handler(node: SyntaxNode | undefined): HandlerFact | undefined;

  /** Texts of one string or a list of them. */
  texts(node: SyntaxNode | undefined): TextFact[] {
    return this.items(node).flatMap((item) => this.text(item) ?? []);
  }

  /** What is read from an object of settings: a reference to the member of its class; undefined for anything else. */
  protected setting(node: SyntaxNode): string | undefined {
    return settingsMember(this.source.of(node), this.typeOf);
  }

  /** The method of `target::method`, written at an offset; `this::create` and `::create` mean the type around. */
  protected reference(target: string, method: string, at: number): HandlerFact {
    const own = this.outline.typeScopeAt(at)?.name;
    const variable = plainPath(target);
    const type = target === 'this' || target === '' ? own : (this.typeOf(variable) ?? variable);
    const member = this.outline.named(method).find((index) => this.outline.containerOf(index).at(-1) === type);
    if (member !== undefined) return { kind: 'function', function: member };
    return { kind: 'name', name: target === '' || type === undefined ? method : `${type}.${method}` };
  }
}
