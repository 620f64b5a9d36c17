import { calledName, type CallPlace, type GoUnit } from './goUnit';
import type { HttpCall } from './httpCall';
import { outermost } from './relevance';
import type { Value } from './values/values';

/** What calls of fasthttp and of Fiber's client on top of it are named. */
export const FAST_METHODS = /^(Do|DoTimeout|DoDeadline|DoRedirects|Get|Post|Put|Patch|Delete|Head)$/;
const FAST_FUNCTIONS = /^github\.com\/valyala\/fasthttp\.(Do\w*|Get|Post)$/;
const FAST_CLIENTS = /^github\.com\/valyala\/fasthttp\.(Client|HostClient|PipelineClient|LBClient)$/;
const FIBER_FUNCTIONS = /^github\.com\/gofiber\/fiber(\/v2)?\.(Get|Post|Put|Patch|Delete|Head)$/;

/**
 * A request by fasthttp, or by the client of Fiber 2 on top of it: neither has a transport that something could wrap, nor
 * takes a context (valyala/fasthttp client.go, gofiber/fiber v2 client.go).
 */
export function fastCall(unit: GoUnit, place: CallPlace): HttpCall | undefined {
  const { source, function: fn, call } = place;
  const name = calledName(call) ?? '';
  if (call.callee.kind !== 'member' || !FAST_METHODS.test(name)) return undefined;
  const external = unit.external(place) ?? '';
  const [first, second] = call.args;
  const valueOf = (argument: typeof first): Value | undefined =>
    argument && { source, function: fn, expression: argument.value };
  const base = { place, client: undefined, request: undefined, made: [] };
  if (FIBER_FUNCTIONS.test(external)) return { ...base, url: valueOf(first), library: 'fiber' };
  const ofClient = FAST_CLIENTS.test(unit.types.typeOf(source, fn, call.callee.object)?.qualified ?? '');
  if (!ofClient && !FAST_FUNCTIONS.test(external)) return undefined;
  const url = name.startsWith('Do') ? addressSet(place, first && source.textOf(first.value)) : valueOf(second);
  return { ...base, url, library: 'fasthttp' };
}

/** `req.SetRequestURI(url)` before the request is sent. */
function addressSet({ source, function: fn }: CallPlace, request: string | undefined): Value | undefined {
  if (request === undefined) return undefined;
  for (const inner of source.within(outermost(source, fn))) {
    for (const { callee, args } of source.callsIn(inner)) {
      const [url] = args;
      if (callee.kind !== 'member' || callee.name !== 'SetRequestURI' || url === undefined) continue;
      if (source.textOf(callee.object) === request.replace(/^[&*]/, ''))
        return { source, function: inner, expression: url.value };
    }
  }
  return undefined;
}
