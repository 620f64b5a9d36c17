import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import type { GoAnalysis } from '../goAnalysis';
import type { CallPlace } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { isSpanStart, outermost } from '../relevance';
import { isAside } from './plainClients';
import { warningAt } from './warning';

const CLIENT_SPAN = /\bSpanKindClient\b/;
/** What else may put the context into a request: another wrapper of the process. */
const MAY_INJECT = /\botelhttp\b|\.Inject\(|HeaderCarrier|httptrace\.Inject/;
const CARRIES_OUT = /^(net\/http\.(RoundTripper|Transport|Client))$/;

/**
 * GO-HTTP-PLAIN-CLIENT for a wrapper that makes the client's span itself and hands the request on without its context:
 * nothing else in the process puts it into requests.
 */
export function handmadeSpans(analysis: GoAnalysis): Finding[] {
  const { unit, setup } = analysis;
  if (setup.coveredOutside.has('net/http')) return [];
  const found: Finding[] = [];
  for (const place of unit.callsNamed('RoundTrip')) {
    const { source, function: fn } = place;
    const around = outermost(source, fn);
    if (isGeneratedSource(source) || isAside(analysis, source) || !carriesOut(analysis, place)) continue;
    if (!startsClientSpan(analysis, source, around) || mayInject(analysis)) continue;
    found.push(
      warningAt(
        analysis,
        'GO-HTTP-PLAIN-CLIENT',
        place,
        'A span is made for this request, but its context is never put into the headers: the called service begins a ' +
          'trace of its own. `otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))` sends it.',
      ),
    );
  }
  return found;
}

function carriesOut({ unit }: GoAnalysis, { source, function: fn, call }: CallPlace): boolean {
  if (call.callee.kind !== 'member' || call.args.length !== 1) return false;
  return CARRIES_OUT.test(unit.types.typeOf(source, fn, call.callee.object)?.qualified ?? '');
}

function startsClientSpan({ unit }: GoAnalysis, source: SourceCode, around: CodeFunction): boolean {
  return source
    .within(around)
    .some((fn) =>
      source
        .callsIn(fn)
        .some((call) => CLIENT_SPAN.test(source.textOf(call)) && isSpanStart(unit, { source, function: fn, call })),
    );
}

function mayInject({ unit }: GoAnalysis): boolean {
  return unit.code.program.sources.some((source) => source.has(MAY_INJECT));
}
