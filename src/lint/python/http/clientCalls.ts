import type { Expression } from '../../../syntax/code/expression';
import { classesOf } from '../names/classes';
import type { PythonCode, Site } from '../names/pythonCode';
import type { ValuePlace } from '../names/names';
import { boundTo, isRequest, libraryOfClient, requestUrl, urlsOf, type HttpSite } from './httpClients';

/** The address of a request, with the scope its names mean something in. */
export interface RequestUrl extends Pick<Site, 'source' | 'function'> {
  readonly url: Expression;
}

/** More requests than these through one client speak of a client for everything. */
const MAX_REQUESTS = 40;

const known = new WeakMap<PythonCode, readonly Site[]>();

/**
 * The requests that other functions send through a client: one that is kept in an application (`app.state.http`,
 * `app["session"]`) or in a module, or that its function returns or yields to those who name the function. Empty where its
 * own function, or class, uses it.
 */
export function requestsElsewhere(code: PythonCode, site: HttpSite): readonly RequestUrl[] {
  const isThrough = throughOf(code, site);
  if (isThrough === undefined) return [];
  const found = requestsIn(code).flatMap((request): RequestUrl[] => {
    const { callee } = request.call;
    if (callee.kind !== 'member' || request.function === site.function) return [];
    const url = isThrough(request, callee.object) ? requestUrl(request.call) : undefined;
    return url === undefined ? [] : [{ source: request.source, function: request.function, url }];
  });
  return found.length > MAX_REQUESTS ? [] : found;
}

/** Tells whether a request goes through the client, by what it is sent on. */
function throughOf(code: PythonCode, site: HttpSite): ((request: Site, object: Expression) => boolean) | undefined {
  const bound = boundTo(site);
  if (bound?.startsWith('self.') === true) return undefined;
  if (bound !== undefined && /[.[]/.test(bound)) {
    const tail = /(\.\w+|\[["']\w+["']\])$/.exec(bound)?.[0];
    return tail === undefined ? undefined : (request, object) => endsWith(code, request, object, tail);
  }
  if (urlsOf(code, site).some((url) => url !== undefined)) return undefined;
  if (site.function.id === 0) {
    const isIt = ({ value, source }: ValuePlace): boolean => source === site.source && value.start === site.call.start;
    return ({ source, function: fn }, object) => code.names.valuesOf(source, fn, object).some(isIt);
  }
  const { name } = site.function;
  if (!/^\w{6,}$/.test(name) || name.startsWith('__')) return undefined;
  const named = new RegExp(`\\b${name}\\b`);
  return (request, object) => request.source.has(named) && isClient(code, site, request, object);
}

/** Whether an expression, or what it was assigned, is written with an ending. */
function endsWith(code: PythonCode, { source, function: fn }: Site, object: Expression, tail: string): boolean {
  if (source.textOf(object).endsWith(tail)) return true;
  if (object.kind !== 'name') return false;
  return code.names.valuesOf(source, fn, object).some(({ value, source: at }) => at.textOf(value).endsWith(tail));
}

function isClient(code: PythonCode, site: HttpSite, { source, function: fn }: Site, object: Expression): boolean {
  return classesOf(code, source, fn, object).some((name) => libraryOfClient(name) === site.library);
}

/** The calls of the unit that are named like requests. */
function requestsIn(code: PythonCode): readonly Site[] {
  let found = known.get(code);
  if (found === undefined) {
    const all = code.program.sources.flatMap((source) => code.sitesIn(source));
    known.set(
      code,
      (found = all.filter(
        ({ method, name, call }) => name === '' && isRequest(method) && call.callee.kind === 'member',
      )),
    );
  }
  return found;
}
