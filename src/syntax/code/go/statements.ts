import { MAX_DEPTH, type Expression } from '../expression';
import type { Assign, Statement, Switch } from '../statement';
import type { GoExpressions } from './expressions';
import { fieldOf, type PlainNode } from '../plainTree';

/** What declares nothing that runs. */
const SKIPPED = new Set([
  'package_clause',
  'import_declaration',
  'empty_statement',
  'break_statement',
  'continue_statement',
  'goto_statement',
  'fallthrough_statement',
  'label_name',
]);

const SIMPLE = /_statement$|^short_var_declaration$/;

/** Lowers Go statements. */
export class GoStatements {
  constructor(
    private readonly expressions: GoExpressions,
    private readonly text: string,
    /** Takes note of a function or type that is declared among statements; gives the statement that stands for it. */
    private readonly declared: (declaration: PlainNode, depth: number) => Statement | undefined,
  ) {}

  /** The statements of a block, a list of statements or a file. */
  body(of: PlainNode | undefined, depth: number): Statement[] {
    if (of === undefined || depth > MAX_DEPTH) return [];
    return of.kids.flatMap((child) => {
      if (child.type === 'statement_list') return this.body(child, depth);
      return this.statement(child, depth) ?? [];
    });
  }

  private statement(of: PlainNode, depth: number): Statement | undefined {
    if (SKIPPED.has(of.type) || depth > MAX_DEPTH) return undefined;
    const piece = { start: of.start, end: of.end };
    switch (of.type) {
      case 'expression_statement': {
        const [value] = of.kids;
        return value && { kind: 'expression', value: this.expressions.lower(value, depth + 1), ...piece };
      }
      case 'short_var_declaration':
      case 'assignment_statement':
      case 'receive_statement':
        return this.assignment(of, depth);
      case 'var_declaration':
      case 'const_declaration':
        return this.declaration(of, depth);
      case 'return_statement':
        return { kind: 'return', values: this.expressions.lowerList(of.kids[0], depth + 1), ...piece };
      case 'go_statement':
      case 'defer_statement': {
        const [spawned] = of.kids;
        const call = spawned && this.expressions.lower(spawned, depth + 1);
        if (call?.kind !== 'call') break;
        return { kind: of.type === 'go_statement' ? 'go' : 'defer', call, ...piece };
      }
      case 'send_statement': {
        const [channel, sent] = of.kids;
        if (channel === undefined || sent === undefined) break;
        const left = this.expressions.lower(channel, depth + 1);
        const right = this.expressions.lower(sent, depth + 1);
        return { kind: 'expression', value: { kind: 'binary', operator: '<-', left, right, ...piece }, ...piece };
      }
      case 'function_declaration':
      case 'method_declaration':
      case 'type_declaration':
        return this.declared(of, depth);
    }
    return this.compound(of, depth);
  }

  private compound(of: PlainNode, depth: number): Statement {
    const piece = { start: of.start, end: of.end };
    switch (of.type) {
      case 'if_statement':
        return this.ifStatement(of, depth);
      case 'for_statement':
        return this.loop(of, depth);
      case 'expression_switch_statement':
      case 'type_switch_statement':
      case 'select_statement':
        return this.switchStatement(of, depth);
      case 'block':
      case 'labeled_statement':
      case 'statement_list':
        return { kind: 'block', body: this.body(of, depth + 1), ...piece };
      default:
        // `i++`, and what the parser could not make sense of.
        return this.unknown(of, depth);
    }
  }

  private unknown(of: PlainNode, depth: number): Statement {
    const parts: Expression[] = [];
    const body: Statement[] = [];
    for (const child of of.kids) {
      if (SIMPLE.test(child.type) || child.type === 'block' || child.type.endsWith('_declaration'))
        body.push(...[this.statement(child, depth + 1)].filter((found) => found !== undefined));
      else parts.push(this.expressions.lower(child, depth + 1));
    }
    return { kind: 'otherStatement', parts, body, start: of.start, end: of.end };
  }

  /** `a, b := f()`, `a = b`, `a += b`, and `m, ok := <-ch` or `<-ch` of a `select`. */
  private assignment(of: PlainNode, depth: number): Statement {
    const piece = { start: of.start, end: of.end };
    const [left, right] = of.kids;
    if (left === undefined) return { kind: 'otherStatement', parts: [], body: [], ...piece };
    if (right === undefined) return { kind: 'expression', value: this.expressions.lower(left, depth + 1), ...piece };
    const operator = /[-+*/%&|^<>:]*=/.exec(this.text.slice(left.end, right.start))?.[0] ?? '=';
    const targets = this.expressions.lowerList(left, depth + 1);
    const values = this.expressions.lowerList(right, depth + 1, targets.map(nameOfTarget));
    return { kind: 'assign', targets, values, operator, declares: operator === ':=', ...piece };
  }

  private declaration(of: PlainNode, depth: number): Statement {
    const specs = of.kids
      .flatMap((child) => (child.type === 'var_spec_list' ? child.kids : [child]))
      .map((spec) => this.spec(spec, depth));
    if (specs.length === 1) return specs[0]!;
    return { kind: 'block', body: specs, start: of.start, end: of.end };
  }

  private spec(of: PlainNode, depth: number): Assign {
    const parts = of.kids;
    const names = parts.filter((part) => part.type === 'identifier');
    const values = parts.find((part) => part.type === 'expression_list');
    const type = parts.find((part) => part.type !== 'identifier' && part.type !== 'expression_list');
    const targets = names.map((name) => this.expressions.lower(name, depth + 1));
    return {
      kind: 'assign',
      targets,
      values: this.expressions.lowerList(values, depth + 1, targets.map(nameOfTarget)),
      operator: '=',
      declares: true,
      ...(type === undefined ? {} : { type: this.expressions.textOf(type) }),
      start: of.start,
      end: of.end,
    };
  }

  private ifStatement(of: PlainNode, depth: number): Statement {
    const parts = of.kids;
    const at = parts.findIndex((part) => part.type === 'block');
    const condition = parts[at - 1];
    const initializer = at > 1 ? parts[at - 2] : undefined;
    const alternative = at < 0 ? undefined : parts[at + 1];
    if (condition === undefined) return this.unknown(of, depth);
    const before = initializer && this.statement(initializer, depth + 1);
    return {
      kind: 'if',
      ...(before === undefined ? {} : { before }),
      condition: this.expressions.lower(condition, depth + 1),
      body: this.body(parts[at], depth + 1),
      otherwise: this.otherwise(alternative, depth),
      start: of.start,
      end: of.end,
    };
  }

  private otherwise(of: PlainNode | undefined, depth: number): Statement[] {
    if (of === undefined) return [];
    if (of.type === 'block') return this.body(of, depth + 1);
    // A chain of `else if` is no nesting to its reader, but it is one to the stack.
    return [this.statement(of, depth + 1)].filter((found) => found !== undefined);
  }

  private loop(of: PlainNode, depth: number): Statement {
    const parts = of.kids;
    const block = parts.find((part) => part.type === 'block');
    const [head] = parts;
    const loop = {
      kind: 'loop' as const,
      targets: [] as Expression[],
      parts: [] as Statement[],
      body: this.body(block, depth + 1),
      start: of.start,
      end: of.end,
    };
    if (head === undefined || head === block) return loop;
    if (head.type === 'range_clause') {
      const clause = head.kids;
      const over = clause.at(-1);
      const targets = clause.length > 1 ? this.expressions.lowerList(clause[0], depth + 1) : [];
      return { ...loop, targets, ...(over ? { over: this.expressions.lower(over, depth + 1) } : {}) };
    }
    if (head.type !== 'for_clause') return { ...loop, condition: this.expressions.lower(head, depth + 1) };
    const condition = fieldOf(head, 'condition');
    const steps = [fieldOf(head, 'initializer'), fieldOf(head, 'update')].flatMap(
      (step) => (step && this.statement(step, depth + 1)) ?? [],
    );
    return {
      ...loop,
      parts: steps,
      ...(condition ? { condition: this.expressions.lower(condition, depth + 1) } : {}),
    };
  }

  private switchStatement(of: PlainNode, depth: number): Statement {
    let value: Expression | undefined;
    const before: Statement[] = [];
    let alias: Expression[] = [];
    const cases: { labels: Expression[]; body: Statement[] }[] = [];
    for (const part of of.kids) {
      if (part.type.endsWith('_case')) cases.push(this.switchCase(part, depth));
      else if (part.type === 'expression_list') alias = this.expressions.lowerList(part, depth + 1);
      else if (SIMPLE.test(part.type)) before.push(...[this.statement(part, depth + 1)].filter((s) => s !== undefined));
      else value = this.expressions.lower(part, depth + 1);
    }
    const piece = { start: of.start, end: of.end };
    if (alias.length > 0 && value !== undefined) {
      before.push({ kind: 'assign', targets: alias, values: [value], operator: ':=', declares: true, ...piece });
      value = alias[0];
    }
    const whole: Switch = { kind: 'switch', value, cases, ...piece };
    return before.length === 0 ? whole : { kind: 'block', body: [...before, whole], ...piece };
  }

  private switchCase(of: PlainNode, depth: number): { labels: Expression[]; body: Statement[] } {
    const labels: Expression[] = [];
    const body: Statement[] = [];
    for (const part of of.kids) {
      if (part.type === 'statement_list') body.push(...this.body(part, depth + 1));
      else if (part.type === 'receive_statement' || part.type === 'send_statement')
        body.push(...[this.statement(part, depth + 1)].filter((found) => found !== undefined));
      else labels.push(...this.expressions.lowerList(part, depth + 1));
    }
    return { labels, body };
  }
}

/** The name that a function literal gets by being assigned: the variable's, or the field's. */
function nameOfTarget(target: Expression): string {
  return target.kind === 'name' || target.kind === 'member' ? target.name : '';
}
