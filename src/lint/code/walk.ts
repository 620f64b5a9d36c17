import type { Argument, Call, Expression } from '../../syntax/code/expression';
import type { Statement } from '../../syntax/code/statement';

/** The statements in a body at any depth, in source order, each before those inside it. Not those of functions in it. */
export function* statementsIn(body: readonly Statement[]): Generator<Statement> {
  const pending = [...body].reverse();
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    yield at;
    const inner = bodiesOf(at);
    for (let i = inner.length - 1; i >= 0; i--) pending.push(inner[i]!);
  }
}

/** The statements directly inside one, of all its branches in order. */
export function bodiesOf(statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case 'if':
      return [...(statement.before ? [statement.before] : []), ...statement.body, ...statement.otherwise];
    case 'loop':
      return [...statement.parts, ...statement.body];
    case 'try':
      return [...statement.body, ...statement.handlers.flat(), ...statement.finally];
    case 'switch':
      return statement.cases.flatMap((branch) => branch.body);
    case 'with':
    case 'block':
    case 'otherStatement':
      return statement.body;
    default:
      return [];
  }
}

/** The blocks directly inside a statement, each by itself. */
export function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'if':
      return [statement.body, statement.otherwise];
    case 'try':
      return [statement.body, ...statement.handlers, statement.finally];
    case 'switch':
      return statement.cases.map(({ body }) => body);
    default:
      return [bodiesOf(statement)];
  }
}

/** The expressions a statement itself is made of, without those of statements inside it. */
export function headsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'expression':
      return [statement.value];
    case 'assign':
      return [...statement.targets, ...statement.values];
    case 'return':
      return statement.values;
    case 'throw':
      return statement.value ? [statement.value] : [];
    case 'if':
      return [statement.condition];
    case 'loop':
      return [statement.over, statement.condition, ...statement.targets].filter((head) => head !== undefined);
    case 'with':
      return statement.items.flatMap(({ value, target }) => (target ? [value, target] : [value]));
    case 'switch':
      return [...(statement.value ? [statement.value] : []), ...statement.cases.flatMap((branch) => branch.labels)];
    case 'go':
    case 'defer':
      return [statement.call];
    case 'otherStatement':
      return statement.parts;
    default:
      return [];
  }
}

/** An expression and all that it is made of, each before its parts. Functions in it are found, not gone into. */
export function* expressionsOf(expression: Expression): Generator<Expression> {
  const pending = [expression];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    yield at;
    const parts = partsOf(at);
    for (let i = parts.length - 1; i >= 0; i--) pending.push(parts[i]!);
  }
}

/** What an expression is directly made of, in source order. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'member':
      return [expression.object];
    case 'index':
      return [expression.object, ...expression.indexes];
    case 'call':
      return [
        expression.callee,
        ...valuesOf(expression.args),
        ...(expression.initializer ? [expression.initializer] : []),
      ];
    case 'text':
      return expression.holes;
    case 'list':
      return valuesOf(expression.items);
    case 'object':
      return expression.entries.flatMap(({ keyValue, value }) => (keyValue ? [keyValue, value] : [value]));
    case 'unary':
    case 'cast':
      return [expression.value];
    case 'binary':
      return [expression.left, expression.right];
    case 'conditional':
      return [expression.condition, ...expression.values];
    case 'assignment':
      return [expression.target, expression.value];
    case 'other':
      return expression.parts;
    default:
      return [];
  }
}

/** All expressions in a body, statement by statement. */
export function* expressionsIn(body: readonly Statement[]): Generator<Expression> {
  for (const statement of statementsIn(body)) {
    for (const head of headsOf(statement)) yield* expressionsOf(head);
  }
}

/** All calls in a body, statement by statement; outer ones before the ones in their arguments. */
export function* callsIn(body: readonly Statement[]): Generator<Call> {
  for (const expression of expressionsIn(body)) if (expression.kind === 'call') yield expression;
}

function valuesOf(args: readonly Argument[]): Expression[] {
  return args.map((argument) => argument.value);
}
