import { MAX_DEPTH, type Expression } from '../expression';
import type { Statement, Switch, Try } from '../statement';
import { other, pieceOf } from '../drafts';
import type { Lowered } from './context';
import { declarationsOf } from './declarations';
import { exportStatement, importStatement } from './modules';
import { fieldOf, type PlainNode } from '../plainTree';

/** Reads the statements of a body; what is only a type leaves none. */
export function lowerStatements(file: Lowered, nodes: readonly PlainNode[], depth: number): Statement[] {
  if (depth > MAX_DEPTH) return [];
  return nodes.flatMap((node) => statementsOf(file, node, depth + 1));
}

function statementsOf(file: Lowered, node: PlainNode, depth: number): readonly Statement[] {
  switch (node.type) {
    case 'import_statement':
      importStatement(file, node);
      return [];
    case 'export_statement':
      return exportStatement(file, node, depth);
    case 'if_statement':
    case 'else_clause':
    case 'for_in_statement':
    case 'for_statement':
    case 'while_statement':
    case 'do_statement':
    case 'try_statement':
    case 'switch_statement':
      return [branching(file, node, depth)];
    case 'statement_block':
      return [{ kind: 'block', body: file.statements(node.kids, depth), ...pieceOf(node) }];
    case 'labeled_statement':
      return bodyOf(file, fieldOf(node, 'body'), depth);
    case 'expression_statement':
      return expressionStatement(file, node, depth);
    case 'return_statement':
    case 'throw_statement': {
      const value = node.kids[0] && file.expression(node.kids[0], depth);
      if (node.type === 'throw_statement') return [{ kind: 'throw', value, ...pieceOf(node) }];
      return [{ kind: 'return', values: value ? [value] : [], ...pieceOf(node) }];
    }
    default:
      return declarationsOf(file, node, depth);
  }
}

function expressionStatement(file: Lowered, node: PlainNode, depth: number): readonly Statement[] {
  const [only] = node.kids;
  if (only === undefined) return [];
  // `namespace a {}` is an expression to the grammar.
  if (only.type === 'internal_module') return declarationsOf(file, only, depth);
  const value = file.expression(only, depth);
  if (value.kind !== 'assignment') return [{ kind: 'expression', value, ...pieceOf(node) }];
  const { target, operator } = value;
  return [{ kind: 'assign', targets: [target], values: [value.value], operator, declares: false, ...pieceOf(node) }];
}

function branching(file: Lowered, node: PlainNode, depth: number): Statement {
  const piece = pieceOf(node);
  const condition = (): Expression => expressionIn(file, node, 'condition', depth) ?? other(node, []);
  const body = (): readonly Statement[] => bodyOf(file, fieldOf(node, 'body'), depth);
  switch (node.type) {
    case 'if_statement': {
      const otherwise = bodyOf(file, fieldOf(node, 'alternative')?.kids[0], depth);
      const then = bodyOf(file, fieldOf(node, 'consequence'), depth);
      return { kind: 'if', condition: condition(), body: then, otherwise, ...piece };
    }
    case 'for_in_statement': {
      const left = fieldOf(node, 'left');
      const over = expressionIn(file, node, 'right', depth) ?? other(node, []);
      const targets = left ? [file.pattern(left, depth)] : [];
      return { kind: 'loop', targets, over, parts: [], body: body(), ...piece };
    }
    case 'for_statement':
      return forLoop(file, node, depth);
    case 'while_statement':
    case 'do_statement':
      return { kind: 'loop', targets: [], condition: condition(), parts: [], body: body(), ...piece };
    case 'switch_statement':
      return switchOf(file, node, depth);
    default:
      return tryOf(file, node, depth);
  }
}

function forLoop(file: Lowered, node: PlainNode, depth: number): Statement {
  const initializer = fieldOf(node, 'initializer');
  const isDeclaration = initializer !== undefined && /_declaration$/.test(initializer.type);
  const before: readonly Statement[] =
    initializer === undefined || initializer.type === 'empty_statement'
      ? []
      : isDeclaration
        ? declarationsOf(file, initializer, depth)
        : [asStatement(file.expression(initializer, depth))];
  const increment = expressionIn(file, node, 'increment', depth);
  const condition = expressionIn(file, node, 'condition', depth);
  return {
    kind: 'loop',
    targets: [],
    ...(condition ? { condition } : {}),
    parts: [...before, ...(increment ? [asStatement(increment)] : [])],
    body: bodyOf(file, fieldOf(node, 'body'), depth),
    ...pieceOf(node),
  };
}

function asStatement(value: Expression): Statement {
  return { kind: 'expression', value, start: value.start, end: value.end };
}

function tryOf(file: Lowered, node: PlainNode, depth: number): Try {
  const handler = fieldOf(node, 'handler');
  const last = fieldOf(node, 'finalizer');
  return {
    kind: 'try',
    body: bodyOf(file, fieldOf(node, 'body'), depth),
    handlers: handler ? [bodyOf(file, fieldOf(handler, 'body'), depth)] : [],
    finally: last ? bodyOf(file, fieldOf(last, 'body'), depth) : [],
    ...pieceOf(node),
  };
}

function switchOf(file: Lowered, node: PlainNode, depth: number): Switch {
  const branches = fieldOf(node, 'body')?.kids ?? [];
  const cases = branches.map((branch) => ({
    labels: branch.kids.filter((kid) => kid.field === 'value').map((kid) => file.expression(kid, depth)),
    body: file.statements(
      branch.kids.filter((kid) => kid.field === 'body'),
      depth,
    ),
  }));
  return { kind: 'switch', value: expressionIn(file, node, 'value', depth), cases, ...pieceOf(node) };
}

function bodyOf(file: Lowered, node: PlainNode | undefined, depth: number): readonly Statement[] {
  if (node === undefined) return [];
  return file.statements(node.type === 'statement_block' ? node.kids : [node], depth);
}

function expressionIn(file: Lowered, node: PlainNode, field: string, depth: number): Expression | undefined {
  const kid = fieldOf(node, field);
  if (kid === undefined || kid.type === 'empty_statement' || kid.type === ';') return undefined;
  return file.expression(kid, depth);
}
