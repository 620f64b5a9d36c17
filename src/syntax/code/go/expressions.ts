import type { Piece } from '../piece';
import { MAX_DEPTH, type Argument, type Entry, type Expression } from '../expression';
import { unquoted } from './texts';
import { fieldOf, type PlainNode } from '../plainTree';

/** What expressions need of the file they are in. */
export interface ExpressionContext {
  readonly text: string;
  /** Lowers a function literal and gives its place among the file's functions. */
  functionLiteral(literal: PlainNode, name: string, depth: number): number;
}

const LITERALS = new Set([
  'int_literal',
  'float_literal',
  'imaginary_literal',
  'rune_literal',
  'true',
  'false',
  'nil',
  'iota',
]);

/** Lowers Go expressions. Depth counts nesting over statements and expressions together. */
export class GoExpressions {
  constructor(private readonly context: ExpressionContext) {}

  /** An expression; `name` is what it is assigned to, the name of a function literal. */
  lower(of: PlainNode, depth: number, name = ''): Expression {
    const piece = { start: of.start, end: of.end };
    if (depth > MAX_DEPTH) return { kind: 'other', what: of.type, parts: [], ...piece };
    switch (of.type) {
      case 'identifier':
      case 'field_identifier':
      case 'package_identifier':
      case 'type_identifier':
      case 'blank_identifier':
        return { kind: 'name', name: this.textOf(of), ...piece };
      case 'interpreted_string_literal':
      case 'raw_string_literal': {
        const value = unquoted(this.textOf(of));
        return { kind: 'text', value, pieces: [value], holes: [], ...piece };
      }
      case 'selector_expression':
      case 'qualified_type':
        return this.member(of, piece, depth);
      case 'call_expression':
        return this.call(of, piece, depth);
      case 'unary_expression':
        return this.unary(of, piece, depth);
      case 'binary_expression':
        return this.binary(of, piece, depth);
      case 'func_literal':
        return { kind: 'function', function: this.context.functionLiteral(of, name, depth + 1), ...piece };
      case 'composite_literal':
        return this.composite(of, piece, depth);
      case 'literal_value':
        return this.literalValue(of, piece, undefined, depth);
      default:
        if (LITERALS.has(of.type)) return { kind: 'literal', text: this.textOf(of), ...piece };
        return this.lowerRare(of, piece, depth, name);
    }
  }

  /** The expressions of a list; an expression that stands alone is a list of one. */
  lowerList(of: PlainNode | undefined, depth: number, names: readonly string[] = []): Expression[] {
    if (of === undefined) return [];
    if (of.type !== 'expression_list') return [this.lower(of, depth, names[0])];
    return of.kids.map((part, i) => this.lower(part, depth, names[i]));
  }

  textOf(piece: Piece): string {
    return this.context.text.slice(piece.start, piece.end);
  }

  /** `wrappers[i](next)`, which the grammar takes for a conversion to a generic type, as `Set[int](list)` is. */
  private indexedCall(type: PlainNode, value: PlainNode, piece: Piece, depth: number): Expression {
    const [named] = type.kids;
    const object =
      named === undefined
        ? ({ kind: 'name', name: this.textOf(type), start: type.start, end: type.end } as const)
        : this.lower(named, depth + 1);
    const given = this.lower(value, depth + 1);
    return {
      kind: 'call',
      callee: { kind: 'index', object, indexes: [], start: type.start, end: type.end },
      args: [{ value: given, start: value.start, end: value.end }],
      argsAt: { start: type.end + 1, end: piece.end - 1 },
      ...piece,
    };
  }

  private lowerRare(of: PlainNode, piece: Piece, depth: number, name: string): Expression {
    const parts = (): Expression[] => of.kids.map((part) => this.lower(part, depth + 1));
    switch (of.type) {
      case 'parenthesized_expression': {
        const [inner] = of.kids;
        return inner === undefined
          ? { kind: 'other', what: of.type, parts: [], ...piece }
          : this.lower(inner, depth + 1, name);
      }
      case 'index_expression':
      case 'slice_expression': {
        const [object, ...indexes] = parts();
        if (object === undefined) break;
        return { kind: 'index', object, indexes, ...piece };
      }
      case 'type_assertion_expression':
      case 'type_conversion_expression': {
        const [first, second] = of.kids;
        const [type, value] = of.type === 'type_assertion_expression' ? [second, first] : [first, second];
        if (type === undefined || value === undefined) break;
        if (type.type === 'generic_type') return this.indexedCall(type, value, piece, depth);
        return { kind: 'cast', type: this.textOf(type), value: this.lower(value, depth + 1), ...piece };
      }
      case 'type_instantiation_expression': {
        const [type] = of.kids;
        if (type !== undefined) return this.lower(type, depth + 1);
        break;
      }
      case 'literal_element': {
        const [inner] = of.kids;
        if (inner !== undefined) return this.lower(inner, depth + 1, name);
        break;
      }
      default:
        // Types as values (`make(chan T)`, `new(T)`): their text says what they are.
        if (of.type.endsWith('_type')) return { kind: 'other', what: of.type, parts: [], ...piece };
    }
    return { kind: 'other', what: of.type, parts: parts(), ...piece };
  }

  private member(of: PlainNode, piece: Piece, depth: number): Expression {
    const [object, field] = of.kids;
    if (object === undefined || field === undefined) return { kind: 'other', what: of.type, parts: [], ...piece };
    const nameAt = { start: field.start, end: field.end };
    return { kind: 'member', object: this.lower(object, depth + 1), name: this.textOf(field), nameAt, ...piece };
  }

  private call(of: PlainNode, piece: Piece, depth: number): Expression {
    const parts = of.kids;
    const callee = parts[0];
    const list = parts.at(-1);
    if (callee === undefined || list === undefined || list === callee)
      return { kind: 'other', what: of.type, parts: callee ? [this.lower(callee, depth + 1)] : [], ...piece };
    const types = parts.length > 2 ? parts[1] : undefined;
    const closed = this.context.text.charAt(list.end - 1) === ')';
    return {
      kind: 'call',
      callee: this.lower(callee, depth + 1),
      args: list.kids.map((argument) => this.argument(argument, depth + 1)),
      ...(types === undefined ? {} : { typeArguments: types.kids.map((type) => this.textOf(type)) }),
      argsAt: { start: Math.min(list.start + 1, list.end), end: closed ? list.end - 1 : list.end },
      ...piece,
    };
  }

  private argument(of: PlainNode, depth: number): Argument {
    const piece = { start: of.start, end: of.end };
    if (of.type !== 'variadic_argument') return { value: this.lower(of, depth), ...piece };
    const [inner] = of.kids;
    return { value: this.lower(inner ?? of, depth + 1), spread: true, ...piece };
  }

  private unary(of: PlainNode, piece: Piece, depth: number): Expression {
    const [operand] = of.kids;
    if (operand === undefined) return { kind: 'other', what: of.type, parts: [], ...piece };
    const operator = this.textOf(of).startsWith('<-') ? '<-' : this.context.text.charAt(of.start);
    return { kind: 'unary', operator, value: this.lower(operand, depth + 1), ...piece };
  }

  private binary(of: PlainNode, piece: Piece, depth: number): Expression {
    const [left, right] = of.kids;
    if (left === undefined || right === undefined) return { kind: 'other', what: of.type, parts: [], ...piece };
    const between = this.context.text.slice(left.end, right.start).replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
    const operator = between.replace(/[()\s]/g, '');
    return {
      kind: 'binary',
      operator,
      left: this.lower(left, depth + 1),
      right: this.lower(right, depth + 1),
      ...piece,
    };
  }

  private composite(of: PlainNode, piece: Piece, depth: number): Expression {
    const type = fieldOf(of, 'type');
    const body = fieldOf(of, 'body');
    if (type === undefined || body === undefined) return { kind: 'other', what: of.type, parts: [], ...piece };
    return { ...this.literalValue(body, piece, this.textOf(type), depth), ...piece };
  }

  /** `{…}`: a list of a slice or array type, else an object; values without a type have their container's. */
  private literalValue(of: PlainNode, piece: Piece, type: string | undefined, depth: number): Expression {
    const elements = of.kids;
    const inner = elementType(type);
    if (type?.startsWith('[')) {
      const items = elements.map((element): Argument => {
        const value = element.type === 'keyed_element' ? element.kids.at(-1) : element;
        return { value: this.element(value ?? element, inner, depth + 1, ''), start: element.start, end: element.end };
      });
      return { kind: 'list', items, type, ...piece };
    }
    const entries = elements.map((element) => this.entry(element, inner, depth + 1));
    const insideAt = { start: of.start + 1, end: Math.max(of.start + 1, of.end - 1) };
    return { kind: 'object', entries, ...(type === undefined ? {} : { type }), insideAt, ...piece };
  }

  private entry(of: PlainNode, inner: string | undefined, depth: number): Entry {
    const piece = { start: of.start, end: of.end };
    const [key, value] = of.type === 'keyed_element' ? of.kids : [];
    if (key === undefined || value === undefined)
      return { key: undefined, value: this.element(of, inner, depth, ''), ...piece };
    const lowered = this.lower(key, depth);
    const name = lowered.kind === 'name' ? lowered.name : lowered.kind === 'text' ? lowered.value : undefined;
    const element = this.element(value, inner, depth, name ?? '');
    return { key: name, ...(name === undefined ? { keyValue: lowered } : {}), value: element, ...piece };
  }

  private element(of: PlainNode, type: string | undefined, depth: number, name: string): Expression {
    const [only] = of.type === 'literal_element' ? of.kids : [of];
    if (only === undefined) return { kind: 'other', what: of.type, parts: [], start: of.start, end: of.end };
    if (only.type !== 'literal_value' || depth > MAX_DEPTH) return this.lower(only, depth, name);
    return this.literalValue(only, { start: only.start, end: only.end }, type?.replace(/^\*/, ''), depth);
  }
}

/** What a slice, array or map of a type holds: `[]kafka.Header` → `kafka.Header`. */
function elementType(type: string | undefined): string | undefined {
  return /^(?:\[[^\]]*\]|map\[[^\]]*\])([^]*)$/.exec(type ?? '')?.[1];
}
