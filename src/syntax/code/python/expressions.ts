import type { Parameter } from '../code';
import type { Piece } from '../piece';
import { MAX_DEPTH, type Argument, type Call, type Entry, type Expression, type Other } from '../expression';
import type { FileBuilder } from './fileBuilder';
import { operatorBetween, parametersOf } from './parameters';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import { textOf } from './texts';

/** Reads the expressions of a file. */
export class Expressions {
  private depth = 0;

  constructor(private readonly file: FileBuilder) {}

  /** What a node stands for; `other` without parts where it is nested too deep. */
  of = (node: PlainNode): Expression => {
    if (this.depth >= MAX_DEPTH) return other(node, []);
    this.depth++;
    try {
      return this.read(node);
    } finally {
      this.depth--;
    }
  };

  /** All of several nodes. */
  all(nodes: readonly PlainNode[]): Expression[] {
    return nodes.map(this.of);
  }

  private read(node: PlainNode): Expression {
    switch (node.type) {
      case 'identifier':
        return { kind: 'name', name: this.file.of(node), ...piece(node) };
      case 'string':
      case 'concatenated_string':
        return textOf(node, this.file, this.of);
      case 'true':
      case 'false':
      case 'none':
      case 'integer':
      case 'float':
      case 'ellipsis':
        return { kind: 'literal', text: this.file.of(node), ...piece(node) };
      case 'attribute':
      case 'dotted_name':
        return this.member(node);
      case 'call':
        return this.call(node);
      case 'lambda':
        return this.lambda(node);
      case 'parenthesized_expression':
      case 'type':
      case 'as_pattern_target':
      case 'list_splat_pattern':
      case 'case_pattern':
        return node.kids.length === 1 ? this.of(node.kids[0]!) : this.other(node);
      default:
        return this.container(node) ?? this.operation(node) ?? this.other(node);
    }
  }

  private container(node: PlainNode): Expression | undefined {
    switch (node.type) {
      case 'list':
      case 'set':
      case 'list_pattern':
        return { kind: 'list', items: this.items(node.kids), ...piece(node) };
      case 'tuple':
      case 'expression_list':
      case 'pattern_list':
      case 'tuple_pattern':
        return { kind: 'list', items: this.items(node.kids), tuple: true, ...piece(node) };
      case 'dictionary':
        return {
          kind: 'object',
          entries: node.kids.map((part) => this.entry(part)),
          insideAt: { start: node.start + 1, end: node.end - 1 },
          ...piece(node),
        };
      case 'list_comprehension':
      case 'set_comprehension':
      case 'dictionary_comprehension':
      case 'generator_expression':
        return this.comprehension(node);
      case 'subscript': {
        const [object, ...indexes] = node.kids;
        if (object === undefined) return undefined;
        return { kind: 'index', object: this.of(object), indexes: this.all(indexes), ...piece(node) };
      }
      default:
        return undefined;
    }
  }

  private operation(node: PlainNode): Expression | undefined {
    const [first, ...rest] = node.kids;
    if (first === undefined) return undefined;
    switch (node.type) {
      case 'await':
        return this.awaited(node, first);
      case 'unary_operator':
      case 'not_operator': {
        const operator = this.file.text.slice(node.start, first.start).trim();
        return { kind: 'unary', operator, value: this.of(first), ...piece(node) };
      }
      case 'yield': {
        this.file.scope.yields = true;
        const operator = /^yield\s+from\b/.test(this.file.text.slice(node.start, first.start)) ? 'yield from' : 'yield';
        return { kind: 'unary', operator, value: this.of(first), ...piece(node) };
      }
      case 'binary_operator':
      case 'boolean_operator':
      case 'comparison_operator':
        return this.binary(node, first, rest);
      case 'conditional_expression': {
        const [condition, otherwise] = rest;
        if (condition === undefined || otherwise === undefined) return undefined;
        return {
          kind: 'conditional',
          condition: this.of(condition),
          values: this.all([first, otherwise]),
          ...piece(node),
        };
      }
      case 'named_expression': {
        const value = rest[0];
        if (value === undefined) return undefined;
        return {
          kind: 'assignment',
          target: this.of(first),
          operator: ':=',
          value: this.of(value),
          ...piece(node),
        };
      }
      default:
        return undefined;
    }
  }

  private other(node: PlainNode): Other {
    if (node.type === 'yield') this.file.scope.yields = true;
    return other(node, this.all(node.kids));
  }

  private member(node: PlainNode): Expression {
    const [first, ...names] = node.kids;
    if (first === undefined) return other(node, []);
    let object = this.of(first);
    for (const name of names) {
      const nameAt = piece(name);
      object = { kind: 'member', object, name: this.file.of(name), nameAt, start: node.start, end: name.end };
    }
    return object;
  }

  /** A call, also one given as a decorator. */
  private call(node: PlainNode): Expression {
    const [callee, list] = node.kids;
    if (callee === undefined || list === undefined) return this.other(node);
    const args = list.type === 'argument_list' ? this.arguments(list.kids) : [{ value: this.of(list), ...piece(list) }];
    const argsAt = { start: list.start + 1, end: Math.max(list.start + 1, list.end - 1) };
    return { kind: 'call', callee: this.of(callee), args, argsAt, ...piece(node) };
  }

  private arguments(parts: readonly PlainNode[]): Argument[] {
    return parts.flatMap((part): Argument[] => {
      if (part.type === 'keyword_argument') {
        const [name, value] = part.kids;
        if (name === undefined || value === undefined) return [];
        return [{ name: this.file.of(name), value: this.of(value), ...piece(part) }];
      }
      return this.items([part]);
    });
  }

  private items(parts: readonly PlainNode[]): Argument[] {
    return parts.map((part): Argument => {
      const inner = part.type === 'parenthesized_list_splat' ? (kidOf(part, 'list_splat') ?? part) : part;
      const spread = inner.type === 'list_splat' || inner.type === 'dictionary_splat';
      const value = spread ? inner.kids[0] : part;
      if (value === undefined) return { value: other(part, []), ...piece(part) };
      return { value: this.of(value), ...(spread ? { spread: true } : {}), ...piece(part) };
    });
  }

  private entry(part: PlainNode): Entry {
    const [first, value] = part.kids;
    if (part.type === 'pair' && first !== undefined && value !== undefined) {
      const key = this.of(first);
      const constant = key.kind === 'text' ? key.value : undefined;
      const at = { value: this.of(value), ...piece(part) };
      return constant === undefined ? { key: undefined, keyValue: key, ...at } : { key: constant, ...at };
    }
    const spread = part.type === 'dictionary_splat';
    return { key: undefined, value: spread && first ? this.of(first) : this.of(part), spread: true, ...piece(part) };
  }

  /** What is gone through, the names it goes to, the conditions, then what comes out. */
  private comprehension(node: PlainNode): Other {
    const [body, ...clauses] = node.kids;
    const parts = clauses.flatMap((clause) => [...clause.kids].reverse());
    const result = body === undefined ? [] : body.type === 'pair' ? body.kids : [body];
    return other(node, this.all([...parts, ...result]));
  }

  private awaited(node: PlainNode, first: PlainNode): Expression {
    const value = this.of(first);
    if (value.kind === 'call') return { ...value, awaited: true } satisfies Call;
    return { kind: 'unary', operator: 'await', value, ...piece(node) };
  }

  /** `a < b < c` is `(a < b) < c` here: only what it is made of matters. */
  private binary(node: PlainNode, first: PlainNode, rest: readonly PlainNode[]): Expression {
    let left = this.of(first);
    let at = first;
    for (const next of rest) {
      const operator = operatorBetween(this.file.text, at.end, next.start);
      left = { kind: 'binary', operator, left, right: this.of(next), start: node.start, end: next.end };
      at = next;
    }
    return left;
  }

  private lambda(node: PlainNode): Expression {
    const body = fieldOf(node, 'body');
    const given = (): Parameter[] => parametersOf(fieldOf(node, 'parameters'), this.file, this.of);
    const read = (): Expression[] => (body === undefined ? [] : [this.of(body)]);
    const id = this.file.addFunction(
      given,
      () => ({
        name: '',
        annotations: [],
        modifiers: ['lambda'],
        body: read().map((value) => ({ kind: 'return', values: [value], start: value.start, end: value.end })),
        nameAt: { start: node.start, end: node.start },
      }),
      piece(node),
    );
    return { kind: 'function', function: id, ...piece(node) };
  }
}

/** Where a node is. */
export function piece({ start, end }: Piece): Piece {
  return { start, end };
}

function other(node: PlainNode, parts: readonly Expression[]): Other {
  return { kind: 'other', what: node.type, parts, ...piece(node) };
}
