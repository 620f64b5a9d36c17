import { bodyOf, initialParts } from '../classStatements';
import { nameLambda, other, pieceOf } from '../drafts';
import { MAX_DEPTH, type Expression } from '../expression';
import { typeText } from '../loweredFile';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import type { Assign, Statement, Try } from '../statement';
import { annotationsOf } from './annotations';
import { isType, type KotlinLowered } from './context';
import { modifiersOf } from './functions';
import { setterName } from './properties';

const SKIPPED = new Set(['package_header', 'import', 'file_annotation', 'shebang', 'type_alias', 'label']);

/** Reads the statements of a block or of the file. */
export function lowerStatements(file: KotlinLowered, nodes: readonly PlainNode[], depth: number): Statement[] {
  if (depth > MAX_DEPTH) return [];
  return nodes.flatMap((node) => (SKIPPED.has(node.type) ? [] : lowerStatement(file, node, depth + 1)));
}

function lowerStatement(file: KotlinLowered, node: PlainNode, depth: number): Statement[] {
  const piece = pieceOf(node);
  const read = (kid: PlainNode | undefined): Expression => (kid ? file.expression(kid, depth) : other(node, []));
  const body = (kid: PlainNode | undefined): Statement[] => bodyOf(file, kid, depth);
  switch (node.type) {
    case 'class_declaration':
    case 'object_declaration':
    case 'companion_object':
      return [{ kind: 'otherStatement', parts: initialParts(file, node, depth), body: [], ...piece }];
    case 'function_declaration': {
      const name = fieldOf(node, 'name') ?? node;
      const placement = { name: file.textOf(name), nameAt: pieceOf(name), modifiers: modifiersOf(file, node) };
      const annotations = annotationsOf(file, node, depth);
      return [{ kind: 'function', function: file.function(node, { ...placement, annotations }, depth), ...piece }];
    }
    case 'property_declaration':
      return [declarationOf(file, node, depth)];
    case 'assignment':
      return [lowerAssignment(file, node, depth)];
    case 'return_expression': {
      const value = node.kids.find((kid) => kid.field !== 'label');
      return [{ kind: 'return', values: value ? [read(value)] : [], ...piece }];
    }
    case 'throw_expression':
      return [{ kind: 'throw', value: read(node.kids[0]), ...piece }];
    case 'if_expression': {
      const condition = fieldOf(node, 'condition');
      const [then, otherwise] = node.kids.filter((kid) => kid !== condition);
      return [{ kind: 'if', condition: read(condition), body: body(then), otherwise: body(otherwise), ...piece }];
    }
    case 'when_expression':
      return [lowerWhen(file, node, depth)];
    case 'try_expression':
      return [lowerTry(file, node, depth)];
    case 'for_statement':
      return [lowerFor(file, node, depth)];
    case 'while_statement':
    case 'do_while_statement': {
      const condition = fieldOf(node, 'condition');
      const inside = node.kids.find((kid) => kid !== condition && kid.type !== 'label');
      return [{ kind: 'loop', targets: [], condition: read(condition), parts: [], body: body(inside), ...piece }];
    }
    case 'block':
      return [{ kind: 'block', body: file.statements(node.kids, depth), ...piece }];
    default:
      return [{ kind: 'expression', value: read(node), ...piece }];
  }
}

/** `val a: T = b`, `val c by lazy { d }` (whose value is what the lambda gives), `val (a, b) = c`. */
function declarationOf(file: KotlinLowered, node: PlainNode, depth: number): Assign {
  const single = kidOf(node, 'variable_declaration');
  const several = kidOf(node, 'multi_variable_declaration')?.kids ?? [];
  const names = (single ? [single] : several).map((one) => kidOf(one, 'identifier') ?? one);
  const type = single?.kids.find(isType);
  const value = valueOf(file, node, depth);
  const targets = names.map((name) => file.expression(name, depth));
  if (value && targets[0]) nameLambda(file.functions, value, targets[0]);
  return {
    kind: 'assign',
    targets,
    values: value ? [value] : [],
    operator: '=',
    declares: true,
    ...(type ? { type: typeText(file, type).replace(/\?$/, '') } : {}),
    ...pieceOf(node),
  };
}

/** What a property is made with. */
export function valueOf(file: KotlinLowered, node: PlainNode, depth: number): Expression | undefined {
  const delegate = kidOf(node, 'property_delegate');
  const given = delegate?.kids[0] ?? node.kids.find(isValue);
  if (given === undefined) return undefined;
  const value = file.expression(given, depth);
  const isLazy =
    delegate !== undefined && value.kind === 'call' && value.callee.kind === 'name' && value.callee.name === 'lazy';
  const made = isLazy ? value.args.at(-1)?.value : undefined;
  const last = made?.kind === 'function' ? file.functions[made.function]?.body.at(-1) : undefined;
  return last?.kind === 'return' ? last.values[0] : value;
}

function isValue(kid: PlainNode): boolean {
  return (
    !isType(kid) &&
    !/^(modifiers|variable_declaration|multi_variable_declaration|getter|setter|type_\w+)$/.test(kid.type)
  );
}

/** `x.concurrency = 3` of another object calls its setter. */
function lowerAssignment(file: KotlinLowered, node: PlainNode, depth: number): Statement {
  const [left, right] = [fieldOf(node, 'left') ?? node.kids[0], fieldOf(node, 'right') ?? node.kids[1]];
  const target = left ? file.expression(left, depth) : other(node, []);
  const value = right ? file.expression(right, depth) : other(node, []);
  const operator = file.textOf({ start: left?.end ?? node.start, end: right?.start ?? node.start }).trim();
  const isOwn = target.kind === 'member' && target.object.kind === 'name' && target.object.name === 'this';
  if (target.kind !== 'member' || isOwn || operator !== '=')
    return { kind: 'assign', targets: [target], values: [value], operator, declares: false, ...pieceOf(node) };
  const callee: Expression = { ...target, name: setterName(target.name) };
  const args = [{ value, start: value.start, end: value.end }];
  const call: Expression = { kind: 'call', callee, args, argsAt: pieceOf(value), ...pieceOf(node) };
  return { kind: 'expression', value: call, ...pieceOf(node) };
}

function lowerWhen(file: KotlinLowered, node: PlainNode, depth: number): Statement {
  const subject = kidOf(node, 'when_subject')?.kids.at(-1);
  const cases = node.kids
    .filter(({ type }) => type === 'when_entry')
    .map((entry) => {
      const labels = entry.kids.filter(({ field }) => field === 'condition');
      return {
        labels: labels.map((label) => file.expression(label, depth)),
        body: bodyOf(file, entry.kids.at(-1), depth),
      };
    });
  return { kind: 'switch', value: subject ? file.expression(subject, depth) : undefined, cases, ...pieceOf(node) };
}

function lowerTry(file: KotlinLowered, node: PlainNode, depth: number): Try {
  const blocks = (type: string): Statement[][] =>
    node.kids.filter((kid) => kid.type === type).map((kid) => bodyOf(file, kidOf(kid, 'block'), depth));
  return {
    kind: 'try',
    body: bodyOf(file, kidOf(node, 'block'), depth),
    handlers: blocks('catch_block'),
    finally: blocks('finally_block').flat(),
    ...pieceOf(node),
  };
}

function lowerFor(file: KotlinLowered, node: PlainNode, depth: number): Statement {
  const declared = node.kids.filter(({ type }) => /variable_declaration$/.test(type));
  const [over, inside] = node.kids.filter((kid) => !declared.includes(kid) && !/^(annotation|label)$/.test(kid.type));
  const names = declared.flatMap((one) => (one.type === 'variable_declaration' ? [one] : one.kids));
  return {
    kind: 'loop',
    targets: names.map((one) => file.expression(kidOf(one, 'identifier') ?? one, depth)),
    ...(over ? { over: file.expression(over, depth) } : {}),
    parts: [],
    body: bodyOf(file, inside, depth),
    ...pieceOf(node),
  };
}
