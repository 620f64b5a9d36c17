import { bodyOf, expressionStatement, initialParts, otherStatement } from '../classStatements';
import { nameLambda, other, pieceOf } from '../drafts';
import { MAX_DEPTH, type Expression } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import type { Assign, Statement, Switch, With } from '../statement';
import { attributesOf } from './attributes';
import { typeText, type LoweredFile } from '../loweredFile';
import { modifiersOf, throughDirectives } from './declarationWords';
import { withDeclaredType } from './creations';
import { nameIn } from './texts';
import { TYPE_DECLARATIONS } from './types';

/** What does nothing by itself. */
const SKIPPED = new Set([
  'using_directive',
  'extern_alias_directive',
  'global_attribute',
  'break_statement',
  'continue_statement',
  'goto_statement',
  'empty_statement',
  'delegate_declaration',
]);
/** What only holds others. */
const HOLDERS = new Set([
  'global_statement',
  'labeled_statement',
  'namespace_declaration',
  'file_scoped_namespace_declaration',
  'declaration_list',
]);
const NAMES = new Set(['identifier', 'qualified_name']);

/** Reads the statements of a block or of the file. */
export function lowerStatements(file: LoweredFile, nodes: readonly PlainNode[], depth: number): Statement[] {
  if (depth > MAX_DEPTH) return [];
  return throughDirectives(nodes).flatMap((node) => {
    if (SKIPPED.has(node.type)) return [];
    if (HOLDERS.has(node.type))
      return lowerStatements(
        file,
        node.kids.filter(({ type }) => !NAMES.has(type)),
        depth + 1,
      );
    return lowerStatement(file, node, depth + 1);
  });
}

function lowerStatement(file: LoweredFile, node: PlainNode, depth: number): Statement[] {
  const piece = pieceOf(node);
  const read = (kid: PlainNode | undefined): Expression => (kid ? file.expression(kid, depth) : other(node, []));
  const field = (name: string): Expression => read(fieldOf(node, name));
  const body = (name: string): Statement[] => bodyOf(file, fieldOf(node, name), depth);
  if (TYPE_DECLARATIONS.test(node.type))
    return [{ kind: 'otherStatement', parts: initialParts(file, node, depth), body: [], ...piece }];
  switch (node.type) {
    case 'expression_statement':
      return node.kids[0] ? [expressionStatement(file, node, node.kids[0], depth)] : [];
    case 'local_declaration_statement':
      return declarationsOf(file, node, kidOf(node, 'variable_declaration'), depth);
    case 'return_statement':
      return [{ kind: 'return', values: node.kids[0] ? [read(node.kids[0])] : [], ...piece }];
    case 'yield_statement': {
      if (node.kids[0] === undefined) return [];
      const value: Expression = { kind: 'unary', operator: 'yield', value: read(node.kids[0]), ...piece };
      return [{ kind: 'expression', value, ...piece }];
    }
    case 'throw_statement':
      return [{ kind: 'throw', value: node.kids[0] ? read(node.kids[0]) : undefined, ...piece }];
    case 'if_statement': {
      const [then, otherwise] = [body('consequence'), body('alternative')];
      return [{ kind: 'if', condition: field('condition'), body: then, otherwise, ...piece }];
    }
    case 'while_statement':
    case 'do_statement':
      return [{ kind: 'loop', targets: [], condition: field('condition'), parts: [], body: body('body'), ...piece }];
    case 'for_statement':
      return [lowerFor(file, node, depth)];
    case 'foreach_statement':
      return [
        { kind: 'loop', targets: [field('left')], over: field('right'), parts: [], body: body('body'), ...piece },
      ];
    case 'try_statement':
      return [lowerTry(file, node, depth)];
    case 'using_statement':
    case 'fixed_statement':
      return [lowerUsing(file, node, depth)];
    case 'lock_statement': {
      const [value, inside] = node.kids;
      return [{ kind: 'with', items: [{ value: read(value) }], body: bodyOf(file, inside, depth), ...piece }];
    }
    case 'switch_statement':
      return [lowerSwitch(file, node, depth)];
    case 'block':
      return [{ kind: 'block', body: file.statements(node.kids, depth), ...piece }];
    case 'checked_statement':
    case 'unsafe_statement':
      return [{ kind: 'block', body: bodyOf(file, kidOf(node, 'block'), depth), ...piece }];
    case 'local_function_statement':
    case 'method_declaration': // Outside of a class: a snippet, or what the parser lost its place in.
      return [{ kind: 'function', function: lowerLocalFunction(file, node, depth), ...piece }];
    default:
      return [otherStatement(file, node, depth)];
  }
}

function lowerLocalFunction(file: LoweredFile, node: PlainNode, depth: number): number {
  const nameNode = fieldOf(node, 'name');
  const nameAt = nameNode ? { nameAt: pieceOf(nameNode) } : {};
  const modifiers = modifiersOf(file, node);
  const annotations = attributesOf(file, node, depth);
  return file.function(node, { name: nameIn(file, node), ...nameAt, modifiers, annotations }, depth);
}

/** A statement each: `int a = 1, b;` has two. */
function declarationsOf(
  file: LoweredFile,
  node: PlainNode,
  declaration: PlainNode | undefined,
  depth: number,
): Assign[] {
  if (declaration === undefined) return [];
  const type = fieldOf(declaration, 'type');
  const isUsing = /^(await\s+)?using\b/.test(file.textOf({ start: node.start, end: declaration.start }));
  const declarators = declaration.kids.filter((kid) => kid.type === 'variable_declarator');
  return declarators.map((declarator, i): Assign => {
    const [target, value] = declared(file, declarator, type, depth);
    return {
      kind: 'assign',
      targets: [target],
      values: value ? [value] : [],
      operator: '=',
      declares: true,
      ...(type === undefined || type.type === 'implicit_type' ? {} : { type: typeText(file, type) }),
      ...(isUsing ? { using: true as const } : {}),
      ...pieceOf(i === 0 ? node : declarator),
    };
  });
}

/** The name or tuple of names, and what it is made of. */
function declared(
  file: LoweredFile,
  declarator: PlainNode,
  type: PlainNode | undefined,
  depth: number,
): [Expression, Expression | undefined] {
  const name = fieldOf(declarator, 'name') ?? kidOf(declarator, 'tuple_pattern');
  const node = declarator.kids.find((kid) => kid !== name && kid.type !== 'bracketed_argument_list');
  const target = name ? file.expression(name, depth) : other(declarator, []);
  const value = node && withDeclaredType(file, file.expression(node, depth), type);
  if (value) nameLambda(file.functions, value, target);
  return [target, value];
}

function lowerFor(file: LoweredFile, node: PlainNode, depth: number): Statement {
  const condition = fieldOf(node, 'condition');
  const parts = node.kids
    .filter(({ field }) => field === 'initializer' || field === 'update')
    .flatMap((part): Statement[] =>
      part.type === 'variable_declaration'
        ? declarationsOf(file, part, part, depth)
        : [expressionStatement(file, part, part, depth)],
    );
  const body = bodyOf(file, fieldOf(node, 'body'), depth);
  const given = condition ? { condition: file.expression(condition, depth) } : {};
  return { kind: 'loop', targets: [], ...given, parts, body, ...pieceOf(node) };
}

/** `using (var a = x) { … }`, `using (x) { … }`, `fixed (…) { … }`. */
function lowerUsing(file: LoweredFile, node: PlainNode, depth: number): With {
  const bodyNode = fieldOf(node, 'body') ?? node.kids.at(-1);
  const declaration = kidOf(node, 'variable_declaration');
  const type = declaration && fieldOf(declaration, 'type');
  const declarators = declaration?.kids.filter((kid) => kid.type === 'variable_declarator') ?? [];
  const entered = declarators.map((declarator) => {
    const [target, value] = declared(file, declarator, type, depth);
    return { value: value ?? other(declarator, []), target };
  });
  const bare = declaration ? undefined : node.kids.find((kid) => kid !== bodyNode);
  const items = bare ? [{ value: file.expression(bare, depth) }] : entered;
  return { kind: 'with', items, body: bodyOf(file, bodyNode, depth), ...pieceOf(node) };
}

function lowerTry(file: LoweredFile, node: PlainNode, depth: number): Statement {
  const handlers = node.kids
    .filter(({ type }) => type === 'catch_clause')
    .map((clause): Statement[] => {
      const filter = kidOf(clause, 'catch_filter_clause')?.kids[0];
      const body = bodyOf(file, fieldOf(clause, 'body'), depth);
      if (filter === undefined) return body;
      return [{ kind: 'expression', value: file.expression(filter, depth), ...pieceOf(filter) }, ...body];
    });
  const last = kidOf(node, 'finally_clause');
  return {
    kind: 'try',
    body: bodyOf(file, fieldOf(node, 'body'), depth),
    handlers,
    finally: last ? bodyOf(file, last.kids[0], depth) : [],
    ...pieceOf(node),
  };
}

const LABELS = /(_pattern|^when_clause|^discard)$/;

function lowerSwitch(file: LoweredFile, node: PlainNode, depth: number): Switch {
  const value = fieldOf(node, 'value');
  const cases = (fieldOf(node, 'body')?.kids ?? []).map((section) => {
    const labels = section.kids.filter(({ type }) => LABELS.test(type));
    const inside = section.kids.filter(({ type }) => !LABELS.test(type));
    return { labels: labels.map((label) => file.expression(label, depth)), body: file.statements(inside, depth) };
  });
  return { kind: 'switch', value: value ? file.expression(value, depth) : undefined, cases, ...pieceOf(node) };
}
