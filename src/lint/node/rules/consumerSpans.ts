import type { Finding } from '../../../model/finding';
import type { Call } from '../../../syntax/code/expression';
import { bindingOf } from '../../code/bindings';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn, statementsIn } from '../../code/walk';
import { findingAt, relatedAt } from '../../report';
import { atEachCall, type CallIn } from '../calls';
import { firstLine } from '../evidenceAt';
import { isPropagation } from '../handMade';
import { worksOn } from '../handlers';
import type { NodeCode } from '../nodeCode';
import { isAside } from '../serverSide';
import { calledFunction } from '../values';
import { isOnlyHandled } from './spanNotActive';

/** Libraries whose instrumentation continues the trace before a handler runs. */
const CONTINUED = [
  { library: 'kafkajs', speaks: /kafkajs|eachMessage/ },
  { library: 'amqplib', speaks: /amqp|rabbit/i },
  { library: 'http', speaks: /\breq(?:uest)?\s*\.\s*headers\b/ },
] as const;

/**
 * Rule 34 where messages are taken: a span that continues the sender's trace, while what is done for the message runs
 * neither in it nor in the context that was extracted, so that the spans of the handler begin new traces.
 */
export function consumerSpanFindings(node: NodeCode): Finding[] {
  if (!node.isTraced && node.tracing.distribution === undefined) return [];
  const sources = node.program.sources.filter(
    (source) => source.has(/\bextract\(/) && source.has(/startSpan/) && !isAside(node.code.unit, source),
  );
  return atEachCall(sources, (at) => findingOf(node, at));
}

function findingOf(node: NodeCode, at: CallIn): Finding | undefined {
  const { source, function: fn, call } = at;
  const extracted = fn.id === 0 ? undefined : extractedParent(at);
  if (extracted === undefined || isContinued(node, source, extracted)) return undefined;
  const span = assignedTo(at);
  if (span === undefined || !isOnlyHandled(source, fn, span)) return undefined;
  const work = workAfter(node, at);
  if (work === undefined && !endsForCaller(at, span)) return undefined;
  return findingAt('SPAN-NOT-ACTIVE', source, firstLine(source, call), {
    severity: 'warning',
    message: `\`${span}\` continues the sender's trace, but neither it nor the extracted context is made active: spans and requests of the handler begin new traces.`,
    related: [
      relatedAt(source, firstLine(source, extracted), 'extracted here'),
      ...(work ? [relatedAt(source, firstLine(source, work), 'runs outside of it')] : []),
    ],
  });
}

/** The `propagation.extract` that gives the third argument of `startSpan`, where that is all its result is used for. */
function extractedParent({ source, function: fn, call }: CallIn): Call | undefined {
  const { callee, args } = call;
  if (callee.kind !== 'member' || callee.name !== 'startSpan') return undefined;
  const parent = args[2]?.value;
  if (parent?.kind === 'call') return isPropagation(source, fn, parent, 'extract') ? parent : undefined;
  if (parent?.kind !== 'name') return undefined;
  const binding = bindingOf(source, fn, parent.name);
  const value = binding?.kind === 'variable' && binding.assigned.length === 1 ? binding.assigned[0]!.value : undefined;
  if (value?.kind !== 'call' || !isPropagation(source, fn, value, 'extract')) return undefined;
  const isUsedOnce = source
    .within(fn)
    .every((inner) =>
      [...expressionsIn(inner.body)].every(
        (one) => one.kind !== 'name' || one.name !== parent.name || one === parent || one.end <= value.start,
      ),
    );
  return isUsedOnce ? value : undefined;
}

function isContinued(node: NodeCode, source: SourceCode, extracted: Call): boolean {
  const carrier = source.textOf(extracted);
  return CONTINUED.some(
    ({ library, speaks }) =>
      (library === 'http' ? speaks.test(carrier) : source.has(speaks)) && node.coveredBy(library) !== undefined,
  );
}

function assignedTo({ function: fn, call }: CallIn): string | undefined {
  for (const statement of statementsIn(fn.body)) {
    const [target] = statement.kind === 'assign' ? statement.targets : [];
    if (target?.kind === 'name' && statement.kind === 'assign' && statement.values[0] === call) return target.name;
  }
  return undefined;
}

/** What is done after the span began: a callback that was given, or a function that starts spans or calls out. */
function workAfter(node: NodeCode, { source, function: fn, call }: CallIn): Call | undefined {
  for (const inner of source.within(fn)) {
    for (const one of source.callsIn(inner)) {
      if (one.start < call.end) continue;
      const { callee } = one;
      const isGiven = callee.kind === 'name' && bindingOf(source, inner, callee.name)?.kind === 'parameter';
      const called = calledFunction(node.program, source, inner, callee);
      if (isGiven || (called !== undefined && called.function !== fn && worksOn(node, called))) return one;
    }
  }
  return undefined;
}

/** A helper that gives back nothing but the span's end: whoever calls it works outside of the span. */
function endsForCaller({ source, function: fn }: CallIn, span: string): boolean {
  return [...statementsIn(fn.body)].some(
    (statement) =>
      statement.kind === 'return' &&
      statement.values[0] !== undefined &&
      new RegExp(`=>\\s*\\{?\\s*${span}\\.end\\(`).test(source.textOf(statement.values[0])),
  );
}
