import type { GoAnalysis } from './goAnalysis';
import { servesRequest } from './relevance';

/** Handlers that start a span for each request. */
const SERVES_WITH_SPANS =
  /\botelhttp\.New(Handler|Middleware)\(|\botel(mux|gin|echo|chi|fiber|restful|beego|negroni|iris|hertz|macaron|connect)\.(\w*Middleware|OTelFilter|New\w*)\(/;

/** Whether the process starts a span for what it is asked: without, the caller's context goes through unharmed. */
export function startsServerSpans({ unit, relevance }: GoAnalysis): boolean {
  if (unit.code.program.sources.some((source) => source.has(SERVES_WITH_SPANS))) return true;
  for (const { source, function: fn } of unit.functions())
    if (servesRequest(fn) && relevance.startsSpan(source, fn)) return true;
  return false;
}
