import type { Expression } from '../../syntax/code/expression';
import type { SourceCode } from '../code/sourceCode';
import { FAST_METHODS, fastCall } from './fastCalls';
import { clientsInLiterals, handedClient, HANDS_CLIENT } from './handedClients';
import { goFileOf } from './goFile';
import type { HttpCall } from './httpCall';
import type { Injections } from './injections';
import { kitClient } from './kitClients';
import { calledName, type CallPlace, type GoUnit } from './goUnit';
import type { Value, Values } from './values/values';

const PLAIN_FUNCTIONS = /^net\/http\.(Get|Post|PostForm|Head)$/;
const CLIENT_METHODS = /^(Do|Get|Post|PostForm|Head)$/;
const CLIENT_TYPES = /^(net\/http\.Client|github\.com\/hashicorp\/go-retryablehttp\.Client)$/;
const REQUEST_TYPES = /^(net\/http\.Request|github\.com\/hashicorp\/go-retryablehttp\.Request)$/;
const RESTY_REQUEST = /(github\.com\/go-resty\/resty(\/v\d+)?|resty\.dev\/v\d+)\.Request$/;
const RESTY_VERBS = /^(Get|Post|Put|Patch|Delete|Head|Options|Execute|Send)$/;
/** What may be any of them, or {@link handedClient}'s. */
const SENDS_OR_HANDS = new RegExp(
  [CLIENT_METHODS, RESTY_VERBS, FAST_METHODS, HANDS_CLIENT].map((one) => one.source).join('|'),
);
const NEW_REQUEST = /\.NewRequest(WithContext)?$/;
const MAX_STEPS = 12;

/** All calls in a process that send HTTP requests. */
export function httpCalls(unit: GoUnit, values: Values, injections: Injections): HttpCall[] {
  const found: HttpCall[] = [];
  for (const place of unit.callsLike(SENDS_OR_HANDS)) {
    const name = calledName(place.call);
    if (name === undefined) continue;
    const handed = kitClient(unit, values, injections, place) ?? handedClient(unit, values, place, name);
    if (handed !== undefined) found.push(handed);
    const isOfClient = CLIENT_METHODS.test(name) || RESTY_VERBS.test(name);
    const one = (isOfClient ? httpCall(unit, values, place, name) : undefined) ?? fastCall(unit, place);
    if (one !== undefined) found.push(one);
  }
  found.push(...clientsInLiterals(unit));
  return found;
}

function httpCall(unit: GoUnit, values: Values, place: CallPlace, name: string): HttpCall | undefined {
  const { source, function: fn, call } = place;
  const valueOf = (expression: Expression): Value => ({ source, function: fn, expression });
  const external = unit.external(place);
  if (external !== undefined && PLAIN_FUNCTIONS.test(external)) {
    const url = call.args[0] && valueOf(call.args[0].value);
    return { place, client: undefined, request: undefined, made: [], url };
  }
  if (call.callee.kind !== 'member') return undefined;
  const receiver = call.callee.object;
  const type = unit.types.typeOf(source, fn, receiver)?.qualified ?? '';
  if (RESTY_REQUEST.test(type) && RESTY_VERBS.test(name)) {
    const url = call.args[name === 'Execute' ? 1 : 0];
    const asked = url && (baseOf(unit, valueOf(url.value)) ?? valueOf(url.value));
    return { place, client: valueOf(receiver), request: undefined, made: [], url: asked };
  }
  if (!CLIENT_METHODS.test(name)) return undefined;
  const [first] = call.args;
  const sends = name === 'Do' && first !== undefined && call.args.length === 1;
  const isRequest = sends && REQUEST_TYPES.test(unit.types.typeOf(source, fn, first.value)?.qualified ?? '');
  if (!CLIENT_TYPES.test(type) && !isRequest) return undefined;
  if (unit.callee(place).kind === 'own') return undefined;
  const client = valueOf(receiver);
  if (name !== 'Do') return { place, client, request: undefined, made: [], url: first && valueOf(first.value) };
  if (first === undefined) return undefined;
  const request = valueOf(first.value);
  const made = requestsMade(unit, values, request);
  return { place, client, request, made, url: givenLater(place, request) ?? (made[0] && urlOf(made[0])) };
}

/** `req.URL = base.ResolveReference(req.URL)`, `req.URL.Host = host`: a request that was made for a path only. */
function givenLater({ source, function: fn }: CallPlace, { expression }: Value): Value | undefined {
  if (expression.kind !== 'name') return undefined;
  const isIt = (one: Expression): boolean => one.kind === 'name' && one.name === expression.name;
  for (const name of ['URL', 'Host'])
    for (const { value, target } of goFileOf(source).assignedMembers(name)) {
      if (value.function !== fn) continue;
      const { object } = target;
      if (isIt(object) || (object.kind === 'member' && object.name === 'URL' && isIt(object.object))) return value;
    }
  return undefined;
}

/** `client.SetBaseURL(url)` in the same package, where a request of resty is for a path. */
function baseOf(unit: GoUnit, { source, expression }: Value): Value | undefined {
  const start = expression.kind === 'binary' ? expression.left : expression;
  if (!/^["`]\//.test(source.textOf(start)) && !/^fmt\.Sprintf\(\s*["`]\//.test(source.textOf(start))) return undefined;
  const pack = unit.packages.of(source);
  const [set] = ['SetBaseURL', 'SetHostURL'].flatMap((name) =>
    unit.callsNamed(name).filter((place) => unit.packages.of(place.source) === pack),
  );
  const given = set?.call.args[0];
  return given && { source: set.source, function: set.function, expression: given.value };
}

/** Where a request comes from: calls of `NewRequest` and `NewRequestWithContext`. */
function requestsMade(unit: GoUnit, values: Values, request: Value): Value[] {
  const found: Value[] = [];
  const pending = [request];
  const seen = new Set<Expression>();
  for (let at = pending.shift(); at !== undefined && seen.size < MAX_STEPS; at = pending.shift()) {
    const { expression, source, function: fn } = at;
    if (seen.has(expression)) continue;
    seen.add(expression);
    if (expression.kind === 'call') {
      const name = unit.external({ source, function: fn, call: expression });
      if (name !== undefined && NEW_REQUEST.test(name)) {
        found.push(at);
        continue;
      }
      if (name !== undefined && /Request\.(WithContext|Clone)$/.test(name) && expression.callee.kind === 'member') {
        pending.push({ ...at, expression: expression.callee.object });
        continue;
      }
    }
    pending.push(...(values.origins(at)?.values ?? []));
  }
  return found;
}

/** The address that a request is made for. */
export function urlOf(made: Value): Value | undefined {
  if (made.expression.kind !== 'call') return undefined;
  const withContext = calledName(made.expression) === 'NewRequestWithContext';
  const url = made.expression.args[withContext ? 2 : 1];
  return url && { ...made, expression: url.value };
}

/** Whether a file says that a tool wrote it. */
export function isGeneratedSource(source: SourceCode): boolean {
  return goFileOf(source).isGenerated;
}
