import type { CodeFunction } from '../../syntax/code/code';
import type { Call, Expression } from '../../syntax/code/expression';
import { bindingOf } from '../code/bindings';
import { dotted } from '../code/names';
import type { SourceCode } from '../code/sourceCode';
import { handlesByHand } from './handMade';
import type { NodeCode } from './nodeCode';
import { outgoingOf } from './outgoing';
import { calledFunction, possibleValues } from './values';
import { callsOf } from './calls';

/** A function that takes messages. */
export interface Handler {
  readonly source: SourceCode;
  readonly function: CodeFunction;
}

/** The functions that an expression can be: one written there, a named one, a method, also `this.handle.bind(this)`. */
export function functionsOf(
  node: NodeCode,
  source: SourceCode,
  fn: CodeFunction,
  value: Expression,
): readonly Handler[] {
  const named = calledFunction(node.program, source, fn, value);
  if (named !== undefined) return [named];
  return possibleValues(node.program, { source, function: fn, expression: value }).flatMap((one) => {
    const { expression } = one;
    const bound =
      expression.kind === 'call' && expression.callee.kind === 'member' && expression.callee.name === 'bind';
    const found = calledFunction(
      node.program,
      one.source,
      one.function,
      bound && expression.callee.kind === 'member' ? expression.callee.object : expression,
    );
    return found ? [found] : [];
  });
}

/** Helpers are followed this deep. */
const MAX_LEVELS = 2;

/** Instrumentations of databases: where one is set up, what asks a database makes spans. */
const FOR_DATABASES =
  /(Pg|Prisma|Mongo(DB|ose)|MySQL2?|Knex|Typeorm|TypeORM)Instrumentation|getNodeAutoInstrumentations/;

/** `this.prisma.order.update(…)`, `this.ordersRepository.save(order)`, `pool.query(…)`. */
const ASKS_DATABASE =
  /(^|\.)(prisma\w*\.\w+\.(create|update|upsert|delete|find|count)\w*|(\w*(repository|repo)|\w+Model|pool|knex|db|pg)\.(save|insert|update|upsert|delete|find|create|query)\w*)$/i;

/** Whether a handler starts spans, calls out or asks a traced database, two levels deep: what it hands messages to counts, too. */
export function worksOn(node: NodeCode, { source, function: fn }: Handler, level = 0): boolean {
  return callsWithin(source, fn).some(({ inner, call }) => {
    const { callee } = call;
    const name = callee.kind === 'member' ? callee.name : '';
    if (/^(startSpan|startActiveSpan)$/.test(name) || outgoingOf(node.program, source, inner, call)) return true;
    if (ASKS_DATABASE.test(dotted(callee) ?? '') && node.program.sources.some((one) => one.has(FOR_DATABASES)))
      return true;
    return level < MAX_LEVELS && calledFrom(node, source, inner, call, fn).some((one) => worksOn(node, one, level + 1));
  });
}

/** Whether a handler, or what it calls, speaks of what the context comes in, or takes it out by hand. */
export function readsContext(node: NodeCode, { source, function: fn }: Handler, carriers: RegExp, level = 0): boolean {
  if (carriers.test(source.textOf(fn))) return true;
  if (handlesByHand(node.program, source, fn, 'extract', node.code.settings)) return true;
  return (
    level < MAX_LEVELS &&
    callsWithin(source, fn).some(({ inner, call }) =>
      calledFrom(node, source, inner, call, fn).some((one) => readsContext(node, one, carriers, level + 1)),
    )
  );
}

function callsWithin(source: SourceCode, fn: CodeFunction): { readonly inner: CodeFunction; readonly call: Call }[] {
  return source.within(fn).flatMap((inner) => [...source.callsIn(inner)].map((call) => ({ inner, call })));
}

function calledFrom(
  node: NodeCode,
  source: SourceCode,
  inner: CodeFunction,
  call: Call,
  from: CodeFunction,
): readonly Handler[] {
  const called = calledFunction(node.program, source, inner, call.callee);
  if (called !== undefined) return called.function === from ? [] : [called];
  return [...givenFor(node, source, inner, call), ...overriding(node, source, inner, call)];
}

/** What classes that extend the one around do where it calls a method that it leaves to them: `this.handle(message)`. */
function overriding(
  { program }: NodeCode,
  source: SourceCode,
  inner: CodeFunction,
  { callee }: Call,
): readonly Handler[] {
  if (callee.kind !== 'member' || callee.object.kind !== 'name' || callee.object.name !== 'this') return [];
  const base = source.typeOf(inner)?.name;
  if (base === undefined || !source.has(new RegExp(`\\babstract\\s[^;{]*\\b${callee.name}\\s*\\(`))) return [];
  const extending = new RegExp(`\\bextends\\s+${base}\\b`);
  return program.sources.flatMap((file) => {
    if (!file.has(extending)) return [];
    const types = file.code.types.filter(({ bases }) => bases.some((one) => one.replace(/<[^]*/, '') === base));
    return file.code.functions.flatMap((fn) =>
      fn.name === callee.name && types.some(({ id }) => id === fn.type) ? [{ source: file, function: fn }] : [],
    );
  });
}

/** What callers in the workspace give a wrapper to run: `handler` of `subscribe(queue, handler)`. */
function givenFor(node: NodeCode, source: SourceCode, inner: CodeFunction, { callee }: Call): readonly Handler[] {
  if (callee.kind !== 'name') return [];
  const binding = bindingOf(source, inner, callee.name);
  if (binding?.kind !== 'parameter' || binding.function.name === '') return [];
  const index = binding.function.parameters.findIndex(({ name }) => name === callee.name);
  if (index < 0) return [];
  return callsOf(node.program, binding.function.name).flatMap((caller) => {
    const value = caller.call.args[index]?.value;
    const given = value && calledFunction(node.program, caller.source, caller.function, value);
    return given ? [given] : [];
  });
}
