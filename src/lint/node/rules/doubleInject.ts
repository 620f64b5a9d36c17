import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Piece } from '../../../syntax/code/piece';
import type { Call } from '../../../syntax/code/expression';
import { dotted } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsOf, statementsIn } from '../../code/walk';
import { findingAt, relatedAt } from '../../report';
import { asFindingEvidence, firstLine } from '../evidenceAt';
import { withoutHandSet } from '../fixes/localFixes';
import { isPropagation } from '../handMade';
import type { NodeCode } from '../nodeCode';
import { outgoingIn, type OutgoingCall } from '../outgoing';
import { calledFunction, possibleValues, returnsOf } from '../values';

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
  const written = call.args.slice(1).flatMap(({ value }) => {
    // `fetch(url, options)`
    const options =
      value.kind === 'name' ? possibleValues(node.program, { source, function: fn, expression: value }) : [];
    const own = options.filter((one) => one.source === source && one.expression.kind === 'object');
    return [value, ...own.map(({ expression }) => expression)].flatMap((one) => [...expressionsOf(one)]);
  });
  for (const expression of written) {
    if (expression.kind === 'object') {
      const entry = expression.entries.find(({ key }) => isTraceparent(key));
      if (entry) return entry;
    }
    if (expression.kind === 'call' && handsOver(node, source, fn, expression)) return expression;
  }
  const names = new Set(written.flatMap((one) => (one.kind === 'name' ? [one.name] : [])));
  for (const around of [fn, ...source.around(fn)]) {
    if (around.id === 0) break;
    const key = statementsWritten(around).find(
      ({ statement, carrier }) => statement.start < call.start && names.has(carrier),
    );
    if (key !== undefined) return key.statement;
    for (const other of source.callsIn(around)) {
      if (!isPropagation(source, around, other, 'inject') || other.start > call.start) continue;
      const carrier = other.args[1] && dotted(other.args[1].value)?.split('.')[0];
      if (carrier !== undefined && names.has(carrier)) return other;
    }
  }
  return undefined;
}

/** A helper that injects, or that returns headers with a `traceparent` of its own making. */
function handsOver(node: NodeCode, source: SourceCode, fn: CodeFunction, call: Call): boolean {
  const called = calledFunction(node.program, source, fn, call.callee);
  if (called === undefined) return false;
  if (
    called.source.callsIn(called.function).some((one) => isPropagation(called.source, called.function, one, 'inject'))
  )
    return true;
  const written = new Set(statementsWritten(called.function).map(({ carrier }) => carrier));
  return returnsOf(called.source, called.function).some(
    ({ expression }) =>
      (expression.kind === 'name' && written.has(expression.name)) ||
      (expression.kind === 'object' && expression.entries.some(({ key }) => isTraceparent(key))),
  );
}

function isTraceparent(key: string | undefined): boolean {
  return key?.toLowerCase() === 'traceparent';
}

/** `headers.traceparent = …`, `headers['traceparent'] = …`, `const headers = { traceparent: … }`, each with its variable. */
function statementsWritten(fn: CodeFunction): readonly { readonly statement: Piece; readonly carrier: string }[] {
  return [...statementsIn(fn.body)].flatMap((statement) => {
    if (statement.kind !== 'assign') return [];
    const [target] = statement.targets;
    const [value] = statement.values;
    if (target?.kind === 'name' && value?.kind === 'object')
      return value.entries.some(({ key }) => isTraceparent(key)) ? [{ statement, carrier: target.name }] : [];
    const isKey =
      (target?.kind === 'member' && isTraceparent(target.name)) ||
      (target?.kind === 'index' && target.indexes[0]?.kind === 'text' && isTraceparent(target.indexes[0].value));
    const carrier = isKey ? dotted(target.object) : undefined;
    return carrier === undefined ? [] : [{ statement, carrier: carrier.split('.')[0]! }];
  });
}
