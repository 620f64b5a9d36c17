import type { CodeFunction } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import type { HttpSite } from './httpClients';

/** `{k: v for k, v in request.headers.items() if k.lower() in FORWARDED}`: some of the headers that came, by their names. */
const PICKS_HEADERS =
  /\{\s*\w+(?:\.lower\(\))?\s*:\s*\w+\s+for\s+\w+\s*,\s*\w+\s+in\s+(?:self\.)?req(?:uest)?\.headers\.items\(\)\s+if\s+(?!not\b)[\w.()]+\s+in\s+[\w.]+\s*\}/;

/** Headers that came, passed on: whichever. */
const PASSES_HEADERS = /\bin\s+(?:self\.)?req(?:uest)?\.headers\.items\(\)/;

/** Headers that carry a trace, wherever a file names one. */
const TRACE_HEADERS = /traceparent|\bb3\b|x-b3-|uber-trace-id|sentry-trace/i;

/**
 * Whether a client passes requests on to another instance of the system, with the headers that its class picks from them:
 * those of a trace are not among these.
 */
export function relaysWithoutTrace({ source, function: fn }: HttpSite): boolean {
  if (!source.has(PICKS_HEADERS) || source.has(TRACE_HEADERS)) return false;
  return PICKS_HEADERS.test(textAround(source, fn));
}

/** Whether a client passes requests on with headers that may be those of a trace. */
export function mayRelayTrace(site: HttpSite): boolean {
  const { source, function: fn } = site;
  return source.has(PASSES_HEADERS) && !relaysWithoutTrace(site) && PASSES_HEADERS.test(textAround(source, fn));
}

/** The text of the class around a function, or of the function itself. */
function textAround(source: SourceCode, fn: CodeFunction): string {
  const type = source.typeOf(fn);
  return type === undefined ? source.textOf(fn) : source.textOf(type);
}
