import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt } from '../../report';
import { RECEIVING_METHODS, receiverRow } from '../coverage';
import type { GoAnalysis } from '../goAnalysis';
import { firstLine, type CallPlace } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { messagingCover, receiverType } from '../messaging';
import { isAside, tracingEvidence } from './plainClients';
import { outermost } from '../relevance';

const LINKS = /WithLinks|LinkFromContext|trace\.Link\{/;
const IN_BATCHES = /[bB]uffer|[bB]atch/;
/** Payloads that carry the context themselves. */
const CARRIED = /trace_?parent|trace_?context|span[-_]?(context|ctx)|ContextWithRemoteSpanContext|SpanContextConfig/i;

/** GO-KAFKA-CONSUME-DROP: a loop over messages that does traced work and never reads their headers. */
export function droppedMessages(analysis: GoAnalysis): Finding[] {
  const { covered } = messagingCover(analysis);
  const found: Finding[] = [];
  const seen = new Set<CodeFunction>();
  for (const name of RECEIVING_METHODS) {
    for (const place of analysis.unit.callsNamed(name)) {
      const type = receiverType(analysis, place);
      const row = type === undefined ? undefined : receiverRow(type, name);
      const around = outermost(place.source, place.function);
      if (row === undefined || covered.has(row.system) || seen.has(around)) continue;
      if (isGeneratedSource(place.source) || isAside(analysis, place.source) || !dropsContext(analysis, place, around))
        continue;
      seen.add(around);
      found.push(
        findingAt('GO-KAFKA-CONSUME-DROP', place.source, firstLine(place.source, place.call), {
          // A span for a whole batch can only link to those of its messages.
          severity: IN_BATCHES.test(place.source.textOf(around)) ? 'hint' : 'warning',
          message:
            'Messages are taken here and worked on with spans or calls, but the trace context in their headers is never ' +
            'extracted: each message begins a new trace.',
          evidence: tracingEvidence(analysis),
        }),
      );
    }
  }
  return found;
}

function dropsContext(analysis: GoAnalysis, place: CallPlace, around: CodeFunction): boolean {
  const { source } = place;
  const loop = { source, function: around };
  if (analysis.injections.extracts(loop, 3) || isLinked(source, around)) return false;
  // A helper that fetches one message: its callers work on it.
  const callers = returnsMessage(around) ? analysis.relevance.callersOf(loop) : [];
  const workers = [
    loop,
    ...callers.map((one) => ({ source: one.source, function: outermost(one.source, one.function) })),
  ];
  if (workers.some((one) => analysis.injections.extracts(one, 3) || isLinked(one.source, one.function))) return false;
  return workers.some((one) => analysis.work.works(one));
}

function isLinked(source: SourceCode, fn: CodeFunction): boolean {
  const text = source.textOf(fn);
  return LINKS.test(text) || CARRIED.test(text);
}

function returnsMessage(fn: CodeFunction): boolean {
  return /Message|Record|Fetches/.test(fn.returns ?? '');
}
