import { MAX_DEPTH, type Expression } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import type { Assign, Statement, Switch, Try, With } from '../statement';
import { bodyOf, expressionStatement, initialParts, otherStatement } from '../classStatements';
import { nameLambda, other, pieceOf } from '../drafts';
import { typeText } from '../loweredFile';
import type { JavaLowered } from './context';

/** What does nothing by itself. */
const SKIPPED = new Set([
  'package_declaration',
  'import_declaration',
  'break_statement',
  'continue_statement',
  'module_declaration',
  ';',
]);

const DECLARED_TYPES = /^(class|record|interface|enum|annotation_type)_declaration$/;

/** Reads the statements of a block or of the file. */
export function lowerStatements(file: JavaLowered, nodes: readonly PlainNode[], depth: number): Statement[] {
  if (depth > MAX_DEPTH) return [];
  return nodes.flatMap((node) => (SKIPPED.has(node.type) ? [] : lowerStatement(file, node, depth + 1)));
}

function lowerStatement(file: JavaLowered, node: PlainNode, depth: number): Statement[] {
  const piece = pieceOf(node);
  const read = (kid: PlainNode | undefined): Expression => (kid ? file.expression(kid, depth) : other(node, []));
  const field = (name: string): Expression => read(fieldOf(node, name));
  const body = (kid: PlainNode | undefined): Statement[] => bodyOf(file, kid, depth);
  if (DECLARED_TYPES.test(node.type)) {
    return [{ kind: 'otherStatement', parts: initialParts(file, node, depth), body: [], ...piece }];
  }
  switch (node.type) {
    case 'expression_statement':
      return node.kids[0] ? [lowerExpressionStatement(file, node, node.kids[0], depth)] : [];
    case 'explicit_constructor_invocation':
      return [{ kind: 'expression', value: file.expression(node, depth), ...piece }];
    case 'local_variable_declaration':
    case 'field_declaration':
      return declarationsOf(file, node, depth);
    case 'return_statement':
      return [{ kind: 'return', values: node.kids[0] ? [read(node.kids[0])] : [], ...piece }];
    // Only in a switch that has a value, which is lowered to functions called in place.
    case 'yield_statement':
      return [{ kind: 'return', values: [read(node.kids[0])], ...piece }];
    case 'throw_statement':
      return [{ kind: 'throw', value: read(node.kids[0]), ...piece }];
    case 'if_statement': {
      const [then, otherwise] = [body(fieldOf(node, 'consequence')), body(fieldOf(node, 'alternative'))];
      return [{ kind: 'if', condition: field('condition'), body: then, otherwise, ...piece }];
    }
    case 'while_statement':
    case 'do_statement':
      return [
        {
          kind: 'loop',
          targets: [],
          condition: field('condition'),
          parts: [],
          body: body(fieldOf(node, 'body')),
          ...piece,
        },
      ];
    case 'for_statement':
      return [lowerFor(file, node, depth)];
    case 'enhanced_for_statement':
      return [
        {
          kind: 'loop',
          targets: [field('name')],
          over: field('value'),
          parts: [],
          body: body(fieldOf(node, 'body')),
          ...piece,
        },
      ];
    case 'try_statement':
    case 'try_with_resources_statement':
      return [lowerTry(file, node, depth)];
    case 'synchronized_statement':
      return [{ kind: 'with', items: [{ value: read(node.kids[0]) }], body: body(fieldOf(node, 'body')), ...piece }];
    case 'switch_expression':
    case 'switch_statement':
      return [lowerSwitch(file, node, depth)];
    case 'block':
    case 'constructor_body':
      return [{ kind: 'block', body: file.statements(node.kids, depth), ...piece }];
    case 'labeled_statement':
      return file.statements(node.kids.slice(1), depth);
    case 'method_declaration':
      // Outside of a class only what is no whole file: a snippet, or what the parser lost its place in.
      file.function(node, { name: file.textOf(fieldOf(node, 'name') ?? node), modifiers: [] }, depth);
      return [];
    default:
      return [otherStatement(file, node, depth)];
  }
}

function lowerExpressionStatement(file: JavaLowered, node: PlainNode, inner: PlainNode, depth: number): Statement {
  if (inner.type === 'switch_expression') return lowerSwitch(file, inner, depth);
  return expressionStatement(file, node, inner, depth);
}

/** A statement each: `int a = 1, b;` has two. */
function declarationsOf(file: JavaLowered, node: PlainNode, depth: number): Assign[] {
  const type = fieldOf(node, 'type');
  const written = type ? typeText(file, type) : 'var';
  return node.kids
    .filter((kid) => kid.type === 'variable_declarator')
    .map((declarator, i): Assign => {
      const name = fieldOf(declarator, 'name');
      const value = fieldOf(declarator, 'value');
      const target = name ? file.expression(name, depth) : other(declarator, []);
      const given = value ? file.expression(value, depth) : undefined;
      if (given) nameLambda(file.functions, given, target);
      return {
        kind: 'assign',
        targets: [target],
        values: given ? [given] : [],
        operator: '=',
        declares: true,
        ...(written === 'var' ? {} : { type: written }),
        start: i === 0 ? node.start : declarator.start,
        end: i === 0 ? node.end : declarator.end,
      };
    });
}

function lowerFor(file: JavaLowered, node: PlainNode, depth: number): Statement {
  const condition = fieldOf(node, 'condition');
  const parts = node.kids
    .filter(({ field }) => field === 'init' || field === 'update')
    .flatMap((part): Statement[] => {
      if (part.type === 'local_variable_declaration') return declarationsOf(file, part, depth);
      return [lowerExpressionStatement(file, part, part, depth)];
    });
  const body = bodyOf(file, fieldOf(node, 'body'), depth);
  const given = condition ? { condition: file.expression(condition, depth) } : {};
  return { kind: 'loop', targets: [], ...given, parts, body, ...pieceOf(node) };
}

/** `try (…)` is a `with` of its resources, inside a `try` where it also catches something. */
function lowerTry(file: JavaLowered, node: PlainNode, depth: number): Try | With {
  const resources = fieldOf(node, 'resources');
  const bodyNode = fieldOf(node, 'body');
  const body = bodyOf(file, bodyNode, depth);
  const handlers = node.kids
    .filter(({ type }) => type === 'catch_clause')
    .map((clause) => bodyOf(file, fieldOf(clause, 'body'), depth));
  const last = kidOf(node, 'finally_clause');
  const finallyBody = last ? bodyOf(file, last.kids[0], depth) : [];
  if (resources === undefined) return { kind: 'try', body, handlers, finally: finallyBody, ...pieceOf(node) };
  const items = resources.kids.map((resource) => {
    const name = fieldOf(resource, 'name');
    const value = fieldOf(resource, 'value') ?? resource.kids[0];
    return {
      value: value ? file.expression(value, depth) : other(resource, []),
      ...(name ? { target: file.expression(name, depth) } : {}),
    };
  });
  const entered: With = { kind: 'with', items, body, start: node.start, end: bodyNode?.end ?? node.end };
  if (handlers.length === 0 && last === undefined) return entered;
  return { kind: 'try', body: [entered], handlers, finally: finallyBody, ...pieceOf(node) };
}

/** Cases that fall through share no body: each has what stands under it. */
function lowerSwitch(file: JavaLowered, node: PlainNode, depth: number): Switch {
  const value = fieldOf(node, 'condition');
  const cases = (fieldOf(node, 'body')?.kids ?? []).map((branch) => {
    const labels = branch.kids.filter(({ type }) => type === 'switch_label').flatMap(({ kids }) => kids);
    const inside = branch.kids.filter(({ type }) => type !== 'switch_label');
    const [only] = inside;
    const nodes = inside.length === 1 && only?.type === 'block' ? only.kids : inside;
    return { labels: labels.map((label) => file.expression(label, depth)), body: file.statements(nodes, depth) };
  });
  return { kind: 'switch', value: value ? file.expression(value, depth) : undefined, cases, ...pieceOf(node) };
}
