import type { Finding } from '../../model/finding';
import type { CodeFunction } from '../../syntax/code/code';
import type { Call } from '../../syntax/code/expression';
import type { Statement } from '../../syntax/code/statement';
import type { SourceCode } from '../code/sourceCode';
import { callsIn, expressionsIn, statementsIn } from '../code/walk';
import { findingAt, relatedAt } from '../report';
import { callsOut } from './flow/outgoing';
import { argumentOf, lastPart, placeOf, type Site } from './names/pythonCode';
import { Reaches } from './names/reaches';
import { isSpanStart } from './flow/spans';
import { usesOf } from './names/statements';
import type { TracedCode, TracedProcess } from './process/tracedCode';

/** SPAN-NOT-ACTIVE: a span of `start_span` that calls are made for, but that is no parent of theirs. */
export function spanNotActive(traced: TracedCode): Finding[] {
  return traced.sources.flatMap((source) => {
    if (!source.has(/\.start_span\s*\(/)) return [];
    const process = traced.processesOf(source).find(({ tracing }) => tracing.is === 'yes');
    if (process === undefined) return [];
    const out = new Reaches(traced.code, (file, fn) => callsOut(traced.code, file, fn, process), true);
    return traced.code.sitesIn(source).flatMap((site) => {
      if (site.method !== 'start_span' || !isSpanStart(site.call) || argumentOf(site.call, 'context')) return [];
      const span = heldSpan(site);
      if (span === undefined || isActivated(site, span)) return [];
      const call = span.during.find((one) => isLost(one, site, out, process, traced));
      return call === undefined ? [] : [lost(site, call)];
    });
  });
}

interface HeldSpan {
  /** Where the variable is there. */
  readonly from: number;
  /** The variable; '' where there is none. */
  readonly name: string;
  /** The calls while it is open. */
  readonly during: readonly Call[];
}

/** The span's variable and the calls up to its end; undefined where it goes elsewhere. */
function heldSpan({ source, function: fn, call }: Site): HeldSpan | undefined {
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind === 'with') {
      const item = statement.items.find(({ value }) => value.start === call.start);
      if (item === undefined) continue;
      const name = item.target?.kind === 'name' ? item.target.name : '';
      return { name, from: item.target?.end ?? call.end, during: [...callsIn(statement.body)] };
    }
    if (statement.kind !== 'assign' || statement.values[0]?.start !== call.start) continue;
    const target = statement.targets[0];
    if (target?.kind !== 'name') return undefined;
    return untilEnd(source, fn, target.name, statement);
  }
  return undefined;
}

function untilEnd(source: SourceCode, fn: CodeFunction, name: string, from: Statement): HeldSpan | undefined {
  const calls = [...callsIn(fn.body)].filter(({ start }) => start >= from.end);
  const ends = calls.filter(({ callee }) => lastPart(callee) === 'end' && source.textOf(callee).startsWith(`${name}.`));
  const last = ends.at(-1);
  if (last === undefined) return undefined;
  return { name, from: from.end, during: calls.filter(({ start }) => start < last.start) };
}

/** The span is made current, or given to something that may do so. */
function isActivated({ source, function: fn, call }: Site, { name, from }: HeldSpan): boolean {
  for (const expression of expressionsIn(fn.body)) {
    if (expression.kind !== 'call') continue;
    const method = lastPart(expression.callee);
    if (/^(use_span|set_span_in_context|attach)$/.test(method)) return true;
    if (expression.args.some((argument) => argument.name === 'context')) return true;
    if (
      name !== '' &&
      expression !== call &&
      expression.args.some(({ value }) => value.kind === 'name' && value.name === name)
    )
      return true;
  }
  if (name === '') return false;
  const members = new Set<number>();
  for (const expression of expressionsIn(fn.body))
    if (expression.kind === 'member' && expression.object.kind === 'name') members.add(expression.object.start);
  // Any use but `span.…` lets it go somewhere: returned, yielded, kept.
  return usesOf(source, fn, name).some(({ start }) => !members.has(start) && start >= from);
}

function isLost(call: Call, site: Site, out: Reaches, process: TracedProcess, traced: TracedCode): boolean {
  if (lastPart(call.callee) === 'start_as_current_span') return true;
  const { source, function: fn } = site;
  if (out.through(source, fn, call.callee, 1)) return true;
  const alone = traced.code.sitesOf(source, fn).filter((one) => one.call === call);
  return alone.length > 0 && callsOut(traced.code, source, fn, process, alone);
}

function lost(site: Site, call: Call): Finding {
  const message =
    'This span is not active: what is called before its end has the span around it as parent, or none. ' +
    'Use `start_as_current_span`, or `trace.use_span(span)` around the calls.';
  return findingAt('SPAN-NOT-ACTIVE', site.source, placeOf(site), {
    severity: 'warning',
    message,
    related: [relatedAt(site.source, placeOf({ source: site.source, call }), 'Called while the span is open')],
  });
}
