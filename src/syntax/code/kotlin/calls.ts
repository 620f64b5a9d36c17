import { other, pieceOf } from '../drafts';
import type { Argument, Call, Expression } from '../expression';
import { fieldOf, kidOf, type PlainNode } from '../plainTree';
import { typeArguments } from '../typeArguments';
import { argumentsOf } from './arguments';
import type { KotlinLowered } from './context';
import { getterName, setterName } from './properties';

/** What is longer is a chain of calls. */
const LONGEST_NAME = 200;

/** `f(a)`, `x.f(a) { … }`, `T<A>(a)`: a class's name called is its constructor. */
export function lowerCall(file: KotlinLowered, node: PlainNode, depth: number): Expression {
  const [first] = node.kids;
  const lambda = kidOf(node, 'annotated_lambda');
  const isTrailing =
    lambda !== undefined && first?.type === 'call_expression' && kidOf(node, 'value_arguments') === undefined;
  const within = isTrailing && kidOf(first, 'annotated_lambda') === undefined ? first : node;
  if (lambda !== undefined) {
    const configured = configuredBy(file, within, lambda, depth);
    if (configured !== undefined) return { ...configured, ...pieceOf(node) };
  }
  const callee = within.kids[0];
  const list = kidOf(within, 'value_arguments');
  const types = kidOf(within, 'type_arguments');
  const isNew = callee !== undefined && callee.end - callee.start < LONGEST_NAME && isClass(file.textOf(callee));
  const called = callee ? file.expression(callee, depth) : other(node, []);
  const args = list ? argumentsOf(file, list, depth) : [];
  const last: Argument[] = lambda ? [{ value: file.expression(lambda, depth), ...pieceOf(lambda) }] : [];
  const at = list ? { start: list.start + 1, end: list.end - 1 } : { start: within.end, end: within.end };
  return {
    kind: 'call',
    callee: called,
    args: [...args, ...last],
    argsAt: at,
    ...(isNew ? { isNew: true as const } : {}),
    ...(types ? { typeArguments: typeArguments(file.textOf(types)) } : {}),
    ...pieceOf(node),
  };
}

/** `RestTemplate`, `OkHttpClient.Builder`, `org.acme.Client`. */
function isClass(written: string): boolean {
  return /^([a-z_]\w*\.)*([A-Z]\w*\.)*[A-Z]\w*$/.test(written) && !/^[A-Z0-9_]+$/.test(written);
}

/**
 * `x.apply { concurrency = 3; setFilter(f) }` and `x.also { it.setFilter(f) }` configure `x`: they are read as
 * `x.setConcurrency(3).setFilter(f)`. Undefined where the lambda does something else, too.
 */
function configuredBy(file: KotlinLowered, node: PlainNode, lambda: PlainNode, depth: number): Expression | undefined {
  const [callee] = node.kids;
  if (callee?.type !== 'navigation_expression' || kidOf(node, 'value_arguments') !== undefined) return undefined;
  const [object, name] = callee.kids;
  const scope = name ? file.textOf(name) : '';
  if (object === undefined || (scope !== 'apply' && scope !== 'also')) return undefined;
  const literal = kidOf(lambda, 'lambda_literal');
  if (literal === undefined || kidOf(literal, 'lambda_parameters') !== undefined || literal.kids.length === 0)
    return undefined;
  const steps = literal.kids.map((kid) => stepOf(file, kid, scope === 'also' ? 'it' : undefined));
  if (steps.some((step) => step === undefined)) return undefined;
  let found = file.expression(object, depth);
  for (const step of steps as readonly Step[]) found = chained(file, found, step, depth);
  return found;
}

/** A call on what is configured. */
interface Step {
  readonly node: PlainNode;
  /** What is read before it: `containerProperties` of `containerProperties.ackMode = m`. */
  readonly path: readonly PlainNode[];
  readonly name: string;
  readonly nameAt: PlainNode;
  /** The arguments in parentheses, or the value that is assigned. */
  readonly list?: PlainNode | undefined;
  readonly value?: PlainNode | undefined;
}

function stepOf(file: KotlinLowered, node: PlainNode, receiver: string | undefined): Step | undefined {
  const target = node.kids[0];
  const names = target === undefined ? undefined : ownPath(file, target, receiver);
  const nameAt = names?.at(-1);
  if (names === undefined || nameAt === undefined || /^[A-Z]/.test(file.textOf(names[0]!))) return undefined;
  const path = names.slice(0, -1);
  if (node.type === 'call_expression' && kidOf(node, 'annotated_lambda') === undefined)
    return { node, path, name: file.textOf(nameAt), nameAt, list: kidOf(node, 'value_arguments') };
  if (node.type !== 'assignment') return undefined;
  return { node, path, name: setterName(file.textOf(nameAt)), nameAt, value: fieldOf(node, 'right') };
}

/** The names of `a.b` in `apply`, where `this.` may stand before it, and of `it.a.b` in `also`. */
function ownPath(file: KotlinLowered, target: PlainNode, receiver: string | undefined): PlainNode[] | undefined {
  const names: PlainNode[] = [];
  let at = target;
  while (at.type === 'navigation_expression' && at.kids.length === 2) {
    names.unshift(at.kids[1]!);
    at = at.kids[0]!;
  }
  const root = file.textOf(at);
  if (root === (receiver ?? 'this')) return names;
  return receiver === undefined && at.type === 'identifier' ? [at, ...names] : undefined;
}

/** `x.containerProperties.ackMode = m` is `x.getContainerProperties().setAckMode(m)`. */
function chained(file: KotlinLowered, from: Expression, step: Step, depth: number): Call {
  const { node, path, name, nameAt, list, value } = step;
  const on = (object: Expression, method: string, at: PlainNode): Expression => {
    return { kind: 'member', object, name: method, nameAt: pieceOf(at), start: object.start, end: at.end };
  };
  let object = from;
  for (const one of path) {
    const argsAt = { start: one.end, end: one.end };
    const callee = on(object, getterName(file.textOf(one)), one);
    object = { kind: 'call', callee, args: [], argsAt, start: object.start, end: one.end };
  }
  const given: Argument[] = value ? [{ value: file.expression(value, depth), ...pieceOf(value) }] : [];
  return {
    kind: 'call',
    callee: on(object, name, nameAt),
    args: list ? argumentsOf(file, list, depth) : given,
    argsAt: list ? { start: list.start + 1, end: list.end - 1 } : pieceOf(value ?? node),
    start: object.start,
    end: node.end,
  };
}
