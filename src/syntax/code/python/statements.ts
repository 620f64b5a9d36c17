import type { Expression } from '../expression';
import { MAX_DEPTH } from '../expression';
import type { Assign, If, Statement } from '../statement';
import { Expressions, piece } from './expressions';
import type { FileBuilder, OpenScope } from './fileBuilder';
import { addImports } from './imports';
import { parametersOf } from './parameters';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import type { CodeType, Field, Modifier } from '../code';

/** Reads the statements of a file, and the functions and classes among them. */
export class Statements {
  private readonly expressions: Expressions;
  private depth = 0;

  constructor(private readonly file: FileBuilder) {
    this.expressions = new Expressions(file);
  }

  /** The statements directly in a block or module. */
  body(block: PlainNode | undefined): Statement[] {
    if (block === undefined || this.depth >= MAX_DEPTH) return [];
    this.depth++;
    const body = block.kids.flatMap((part) => this.statement(part));
    this.depth--;
    return body;
  }

  private statement(node: PlainNode): readonly Statement[] {
    switch (node.type) {
      case 'expression_statement':
        return this.expressionStatement(node);
      case 'import_statement':
      case 'import_from_statement':
      case 'future_import_statement':
        addImports(node, this.file);
        return [];
      case 'function_definition':
        return [this.function(node, [])];
      case 'class_definition':
        return [this.class(node, [])];
      case 'decorated_definition':
        return this.decorated(node);
      case 'return_statement':
        return [{ kind: 'return', values: this.expressions.all(node.kids), ...piece(node) }];
      case 'raise_statement': {
        const value = node.kids[0];
        return [{ kind: 'throw', value: value && this.expressions.of(value), ...piece(node) }];
      }
      case 'pass_statement':
      case 'break_statement':
      case 'continue_statement':
      case 'type_alias_statement':
        return [];
      default:
        return this.compound(node);
    }
  }

  private compound(node: PlainNode): readonly Statement[] {
    switch (node.type) {
      case 'if_statement':
        return [this.if(node)];
      case 'for_statement':
      case 'while_statement':
        return this.loop(node);
      case 'try_statement':
        return [this.try(node)];
      case 'with_statement':
        return [this.with(node)];
      case 'match_statement':
        return [this.match(node)];
      default:
        return this.unknown(node);
    }
  }

  /** `assert`, `del`, `global`, Python 2's `print`, and what the parser could not make out. */
  private unknown(node: PlainNode): readonly Statement[] {
    const isStatement = (part: PlainNode): boolean => /_(statement|definition)$|^block$/.test(part.type);
    const body = node.kids
      .filter(isStatement)
      .flatMap((part) => (part.type === 'block' ? this.body(part) : this.statement(part)));
    const parts = this.expressions.all(node.kids.filter((part) => !isStatement(part)));
    return parts.length + body.length === 0 ? [] : [{ kind: 'otherStatement', parts, body, ...piece(node) }];
  }

  private expressionStatement(node: PlainNode): readonly Statement[] {
    const only = node.kids[0];
    if (only === undefined) return [];
    if (only.type === 'assignment') return this.assignment(only);
    if (only.type === 'augmented_assignment') {
      const [left, right] = only.kids;
      if (left === undefined || right === undefined) return [];
      const operator = this.file.text.slice(left.end, right.start).trim();
      const targets = this.expressions.all([left]);
      return [
        { kind: 'assign', targets, values: this.expressions.all([right]), operator, declares: false, ...piece(node) },
      ];
    }
    return node.kids.map((part) => ({ kind: 'expression', value: this.expressions.of(part), ...piece(part) }));
  }

  /** `a = b = f()` is `b = f()` and then `a = b`. */
  private assignment(node: PlainNode): readonly Assign[] {
    const assigns: Assign[] = [];
    const lefts: PlainNode[] = [];
    let right: PlainNode | undefined = node;
    let type: PlainNode | undefined;
    while (right?.type === 'assignment') {
      const parts: readonly PlainNode[] = right.kids;
      lefts.push(parts[0]!);
      type ??= parts.find((part) => part.type === 'type');
      right = parts.slice(1).find((part) => part.type !== 'type');
    }
    let values: Expression[] | undefined;
    for (const left of lefts.reverse()) {
      const several = left.type === 'pattern_list' || left.type === 'tuple_pattern' || left.type === 'list_pattern';
      const targets = this.expressions.all(several ? left.kids : [left]);
      if (values === undefined) {
        const side = several && (right?.type === 'expression_list' || right?.type === 'tuple');
        const parallel = side && right!.kids.length === targets.length;
        values = right === undefined ? [] : this.expressions.all(parallel ? right.kids : [right]);
      }
      const at = { operator: '=', declares: false, ...piece(node) };
      assigns.push({ kind: 'assign', targets, values, ...at, ...(type ? { type: this.file.of(type) } : {}) });
      values = targets.length === 1 ? targets : values;
    }
    return assigns;
  }

  private if(node: PlainNode): If {
    const [condition, ...rest] = node.kids;
    let otherwise: readonly Statement[] = [];
    for (const part of rest.slice(1).reverse()) {
      if (part.type === 'else_clause') otherwise = this.body(blockOf(part));
      else if (part.type === 'elif_clause') otherwise = [this.branch(part.kids[0]!, blockOf(part), otherwise, part)];
    }
    return this.branch(condition!, rest[0]?.type === 'block' ? rest[0] : blockOf(node), otherwise, node);
  }

  private branch(
    condition: PlainNode,
    body: PlainNode | undefined,
    otherwise: readonly Statement[],
    node: PlainNode,
  ): If {
    return {
      kind: 'if',
      condition: this.expressions.of(condition),
      body: this.body(body),
      otherwise,
      ...piece(node),
    };
  }

  private loop(node: PlainNode): readonly Statement[] {
    const isFor = node.type === 'for_statement';
    const [first, over] = node.kids;
    const several = first?.type === 'pattern_list' || first?.type === 'tuple_pattern';
    const targets = !isFor || first === undefined ? [] : this.expressions.all(several ? first.kids : [first]);
    const head = isFor ? over : first;
    const value = head && this.expressions.of(head);
    const forever = value?.kind === 'literal' && /^(True|1)$/.test(value.text);
    return [
      {
        kind: 'loop',
        targets,
        parts: [],
        body: this.body(blockOf(node)),
        ...(value === undefined || (!isFor && forever) ? {} : isFor ? { over: value } : { condition: value }),
        ...piece(node),
      },
      ...this.body(blockOf(kidOf(node, 'else_clause'))),
    ];
  }

  private try(node: PlainNode): Statement {
    const handlers: (readonly Statement[])[] = [];
    let body = this.body(blockOf(node));
    let last: readonly Statement[] = [];
    for (const part of node.kids) {
      if (part.type.startsWith('except')) handlers.push(this.body(blockOf(part)));
      else if (part.type === 'else_clause') body = [...body, ...this.body(blockOf(part))];
      else if (part.type === 'finally_clause') last = this.body(blockOf(part));
    }
    return { kind: 'try', body, handlers, finally: last, ...piece(node) };
  }

  private with(node: PlainNode): Statement {
    const given = (kidOf(node, 'with_clause')?.kids ?? []).flatMap((item) => item.kids);
    // `with (a as b, c as d):` is one item with a tuple in it.
    const items = given.flatMap((item) => (item.type === 'tuple' && kidOf(item, 'as_pattern') ? item.kids : [item]));
    return {
      kind: 'with',
      items: items.map((item) => {
        const [value, target] = item.type === 'as_pattern' ? item.kids : [item];
        const entered = value === undefined ? item : value;
        if (target === undefined) return { value: this.expressions.of(entered) };
        return { value: this.expressions.of(entered), target: this.expressions.of(target) };
      }),
      body: this.body(blockOf(node)),
      ...piece(node),
    };
  }

  private match(node: PlainNode): Statement {
    const value = node.kids[0];
    const cases = (blockOf(node)?.kids ?? []).filter((part) => part.type === 'case_clause');
    return {
      kind: 'switch',
      value: value && value.type !== 'block' ? this.expressions.of(value) : undefined,
      cases: cases.map((branch) => ({
        labels: this.expressions.all(branch.kids.filter((part) => part.type !== 'block')),
        body: this.body(blockOf(branch)),
      })),
      ...piece(node),
    };
  }

  private decorated(node: PlainNode): readonly Statement[] {
    const decorators = node.kids.filter((part) => part.type === 'decorator').flatMap((part) => part.kids);
    const annotations = this.expressions.all(decorators);
    const definition = node.kids.find((part) => part.type.endsWith('_definition'));
    if (definition === undefined) return [];
    const isClass = definition.type === 'class_definition';
    return [isClass ? this.class(definition, annotations) : this.function(definition, annotations)];
  }

  private function(node: PlainNode, annotations: readonly Expression[], type?: number): Statement {
    const name = fieldOf(node, 'name');
    const returns = fieldOf(node, 'return_type');
    const written = name === undefined ? '' : this.file.of(name);
    const isStatic = annotations.some((one) => one.kind === 'name' && one.name === 'staticmethod');
    const parameters = parametersOf(fieldOf(node, 'parameters'), this.file, this.expressions.of);
    const read = (scope: OpenScope): ReturnType<Parameters<FileBuilder['addFunction']>[1]> => {
      const body = this.body(fieldOf(node, 'body'));
      const modifiers: Modifier[] = this.file.text.startsWith('async', node.start) ? ['async'] : [];
      if (scope.yields) modifiers.push('generator');
      if (isStatic) modifiers.push('static');
      if (type !== undefined && written === '__init__') modifiers.push('constructor');
      if (/^_(?!_.*__$)/.test(written)) modifiers.push('private');
      const self = type === undefined || isStatic ? undefined : parameters[0]?.name;
      return {
        name: written,
        annotations,
        modifiers,
        body,
        nameAt: piece(name ?? node),
        ...(returns === undefined ? {} : { returns: this.file.of(returns) }),
        ...(type === undefined ? {} : { type }),
        ...(self === undefined ? {} : { self }),
      };
    };
    const id = this.file.addFunction(() => parameters, read, piece(node));
    return { kind: 'function', function: id, ...piece(node) };
  }

  /** A class: its methods and fields are kept with it; what its body does besides stands where the class does. */
  private class(node: PlainNode, annotations: readonly Expression[]): Statement {
    const name = fieldOf(node, 'name');
    const superclasses = fieldOf(node, 'superclasses')?.kids ?? [];
    const id = this.file.addType({
      name: name === undefined ? '' : this.file.of(name),
      kind: 'class',
      bases: superclasses.filter((base) => base.type !== 'keyword_argument').map((base) => this.file.of(base)),
      annotations,
      function: this.file.scope.id,
      nameAt: piece(name ?? node),
      ...piece(node),
    });
    const fields: Field[] = [];
    const rest: Statement[] = [];
    for (const part of fieldOf(node, 'body')?.kids ?? []) {
      const definition = part.type === 'decorated_definition' ? kidOf(part, 'function_definition') : part;
      if (definition?.type === 'function_definition') this.method(part, definition, id);
      else for (const statement of this.statement(part)) this.addMember(statement, fields, rest);
    }
    this.file.types[id] = { ...this.file.types[id]!, fields } satisfies CodeType;
    const parts = [...annotations, ...fields.flatMap((field) => field.value ?? [])];
    return { kind: 'otherStatement', parts, body: rest, ...piece(node) };
  }

  private method(part: PlainNode, definition: PlainNode, type: number): void {
    const decorators = part.kids.filter((one) => one.type === 'decorator').flatMap((one) => one.kids);
    this.function(definition, this.expressions.all(decorators), type);
  }

  private addMember(statement: Statement, fields: Field[], rest: Statement[]): void {
    const target = statement.kind === 'assign' && statement.targets.length === 1 ? statement.targets[0] : undefined;
    if (statement.kind !== 'assign' || target?.kind !== 'name') {
      rest.push(statement);
      return;
    }
    const value = statement.values[0];
    fields.push({
      name: target.name,
      annotations: [],
      modifiers: ['static'],
      ...(statement.type === undefined ? {} : { type: statement.type }),
      ...(value === undefined ? {} : { value }),
      ...piece(statement),
    });
  }
}

function blockOf(node: PlainNode | undefined): PlainNode | undefined {
  return node && kidOf(node, 'block');
}
