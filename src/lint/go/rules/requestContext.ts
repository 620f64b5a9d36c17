import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { contextInScope } from '../contexts';
import { contextsAbove } from '../contextsAbove';
import { requestContextFix, siblingFix } from '../fixes/requestContextFix';
import type { GoAnalysis } from '../goAnalysis';
import { calledName, firstLine, type CallPlace } from '../goUnit';
import type { HttpCall } from '../httpCall';
import { isGeneratedSource } from '../httpCalls';
import { outermost } from '../relevance';
import { isRelevant, type PlainClient } from './plainClients';
import type { PlainOrigin } from '../values/httpChains';
import { assignedIn } from '../values/scope';
import type { Value } from '../values/values';

/** Generated clients whose methods have a sibling that takes a context, by module. */
const GENERATED_CLIENTS = /^github\.com\/grafana\/grafana-openapi-client-go(\/|$)/;

/** GO-HTTP-REQ-NO-CTX: a request is made without the context at hand, so that even an instrumented client begins a trace. */
export function requestsWithoutContext(analysis: GoAnalysis, plain: readonly PlainClient[]): Finding[] {
  const reported = originsByCall(plain);
  const found: Finding[] = [];
  const seen = new Set<unknown>();
  for (const call of analysis.httpCalls) {
    if (isGeneratedSource(call.place.source)) continue;
    for (const lost of placesWithoutContext(analysis, call)) {
      // Wrapping a bare client mends nothing while its request has no context; where both are made, one finding will do.
      const isTold = !lost.isMade || isMadeIn(lost.place, reported.get(call) ?? []);
      if (reported.has(call) && isTold) continue;
      if (seen.has(lost.place.call) || !isRelevant(analysis, call)) continue;
      seen.add(lost.place.call);
      found.push(lost.above === undefined ? finding(lost.place, lost.context) : findingAbove(lost.place, lost.above));
    }
  }
  return [...found, ...siblingFindings(analysis)];
}

/** The bare clients that carry each call out. */
function originsByCall(plain: readonly PlainClient[]): ReadonlyMap<HttpCall, readonly PlainOrigin[]> {
  const found = new Map<HttpCall, PlainOrigin[]>();
  for (const { origin, calls } of plain)
    for (const call of calls) found.set(call, [...(found.get(call) ?? []), origin]);
  return found;
}

/** Whether clients are made in the function of a place. */
function isMadeIn({ source, function: fn }: CallPlace, origins: readonly PlainOrigin[]): boolean {
  const around = outermost(source, fn);
  return origins.every(({ value }) => value.source === source && outermost(source, value.function) === around);
}

interface LostContext {
  readonly place: CallPlace;
  /** '' where it is only at hand above. */
  readonly context: string;
  /** The calls above at which a request's context is at hand. */
  readonly above?: readonly CallPlace[];
  /** The place is where the request is made. */
  readonly isMade: boolean;
}

function finding({ source, function: fn, call }: CallPlace, context: string): Finding {
  const isSender = calledName(call) === 'Do';
  return findingAt('GO-HTTP-REQ-NO-CTX', source, firstLine(source, call), {
    severity: 'warning',
    message:
      `\`${source.textOf(call.callee)}\` ${isSender ? 'sends a request that was made' : 'makes a request'} without a context although ` +
      `\`${context}\` is at hand: its client span begins a trace of its own, and the called service follows that one.`,
    fixes: isSender ? [] : requestContextFix({ source, function: fn, call }, context),
  });
}

function findingAbove({ source, function: fn, call }: CallPlace, above: readonly CallPlace[]): Finding {
  const { name } = outermost(source, fn);
  return findingAt('GO-HTTP-REQ-NO-CTX', source, firstLine(source, call), {
    severity: 'warning',
    message:
      `\`${source.textOf(call.callee)}\` makes a request without a context although those who call \`${name}\` have one: its client ` +
      'span begins a trace of its own, and the called service follows that one. It needs their context.',
    related: above.slice(0, 3).map((one) => relatedAt(one.source, one.call, 'A request’s context is at hand here.')),
    fixes: [],
  });
}

/** A request made by a function without a context, which others call for a request: `handler → reload() → client.Get(url)`. */
function lostAbove(analysis: GoAnalysis, place: CallPlace): LostContext[] {
  const above = contextsAbove(analysis, place);
  return above.length === 0 ? [] : [{ place, context: '', above, isMade: false }];
}

function placesWithoutContext(analysis: GoAnalysis, call: HttpCall): LostContext[] {
  const { place, client, request, made } = call;
  if (client === undefined || call.isHanded) return [];
  const verdict = analysis.chains.verdict(client);
  if (request === undefined) {
    if (verdict.is !== 'injects' || calledName(place.call) === 'Do' || isResty(analysis, place)) return [];
    const context = contextInScope(place.source, place.function, place.call.start);
    return context === undefined ? lostAbove(analysis, place) : [{ place, context, isMade: false }];
  }
  if ((verdict.is === 'plain' && verdict.origins.length === 0) || getsContext(analysis, request)) return [];
  const lost = made.map((one) => placeWithoutContext(analysis, place, one));
  const [only] = made;
  const isOne = made.length === 1;
  if (isOne && lost[0] === undefined && verdict.is === 'injects' && only!.expression.kind === 'call')
    return calledName(only!.expression) === 'NewRequest'
      ? lostAbove(analysis, { source: only!.source, function: only!.function, call: only!.expression })
      : [];
  // One helper that sends what several make: each of those that has a context is to give it.
  return lost.filter((one) => one !== undefined).filter(({ isMade }) => isOne || isMade);
}

function placeWithoutContext(analysis: GoAnalysis, place: CallPlace, made: Value): LostContext | undefined {
  if (made.expression.kind !== 'call' || calledName(made.expression) !== 'NewRequest') return undefined;
  const lost = { source: made.source, function: made.function, call: made.expression };
  if (getsContext(analysis, made)) return undefined;
  const context = contextInScope(lost.source, lost.function, lost.call.start);
  if (context !== undefined) return { place: lost, context, isMade: true };
  // Made by a constructor that has none, and sent by what has one: `client.Do(builder.request)`.
  const sender = contextInScope(place.source, place.function, place.call.start);
  if (sender === undefined || outermost(lost.source, lost.function) === outermost(place.source, place.function))
    return undefined;
  return /^\w+$/.test(sender) ? { place, context: sender, isMade: false } : undefined;
}

/** A request that gets its context later: `req = req.WithContext(ctx)`, here or where it is handed to. */
function getsContext(analysis: GoAnalysis, { source, function: fn }: Value): boolean {
  const functions = [fn, ...source.around(fn)].filter((one) => one.id !== 0);
  return functions.some((one) =>
    source.callsIn(one).some((call) => {
      const name = calledName(call);
      if (name === 'WithContext' || (name === 'Clone' && call.args.length === 1))
        return !keepsContext(source, one, call);
      const callee = analysis.unit.callee({ source, function: one, call });
      if (callee.kind !== 'own') return false;
      return callee.places.some((place) =>
        place.source
          .callsIn(place.function)
          .some((inner) => calledName(inner) === 'WithContext' && !keepsContext(place.source, place.function, inner)),
      );
    }),
  );
}

/** `ctx, cancel := context.WithTimeout(req.Context(), limit)`, then `req.WithContext(ctx)`: the context that it had. */
function keepsContext(source: SourceCode, fn: CodeFunction, { callee, args: [given] }: Call): boolean {
  if (callee.kind !== 'member' || given?.value.kind !== 'name') return false;
  const own = `${source.textOf(callee.object)}.Context()`;
  const assigned = assignedIn(fn).get(given.value.name) ?? [];
  return (
    assigned.length > 0 &&
    assigned.every(({ value }) => {
      const from = value?.kind === 'call' ? value.args[0]?.value : value;
      return from !== undefined && source.textOf(from) === own;
    })
  );
}

function isResty(analysis: GoAnalysis, { source, function: fn, call }: CallPlace): boolean {
  if (call.callee.kind !== 'member') return false;
  return /resty/.test(analysis.unit.types.typeOf(source, fn, call.callee.object)?.qualified ?? '');
}

/** `c.Folders.CreateFolder(cmd)` of a generated client, which has a sibling with `…WithParams` and a context in them. */
function siblingFindings(analysis: GoAnalysis): Finding[] {
  const found: Finding[] = [];
  const { unit, relevance } = analysis;
  if (!unit.code.unit.dependencies.has('github.com/grafana/grafana-openapi-client-go')) return found;
  for (const source of unit.code.program.sources) {
    if (isGeneratedSource(source)) continue;
    for (const fn of source.code.functions) {
      for (const call of source.callsIn(fn)) {
        const { callee } = call;
        if (callee.kind !== 'member' || callee.object.kind !== 'member' || !isConvenience(callee.name)) continue;
        if (hasParametersWithContext(analysis, { source, function: fn, call })) continue;
        const client = unit.types.typeOf(source, fn, callee.object.object);
        if (!isGeneratedClient(analysis, client)) continue;
        const context = contextInScope(source, fn, call.start);
        if (context === undefined || !relevance.isTraced(source, fn)) continue;
        const place = { source, function: fn, call };
        found.push(
          findingAt('GO-HTTP-REQ-NO-CTX', source, firstLine(source, call), {
            severity: 'warning',
            message:
              `\`${callee.name}\` of the generated client makes a request with a background context although \`${context}\` is ` +
              `at hand: its span begins a trace of its own. \`${callee.name}WithParams\` takes the context.`,
            fixes: siblingFix(place, context),
          }),
        );
      }
    }
  }
  return found;
}

/** A method that takes its parameters in a struct, into which the context was put. */
function hasParametersWithContext({ unit, values }: GoAnalysis, { source, function: fn, call }: CallPlace): boolean {
  const takesThem = call.args.some(({ value }) => {
    if (unit.types.typeOf(source, fn, value)?.name?.endsWith('Params')) return true;
    const origins = values.origins({ source, function: fn, expression: value })?.values ?? [];
    return [{ source, expression: value }, ...origins].some((one) =>
      /\bNew\w*Params\w*\(/.test(one.source.textOf(one.expression)),
    );
  });
  return (
    takesThem && /ParamsWithContext\(|\.(WithContext|SetContext)\(|Context:\s|\.Context\s*=/.test(source.textOf(fn))
  );
}

function isConvenience(name: string): boolean {
  return /^[A-Z]/.test(name) && !/^(With|Set|Clone|Submit|New)|(WithParams|WithContext)$/.test(name);
}

function isGeneratedClient({ unit }: GoAnalysis, type: ReturnType<typeof unit.types.typeOf>): boolean {
  if (type === undefined) return false;
  if (GENERATED_CLIENTS.test(type.from)) return true;
  const declared = unit.types.declarationOf(type);
  return (declared?.type.bases ?? []).some((base) =>
    GENERATED_CLIENTS.test(unit.types.written(declared!.source, base)?.from ?? ''),
  );
}
