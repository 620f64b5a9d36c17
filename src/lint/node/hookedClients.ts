import type { Call, Expression } from '../../syntax/code/expression';
import { assignmentsIn, bindingOf } from '../code/bindings';
import { dotted, qualified } from '../code/names';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { expressionsOf, statementsIn } from '../code/walk';
import type { LintSettings } from '../lintSettings';
import type { CallIn } from './calls';
import { handlesByHand } from './handMade';
import type { Place } from './modules';
import { calledFunction, possibleValues } from './values';

/**
 * Whether a client is made or changed so that it puts the context into all that it sends: by an interceptor, hook,
 * middleware or proxy, or by a method that replaces its own. What is sent by another client is not.
 */
export function isSentByHook(program: Program, at: CallIn, settings: LintSettings): boolean {
  if (!program.sources.some(mayHook)) return false;
  const hooks = hooksOf(program, settings);
  const { source, function: fn, call } = at;
  // Where the call makes the client of all that is asked by it, that is meant.
  const own: Client = { key: call, made: [{ source, function: fn, expression: call }] };
  const asked = chainOf(call.callee).flatMap((expression) => clientsAt(program, { source, function: fn, expression }));
  const clients = [own, ...asked];
  if (clients.some(({ key }) => hooks.has(key))) return true;
  if (dotted(call.callee)?.endsWith('fetch') === true && hooks.has(EVERY_FETCH)) return true;
  return [...clients.flatMap(({ made }) => made), ...optionsOf(program, at)].some((place) =>
    hasHook(program, place, settings),
  );
}

const SPEAKS_OF_IT = /inject|traceparent|propagat|b3['"]|(?:trac|otel)\w*(?:headers|context|carrier)/i;

function mayHook(source: SourceCode): boolean {
  return source.has(SPEAKS_OF_IT);
}

/** All of undici's dispatchers, which `fetch` goes through. */
const EVERY_FETCH = 'undici.setGlobalDispatcher';
/** What names a client that the framework hands out, in every file the same one. */
const NEST_CLIENT = /(?:^|\.)_?http(?:Service)?$/i;

interface Client {
  /** The expression that makes it, or a text for one whose making is not seen. */
  readonly key: Expression | string;
  readonly made: readonly Place[];
}

/** `a.b.c` with what it is a member of: `a.b`, `a`. */
function chainOf(expression: Expression): Expression[] {
  if (expression.kind === 'member') return [expression, ...chainOf(expression.object)];
  if (expression.kind === 'call') return chainOf(expression.callee);
  return expression.kind === 'name' && expression.name !== 'this' ? [expression] : [];
}

function clientsAt(program: Program, place: Place): Client[] {
  const { source, function: fn, expression } = place;
  return [place, ...assignedElsewhere(place)]
    .flatMap((one) => possibleValues(program, one))
    .map((one): Client => {
      if (one.expression.kind === 'call') return { key: one.expression, made: [one] };
      const name = dotted(expression) ?? '';
      if (NEST_CLIENT.test(name)) return { key: 'HttpService', made: [one] };
      const binding = expression.kind === 'name' ? bindingOf(source, fn, expression.name) : undefined;
      const isPackage = binding?.kind === 'import' && !binding.from.startsWith('.');
      return { key: isPackage ? `${binding.from}#${binding.exported}` : `${source.path}#${name}`, made: [one] };
    });
}

/** `let channel;` that another function assigns. */
function assignedElsewhere({ source, function: fn, expression }: Place): Place[] {
  if (expression.kind !== 'name') return [];
  const binding = bindingOf(source, fn, expression.name);
  if (binding?.kind !== 'variable' || binding.assigned.some(({ value }) => value !== undefined)) return [];
  return source.code.functions.flatMap((other) =>
    (assignmentsIn(other).get(expression.name) ?? []).flatMap(({ value }) =>
      value === undefined ? [] : [{ source, function: other, expression: value }],
    ),
  );
}

const known = new WeakMap<Program, { readonly settings: LintSettings; readonly hooks: ReadonlySet<unknown> }>();

function hooksOf(program: Program, settings: LintSettings): ReadonlySet<unknown> {
  const before = known.get(program);
  if (before?.settings === settings) return before.hooks;
  const hooks = new Set<unknown>();
  for (const source of program.sources.filter(mayHook))
    for (const fn of source.code.functions)
      for (const key of hookedIn(program, { source, function: fn }, settings)) hooks.add(key);
  known.set(program, { settings, hooks });
  return hooks;
}

type Site = Omit<Place, 'expression'>;

/** What is hooked in a function: `client.use(inject)`, `client.send = inject`. */
function hookedIn(program: Program, site: Site, settings: LintSettings): (Expression | string)[] {
  const { source, function: fn } = site;
  const found: (Expression | string)[] = [];
  const add = (changed: Expression): void => {
    const chain = chainOf(changed);
    if (chain.some((one) => one.kind === 'member' && one.name === 'middlewareStack')) found.push(AWS_MIDDLEWARE);
    for (const expression of chain) for (const { key } of clientsAt(program, { ...site, expression })) found.push(key);
  };
  for (const call of source.callsIn(fn)) {
    const { callee, args } = call;
    const given = args.map(({ value }) => value);
    if (qualified(source, fn, callee) === EVERY_FETCH) {
      if (given.some((expression) => hasHook(program, { ...site, expression }, settings))) found.push(EVERY_FETCH);
    } else if (callee.kind === 'member' && !GIVES_WORK.test(callee.name)) {
      if (given.some((expression) => isHook(program, { ...site, expression }, settings))) add(callee.object);
    }
  }
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'assign') continue;
    for (const [i, target] of statement.targets.entries()) {
      const expression = statement.values[i];
      if (target.kind !== 'member' || expression === undefined) continue;
      if (isHook(program, { ...site, expression }, settings)) add(target.object);
    }
  }
  return found;
}

/** Middleware of a client of AWS' SDK, whose commands are made apart from it. */
const AWS_MIDDLEWARE = 'middlewareStack';

/** Whether AWS' clients of a program have such middleware. */
export function hasAwsMiddleware(program: Program, settings: LintSettings): boolean {
  return program.sources.some((source) => mayHook(source) && source.has(AWS_MIDDLEWARE))
    ? hooksOf(program, settings).has(AWS_MIDDLEWARE)
    : false;
}

/** Methods whose functions are the program's work, not what is done to each request. */
const GIVES_WORK =
  /^(?:then|catch|finally|run|on|once|subscribe|consume|process|each|forEach|map|flatMap|reduce|filter|get|post|put|patch|delete|all|with|bind|startActiveSpan|transaction|\$transaction|setTimeout|schedule|it|test|describe)$/;

/** Whether a value is a function that puts the context in. */
function isHook(program: Program, place: Place, settings: LintSettings): boolean {
  const { source, function: fn, expression } = place;
  const isFunction = expression.kind === 'function' || expression.kind === 'name' || expression.kind === 'member';
  const made = isFunction ? expression : expression.kind === 'call' ? calleeOf(expression) : undefined;
  const called = made && calledFunction(program, source, fn, made);
  return (
    called !== undefined &&
    called.source
      .within(called.function)
      .some((one) => handlesByHand(program, called.source, one, 'inject', settings, 1))
  );
}

/** Of `this.trace.bind(this)` and of `traceInterceptor()` what is called in the end. */
function calleeOf({ callee }: Call): Expression {
  return callee.kind === 'member' && callee.name === 'bind' ? callee.object : callee;
}

/** Whether one of the functions in an expression puts the context in: `ky.create({ hooks: { beforeRequest: [inject] } })`. */
function hasHook(program: Program, place: Place, settings: LintSettings): boolean {
  const { expression } = place;
  if (expression.kind !== 'call' && expression.kind !== 'object') return false;
  const within = expression.kind === 'call' ? chainedCalls(expression).flatMap(({ args }) => args) : [];
  const parts = expression.kind === 'object' ? [expression] : within.map(({ value }) => value);
  return parts.some((part) =>
    [...expressionsOf(part)].some(
      (one) =>
        (one.kind === 'function' || one.kind === 'name' || one.kind === 'member') &&
        isHook(program, { ...place, expression: one }, settings),
    ),
  );
}

/** `new Agent().compose(…)`: each call of the chain. */
function chainedCalls(call: Call): Call[] {
  const { callee } = call;
  const before = callee.kind === 'member' && callee.object.kind === 'call' ? chainedCalls(callee.object) : [];
  return [...before, call];
}

const CARRIES_HOOKS = /^(?:dispatcher|agent|client|hooks|interceptors?|middlewares?)$/;

/** Options of a request that say how it is sent, and what is spread into them. */
function optionsOf(program: Program, { source, function: fn, call }: CallIn): Place[] {
  return call.args.flatMap(({ value }) =>
    value.kind !== 'object'
      ? []
      : value.entries
          .filter(({ key, spread }) => spread === true || CARRIES_HOOKS.test(key ?? ''))
          .flatMap((entry) => possibleValues(program, { source, function: fn, expression: entry.value })),
  );
}
