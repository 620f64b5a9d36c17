import type { Finding, Fix } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Assign } from '../../../syntax/code/statement';
import type { SourceCode } from '../../code/sourceCode';
import { blocksOf, statementsIn } from '../../code/walk';
import { findingAt, relatedAt } from '../../report';
import { replace } from '../fixes/edits';
import type { GoAnalysis } from '../goAnalysis';
import { goFileOf } from '../goFile';
import { firstLine, type CallPlace } from '../goUnit';
import { isGeneratedSource, urlOf } from '../httpCalls';
import { isAside } from './plainClients';
import { isSpanStart } from '../relevance';

/** SPAN-NOT-ACTIVE: `_, span := tracer.Start(ctx, …)`, and then calls under the old context. */
export function inactiveSpans(analysis: GoAnalysis): Finding[] {
  const found: Finding[] = [];
  for (const source of analysis.unit.code.program.sources) {
    if (isGeneratedSource(source) || isAside(analysis, source)) continue;
    for (const { function: fn, statement } of goFileOf(source).droppedFirsts) {
      const one = inactive(analysis, source, fn, statement);
      if (one !== undefined) found.push(one);
    }
  }
  return found;
}

function inactive(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction, statement: Assign): Finding | undefined {
  const [dropped, span] = statement.targets;
  const [call] = statement.values;
  if (dropped?.kind !== 'name' || dropped.name !== '_' || span?.kind !== 'name' || call?.kind !== 'call')
    return undefined;
  const place = { source, function: fn, call };
  if (span.name === '_' || !isSpanStart(analysis.unit, place)) return undefined;
  // Helpers may take the span's name first: `observability.StartSpan("apply", ctx)`.
  const written = call.args.map((one) => source.textOf(one)).find((text) => !/^["`]/.test(text));
  if (written === undefined || !/^[\w.]+(\(\))*(\.\w+\(\))*$/.test(written)) return undefined;
  if (isMadeActive(source, fn, span.name)) return undefined;
  const sent = callUnder(analysis, { source, function: fn, call }, written, endOf(source, fn, span.name, statement));
  if (sent === undefined) return undefined;
  return findingAt('SPAN-NOT-ACTIVE', source, firstLine(source, statement), {
    severity: 'warning',
    message:
      `The context with the span \`${span.name}\` is thrown away, and \`${source.textOf(sent.callee)}\` runs with ` +
      `\`${written}\`: what it calls is no child of this span.`,
    related: [relatedAt(source, firstLine(source, sent), 'Called with the context from before the span.')],
    fixes: activeSpanFix(source, dropped, written),
  });
}

/** `ctx = trace.ContextWithSpan(ctx, span)` puts the span in by hand. */
function isMadeActive(source: SourceCode, fn: CodeFunction, span: string): boolean {
  return source
    .callsIn(fn)
    .some(
      ({ callee, args }) =>
        /\bContextWith(?:Remote)?Span$/.test(source.textOf(callee)) &&
        args[1] !== undefined &&
        source.textOf(args[1]) === span,
    );
}

/** Where the span surely is over: an `End()` that is not deferred and lies not in a branch. */
function endOf(source: SourceCode, fn: CodeFunction, span: string, after: Assign): number {
  for (const statement of fn.body) {
    if (statement.start <= after.start || statement.kind !== 'expression' || statement.value.kind !== 'call') continue;
    if (source.textOf(statement.value.callee) === `${span}.End`) return statement.start;
  }
  return fn.end;
}

function callUnder(
  analysis: GoAnalysis,
  { source, function: fn, call }: CallPlace,
  context: string,
  end: number,
): CallPlace['call'] | undefined {
  const block = blockEnd(fn, call.start);
  return source
    .callsIn(fn)
    .filter((one) => one.start > call.end && one.start < Math.min(end, block))
    .find((one) => {
      const place = { source, function: fn, call: one };
      const isUnder = one.args.some((argument) => source.textOf(argument) === context);
      return isUnder && analysis.sending.isWork(place) && !asksOthers(analysis, place);
    });
}

/** A request to somebody who continues no trace of ours. */
function asksOthers({ unit, destinations }: GoAnalysis, place: CallPlace): boolean {
  const { source, function: fn, call } = place;
  if (unit.external(place) !== 'net/http.NewRequestWithContext') return false;
  return destinations.isForeign(urlOf({ source, function: fn, expression: call }), source, fn);
}

/** Where the block ends in which a statement stands: the span is of no use after it. */
function blockEnd(fn: CodeFunction, at: number): number {
  let end = fn.end;
  for (const statement of statementsIn(fn.body)) {
    if (statement.start > at || statement.end <= at) continue;
    for (const body of blocksOf(statement)) {
      const last = body.at(-1);
      if (last !== undefined && body[0]!.start <= at && at < last.end) end = last.end;
    }
  }
  return end;
}

function activeSpanFix(source: SourceCode, dropped: { start: number; end: number }, context: string): Fix[] {
  if (!/^\w+$/.test(context)) return [];
  return [{ title: `Go on with the span’s context`, edits: [replace(source, dropped, context)] }];
}
