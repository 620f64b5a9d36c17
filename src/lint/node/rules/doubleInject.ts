import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Piece } from '../../../syntax/code/piece';
import type { Call } from '../../../syntax/code/expression';
import { dotted } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsOf } from '../../code/walk';
import { findingAt, relatedAt } from '../../report';
import { asFindingEvidence, firstLine } from '../evidenceAt';
import { withoutHandSet } from '../fixes/localFixes';
import { isPropagation } from '../handMade';
import type { NodeCode } from '../nodeCode';
import { outgoingIn, type OutgoingCall } from '../outgoing';
import { calledFunction } from '../values';

/** An injection and the request it is for are marked together when they are this near, in lines. */
const MAX_APART = 6;

/**
 * Rule 32: trace headers set by hand on a request that undici's instrumentation adds them to as well. It appends, so the
 * receiver sees two values and drops both.
 */
export function doubleInjectFindings(node: NodeCode): Finding[] {
  const by = node.tracing.distribution === undefined ? node.coveredBy('undici') : undefined;
  if (by === undefined) return [];
  const found: Finding[] = [];
  for (const source of node.program.sources) {
    if (!source.has(/\bfetch\b|undici/) || !source.has(/inject|traceparent/i)) continue;
    if (!node.runsInNode(source)) continue;
    for (const fn of source.code.functions) {
      for (const request of outgoingIn(node.program, source, fn)) {
        const hand = request.transport === 'undici' ? handSet(node, request) : undefined;
        if (hand === undefined) continue;
        const message = `Trace headers are set by hand on a request that the instrumentation of undici adds them to as well: the receiver gets two values of \`traceparent\` and drops both.`;
        const piece = together(source, hand, request.call);
        const related = [relatedAt(source, firstLine(source, request.call), 'the request')];
        const fixes = withoutHandSet(source, fn, hand);
        found.push(
          findingAt('DOUBLE-INJECT', source, piece, {
            severity: 'warning',
            message,
            evidence: asFindingEvidence([by]),
            related,
            fixes,
          }),
        );
      }
    }
  }
  return found;
}

function together(source: SourceCode, hand: Piece, call: Call): Piece {
  const [first, last] = hand.start <= call.start ? [hand, call] : [call, hand];
  const lines = source.code.text.slice(first.start, last.start).split('\n').length;
  return lines <= MAX_APART ? { start: first.start, end: firstLine(source, last).end } : firstLine(source, hand);
}

/** What puts trace headers into a request: an injection into its headers, a literal header, or a helper that injects. */
function handSet(node: NodeCode, { source, function: fn, call }: OutgoingCall): Piece | undefined {
  const written = call.args.slice(1).flatMap(({ value }) => [...expressionsOf(value)]);
  for (const expression of written) {
    if (expression.kind === 'object') {
      const entry = expression.entries.find(({ key }) => key?.toLowerCase() === 'traceparent');
      if (entry) return entry;
    }
    if (expression.kind === 'call' && injectsDirectly(node, source, fn, expression)) return expression;
  }
  const names = new Set(written.flatMap((one) => (one.kind === 'name' ? [one.name] : [])));
  for (const around of [fn, ...source.around(fn)]) {
    if (around.id === 0) break;
    for (const other of source.callsIn(around)) {
      if (!isPropagation(source, around, other, 'inject') || other.start > call.start) continue;
      const carrier = other.args[1] && dotted(other.args[1].value)?.split('.')[0];
      if (carrier !== undefined && names.has(carrier)) return other;
    }
  }
  return undefined;
}

function injectsDirectly(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): boolean {
  const called = calledFunction(node.program, source, fn, call.callee);
  return (
    called !== undefined &&
    called.source.callsIn(called.function).some((one) => isPropagation(called.source, called.function, one, 'inject'))
  );
}
