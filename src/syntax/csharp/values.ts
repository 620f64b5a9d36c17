import { lastPart, plainPath } from '../extract/callSite';
import { ExpressionValues } from '../extract/expressionValues';
import { addSetting } from '../extract/settingName';
import { child, children } from '../extract/sourceText';
import { unescapeText, type TextBuilder } from '../extract/textBuilder';
import type { HandlerFact, TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';

/** Nodes whose only meaningful child is the value itself. */
const TRANSPARENT =
  /^(argument|attribute_argument|parenthesized_expression|arrow_expression_clause|postfix_unary_expression|collection_element|expression_element|await_expression|cast_expression)$/;
const LISTS =
  /^(implicit_array_creation_expression|array_creation_expression|collection_expression|initializer_expression|object_creation_expression)$/;

/** Texts that show that a file reads settings. */
export const READS_SETTINGS = /[cC]onfig\w*(?:\[|\.Get)|GetSection|GetEnvironmentVariable/;

/** Reads what expressions of a C# file stand for. */
export class CsharpValues extends ExpressionValues {
  /** Texts of `"a"`, `new[] { "a", "b" }` or `["a", "b"]`. */
  texts(node: SyntaxNode | undefined): TextFact[] {
    const value = node === undefined ? undefined : unwrapped(node);
    if (value === undefined) return [];
    if (!LISTS.test(value.type)) return [this.text(value)].flatMap((text) => text ?? []);
    const list = children(value).find((part) => part.type === 'initializer_expression') ?? value;
    return children(list).flatMap((item) => this.text(item) ?? []);
  }

  /** Who answers when `node` is given as a handler: a lambda, `GetOrders`, `OrdersApi.Create`. */
  handler(node: SyntaxNode | undefined): HandlerFact | undefined {
    const value = node === undefined ? undefined : unwrapped(node);
    if (value === undefined) return undefined;
    if (value.type === 'lambda_expression' || value.type === 'anonymous_method_expression') {
      return this.functionOf(value);
    }
    if (value.type !== 'identifier' && value.type !== 'member_access_expression' && value.type !== 'generic_name')
      return undefined;
    const name = plainPath(this.source.of(value)).replace(/<[^]*$/, '');
    const simple = lastPart(name);
    const owner =
      name === simple ? this.outline.typeScopeAt(value.startIndex)?.name : lastPart(name.slice(0, -simple.length - 1));
    const all = this.outline.named(simple);
    const member = all.find((index) => this.outline.containerOf(index).at(-1) === owner);
    const found = member ?? (name === simple && all.length === 1 ? all[0] : undefined);
    return found === undefined ? { kind: 'name', name } : { kind: 'function', function: found };
  }

  protected override addPiece(node: SyntaxNode, text: TextBuilder, todo: SyntaxNode[]): void {
    const value = unwrapped(node);
    switch (value.type) {
      case 'string_literal':
        text.add(unescapeText(this.source.of(value).replace(/^"|"(u8)?$/gi, '')));
        return;
      case 'verbatim_string_literal':
        text.add(this.source.of(value).slice(2, -1).replaceAll('""', '"'));
        return;
      case 'raw_string_literal':
        text.add(this.source.of(value).replace(/^"{3,}\s*|\s*"{3,}$/g, ''));
        return;
      case 'interpolated_string_expression':
        todo.push(
          ...children(value)
            .filter((part) => /^(string_content|interpolation|escape_sequence)$/.test(part.type))
            .reverse(),
        );
        return;
      case 'string_content':
      case 'escape_sequence':
        text.add(unescapeText(this.source.of(value)).replaceAll('{{', '{').replaceAll('}}', '}'));
        return;
      case 'interpolation': {
        const inner = children(value).find((part) => part.type !== 'interpolation_brace');
        if (inner === undefined) text.hole();
        else todo.push(inner);
        return;
      }
      case 'binary_expression':
        this.addBinary(value, text, todo, '??');
        return;
      case 'invocation_expression':
        this.addCall(value, text);
        return;
      case 'element_access_expression':
        this.addElement(value, text);
        return;
      case 'identifier':
      case 'member_access_expression':
        this.addName(value, text);
        return;
      default:
        text.hole();
    }
  }

  /** `nameof(Checkout)`, `string.Format("order {0}", id)`, `configuration.GetValue("Topic", "orders")`. */
  private addCall(node: SyntaxNode, text: TextBuilder): void {
    const callee = child(node, 'function');
    const args = children(child(node, 'arguments') ?? node);
    const name = callee === undefined ? '' : plainPath(this.source.of(callee)).replace(/<[^]*$/, '');
    const first = args[0];
    if (name === 'nameof' && first !== undefined) text.add(lastPart(this.source.of(first)));
    else if (/^[sS]tring\.Format$/.test(name) && first !== undefined) this.addFormat(first, /\{\d+[^{}]*\}/, text);
    else if (readsSetting(name)) this.addSettingCall(name, child(node, 'function'), args, text);
    else text.hole();
  }

  private addSettingCall(
    name: string,
    callee: SyntaxNode | undefined,
    args: readonly SyntaxNode[],
    text: TextBuilder,
  ): void {
    const key = this.string(args[0]);
    const byDefault = this.text(args[1]);
    const receiver = callee === undefined ? undefined : child(callee, 'expression');
    if (key === undefined) text.hole();
    else if (lastPart(name) === 'GetEnvironmentVariable') addSetting(text, 'variable', key);
    else addSetting(text, 'path', [...this.sections(receiver), key].join(':'), byDefault);
  }

  /** `configuration["Kafka:Topic"]`, `configuration.GetSection("Kafka")["Topic"]`. */
  private addElement(node: SyntaxNode, text: TextBuilder): void {
    const holder = child(node, 'expression') ?? children(node)[0];
    const key = this.string(children(child(node, 'subscript') ?? node).at(-1));
    const written = holder === undefined ? '' : this.source.of(holder);
    if (key === undefined || holder === undefined || !/config|GetSection|section/i.test(written)) text.hole();
    else addSetting(text, 'path', [...this.sections(holder), key].join(':'));
  }

  /** The keys that a chain of `GetSection(…)` goes through. */
  private sections(node: SyntaxNode | undefined): string[] {
    const keys: string[] = [];
    let at = node === undefined ? undefined : unwrapped(node);
    while (at?.type === 'invocation_expression') {
      const callee: SyntaxNode | undefined = child(at, 'function');
      const key = this.string(children(child(at, 'arguments') ?? at)[0]);
      if (callee === undefined || key === undefined || !/GetSection|GetRequiredSection/.test(this.source.of(callee)))
        break;
      keys.unshift(key);
      at = child(callee, 'expression');
    }
    return keys;
  }
}

/** Whether a callee may be one that reads a setting: asked before its arguments are read. */
function readsSetting(callee: string): boolean {
  const name = lastPart(callee);
  if (name === 'GetEnvironmentVariable') return true;
  return name === 'GetValue' || (name === 'Get' && /config|section/i.test(callee));
}

/** The expression inside an argument, parentheses, casts and `await`. */
export function unwrapped(node: SyntaxNode): SyntaxNode {
  let value = node;
  while (TRANSPARENT.test(value.type)) {
    const inner: SyntaxNode | undefined = children(value).at(-1);
    if (inner === undefined) break;
    value = inner;
  }
  return value;
}
