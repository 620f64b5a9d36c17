import type { Expression } from '../expression';
import { MAX_DEPTH } from '../expression';
import type { Assign, If, Statement } from '../statement';
import { Expressions, piece } from './expressions';
import type { FileBuilder, OpenScope } from './fileBuilder';
import { addImports } from './imports';
import { parametersOf } from './parameters';
import type { SyntaxNode } from './syntaxNode';
import type { CodeType, Field, Modifier } from '../code';

/** Reads the statements of a file, and the functions and classes among them. */
export class Statements {
  private readonly expressions: Expressions;
  private depth = 0;

  constructor(private readonly file: FileBuilder) {
    this.expressions = new Expressions(file);
  }

  /** The statements directly in a block or module. */
  body(block: SyntaxNode | undefined): Statement[] {
    if (block === undefined || this.depth >= MAX_DEPTH) return [];
    this.depth++;
    const body = block.parts.flatMap((part) => this.statement(part));
    this.depth--;
    return body;
  }

  private statement(node: SyntaxNode): readonly Statement[] {
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
        return [{ kind: 'return', values: this.expressions.all(node.parts), ...piece(node) }];
      case 'raise_statement': {
        const value = node.parts[0];
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

  private compound(node: SyntaxNode): readonly Statement[] {
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
  private unknown(node: SyntaxNode): readonly Statement[] {
    const isStatement = (part: SyntaxNode): boolean => /_(statement|definition)$|^block$/.test(part.type);
    const body = node.parts
      .filter(isStatement)
      .flatMap((part) => (part.type === 'block' ? this.body(part) : this.statement(part)));
    const parts = this.expressions.all(node.parts.filter((part) => !isStatement(part)));
    return parts.length + body.length === 0 ? [] : [{ kind: 'otherStatement', parts, body, ...piece(node) }];
  }

  private expressionStatement(node: SyntaxNode): readonly Statement[] {
    const only = node.parts[0];
    if (only === undefined) return [];
    if (only.type === 'assignment') return this.assignment(only);
    if (only.type === 'augmented_assignment') {
      const [left, right] = only.parts;
      if (left === undefined || right === undefined) return [];
      const operator = this.file.text.slice(left.end, right.start).trim();
      const targets = this.expressions.all([left]);
      return [
        { kind: 'assign', targets, values: this.expressions.all([right]), operator, declares: false, ...piece(node) },
      ];
    }
    return node.parts.map((part) => ({ kind: 'expression', value: this.expressions.of(part), ...piece(part) }));
  }

  /** `a = b = f()` is `b = f()` and then `a = b`. */
  private assignment(node: SyntaxNode): readonly Assign[] {
    const assigns: Assign[] = [];
    const lefts: SyntaxNode[] = [];
    let right: SyntaxNode | undefined = node;
    let type: SyntaxNode | undefined;
    while (right?.type === 'assignment') {
      const parts: readonly SyntaxNode[] = right.parts;
      lefts.push(parts[0]!);
      type ??= parts.find((part) => part.type === 'type');
      right = parts.slice(1).find((part) => part.type !== 'type');
    }
    let values: Expression[] | undefined;
    for (const left of lefts.reverse()) {
      const several = left.type === 'pattern_list' || left.type === 'tuple_pattern' || left.type === 'list_pattern';
      const targets = this.expressions.all(several ? left.parts : [left]);
      if (values === undefined) {
        const side = several && (right?.type === 'expression_list' || right?.type === 'tuple');
        const parallel = side && right!.parts.length === targets.length;
        values = right === undefined ? [] : this.expressions.all(parallel ? right.parts : [right]);
      }
      const at = { operator: '=', declares: false, ...piece(node) };
      assigns.push({ kind: 'assign', targets, values, ...at, ...(type ? { type: this.file.of(type) } : {}) });
      values = targets.length === 1 ? targets : values;
    }
    return assigns;
  }

  private if(node: SyntaxNode): If {
    const [condition, ...rest] = node.parts;
    let otherwise: readonly Statement[] = [];
    for (const part of rest.slice(1).reverse()) {
      if (part.type === 'else_clause') otherwise = this.body(part.only('block'));
      else if (part.type === 'elif_clause')
        otherwise = [this.branch(part.parts[0]!, part.only('block'), otherwise, part)];
    }
    return this.branch(condition!, rest[0]?.type === 'block' ? rest[0] : node.only('block'), otherwise, node);
  }

  private branch(
    condition: SyntaxNode,
    body: SyntaxNode | undefined,
    otherwise: readonly Statement[],
    node: SyntaxNode,
  ): If {
    return {
      kind: 'if',
      condition: this.expressions.of(condition),
      body: this.body(body),
      otherwise,
      ...piece(node),
    };
  }

  private loop(node: SyntaxNode): readonly Statement[] {
    const isFor = node.type === 'for_statement';
    const [first, over] = node.parts;
    const several = first?.type === 'pattern_list' || first?.type === 'tuple_pattern';
    const targets = !isFor || first === undefined ? [] : this.expressions.all(several ? first.parts : [first]);
    const head = isFor ? over : first;
    const value = head && this.expressions.of(head);
    const forever = value?.kind === 'literal' && /^(True|1)$/.test(value.text);
    return [
      {
        kind: 'loop',
        targets,
        parts: [],
        body: this.body(node.only('block')),
        ...(value === undefined || (!isFor && forever) ? {} : isFor ? { over: value } : { condition: value }),
        ...piece(node),
      },
      ...this.body(node.only('else_clause')?.only('block')),
    ];
  }

  private try(node: SyntaxNode): Statement {
    const handlers: (readonly Statement[])[] = [];
    let body = this.body(node.only('block'));
    let last: readonly Statement[] = [];
    for (const part of node.parts) {
      if (part.type.startsWith('except')) handlers.push(this.body(part.only('block')));
      else if (part.type === 'else_clause') body = [...body, ...this.body(part.only('block'))];
      else if (part.type === 'finally_clause') last = this.body(part.only('block'));
    }
    return { kind: 'try', body, handlers, finally: last, ...piece(node) };
  }

  private with(node: SyntaxNode): Statement {
    const given = (node.only('with_clause')?.parts ?? []).flatMap((item) => item.parts);
    // `with (a as b, c as d):` is one item with a tuple in it.
    const items = given.flatMap((item) => (item.type === 'tuple' && item.only('as_pattern') ? item.parts : [item]));
    return {
      kind: 'with',
      items: items.map((item) => {
        const [value, target] = item.type === 'as_pattern' ? item.parts : [item];
        const entered = value === undefined ? item : value;
        if (target === undefined) return { value: this.expressions.of(entered) };
        return { value: this.expressions.of(entered), target: this.expressions.of(target) };
      }),
      body: this.body(node.only('block')),
      ...piece(node),
    };
  }

  private match(node: SyntaxNode): Statement {
    const value = node.parts[0];
    const cases = (node.only('block')?.parts ?? []).filter((part) => part.type === 'case_clause');
    return {
      kind: 'switch',
      value: value && value.type !== 'block' ? this.expressions.of(value) : undefined,
      cases: cases.map((branch) => ({
        labels: this.expressions.all(branch.parts.filter((part) => part.type !== 'block')),
        body: this.body(branch.only('block')),
      })),
      ...piece(node),
    };
  }

  private decorated(node: SyntaxNode): readonly Statement[] {
    const decorators = node.parts.filter((part) => part.type === 'decorator').flatMap((part) => part.parts);
    const annotations = this.expressions.all(decorators);
    const definition = node.parts.find((part) => part.type.endsWith('_definition'));
    if (definition === undefined) return [];
    const isClass = definition.type === 'class_definition';
    return [isClass ? this.class(definition, annotations) : this.function(definition, annotations)];
  }

  private function(node: SyntaxNode, annotations: readonly Expression[], type?: number): Statement {
    const name = node.field('name');
    const returns = node.field('return_type');
    const written = name === undefined ? '' : this.file.of(name);
    const isStatic = annotations.some((one) => one.kind === 'name' && one.name === 'staticmethod');
    const parameters = parametersOf(node.field('parameters'), this.file, this.expressions.of);
    const read = (scope: OpenScope): ReturnType<Parameters<FileBuilder['addFunction']>[1]> => {
      const body = this.body(node.field('body'));
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
  private class(node: SyntaxNode, annotations: readonly Expression[]): Statement {
    const name = node.field('name');
    const superclasses = node.field('superclasses')?.parts ?? [];
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
    for (const part of node.field('body')?.parts ?? []) {
      const definition = part.type === 'decorated_definition' ? part.only('function_definition') : part;
      if (definition?.type === 'function_definition') this.method(part, definition, id);
      else for (const statement of this.statement(part)) this.addMember(statement, fields, rest);
    }
    this.file.types[id] = { ...this.file.types[id]!, fields } satisfies CodeType;
    const parts = [...annotations, ...fields.flatMap((field) => field.value ?? [])];
    return { kind: 'otherStatement', parts, body: rest, ...piece(node) };
  }

  private method(part: SyntaxNode, definition: SyntaxNode, type: number): void {
    const decorators = part.parts.filter((one) => one.type === 'decorator').flatMap((one) => one.parts);
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
