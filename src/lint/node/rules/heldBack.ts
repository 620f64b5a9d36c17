import type { Call, Expression } from '../../../syntax/code/expression';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Finding } from '../../../model/finding';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsOf } from '../../code/walk';
import { findingAt, relatedAt } from '../../report';
import { firstLine } from '../evidenceAt';
import { carryContext } from '../fixes/carryContext';
import type { NodeCode } from '../nodeCode';
import { outgoingIn } from '../outgoing';
import { calledFunction } from '../values';
import { drainsOf, heldLists, type HeldList } from './heldLists';

const RULE = 'QUEUE-CTX-LOSS';

/** Timers and what else begins without the request that asked for it. */
const TIMERS = /^(setInterval|setTimeout|setImmediate)$/;

/** How the context travels, or that it is not meant to: context objects, async resources, links, ids in the payload. */
const CARRIED =
  /\bcontext\s*\.\s*(?:active|bind|with)\s*\(|propagation\s*\.|AsyncResource|AsyncLocalStorage|\blinks\s*:|\baddLinks?\s*\(|traceparent|spanContext\s*\(|traceId|trace_id/;

/** Spans and requests are looked for this many calls deep. */
const MAX_LEVELS = 2;

/**
 * Rule 30, in the process: a list that requests put work into and a timer takes it out of, which begins spans there. They
 * are roots, or children of whichever request started the timer.
 */
export function heldBackFindings(node: NodeCode): Finding[] {
  if (!node.isTraced || node.code.unheard?.has(RULE) === true) return [];
  const work = new Work(node);
  return node.program.sources
    .filter((source) => mayHold(source) && node.runsInNode(source))
    .flatMap((source) => heldLists(source).flatMap((list) => findingOf(work, source, list)));
}

function mayHold({ code: { text } }: SourceCode): boolean {
  return /\.(push|unshift)\(/.test(text) && /\bset(Interval|Timeout|Immediate)\b/.test(text) && !CARRIED.test(text);
}

function findingOf(work: Work, source: SourceCode, list: HeldList): Finding[] {
  const drain = drainsOf(source, list).find(({ function: fn }) => isTimed(source, fn) && work.isStartedIn(source, fn));
  if (drain === undefined) return [];
  const [put, ...others] = list.puts.filter(({ function: fn }) => fn !== drain.function);
  if (put === undefined) return [];
  return [
    findingAt(RULE, source, firstLine(source, put.call), {
      severity: 'hint',
      message: `What waits in \`${list.name}\` carries no trace context, and a timer works it off: its spans are no part of the request that put it there.`,
      related: [
        relatedAt(source, firstLine(source, drain.at), 'taken out here'),
        ...others.map(({ call }) => relatedAt(source, firstLine(source, call), 'put in here, too')),
      ],
      fixes: carryContext(source, list, drain),
    }),
  ];
}

/** A timer's callback, or a function that one calls. */
function isTimed(source: SourceCode, drain: CodeFunction): boolean {
  return source.code.functions.some((fn) =>
    source.callsIn(fn).some((call) => {
      const { callee, args } = call;
      if (callee.kind !== 'name' || !TIMERS.test(callee.name)) return false;
      return args[0] !== undefined && runs(source, fn, args[0].value, drain);
    }),
  );
}

function runs(source: SourceCode, fn: CodeFunction, callback: Expression, drain: CodeFunction): boolean {
  if (callback.kind === 'function') {
    const inner = source.code.functions[callback.function]!;
    return inner === drain || source.callsIn(inner).some(({ callee }) => isCallOf(source, inner, callee, drain));
  }
  for (const part of expressionsOf(callback)) if (isCallOf(source, fn, part, drain)) return true;
  return false;
}

/** `flush`, `this.flush`, `this.flush.bind`. */
function isCallOf(source: SourceCode, fn: CodeFunction, callee: Expression, drain: CodeFunction): boolean {
  if (drain.name === '') return false;
  if (callee.kind === 'name') return callee.name === drain.name && drain.type === undefined;
  const isOwn = callee.kind === 'member' && callee.object.kind === 'name' && callee.object.name === 'this';
  return isOwn && callee.name === drain.name && source.typeOf(fn) === source.typeOf(drain);
}

/** Which functions start spans, or send what instrumentation makes spans of: many lists are worked off by the same ones. */
class Work {
  private readonly known: Map<CodeFunction, boolean>[] = [];

  constructor(private readonly node: NodeCode) {}

  isStartedIn(source: SourceCode, fn: CodeFunction, level = 0): boolean {
    const known = (this.known[level] ??= new Map<CodeFunction, boolean>());
    let starts = known.get(fn);
    if (starts === undefined) {
      // What leads back to itself starts nothing by that.
      known.set(fn, false);
      known.set(fn, (starts = this.starts(source, fn, level)));
    }
    return starts;
  }

  private starts(source: SourceCode, fn: CodeFunction, level: number): boolean {
    const { program } = this.node;
    const inner = source.within(fn);
    const calls = inner.flatMap((one) => source.callsIn(one).map((call) => ({ one, call })));
    if (calls.some(({ call }) => isSpanStart(call))) return true;
    if (inner.some((one) => outgoingIn(program, source, one).some((sent) => this.node.isOwn(sent)))) return true;
    if (level === MAX_LEVELS) return false;
    return calls.some(({ one, call }) => {
      const called = calledFunction(program, source, one, call.callee);
      return (
        called !== undefined && called.function !== fn && this.isStartedIn(called.source, called.function, level + 1)
      );
    });
  }
}

function isSpanStart({ callee }: Call): boolean {
  return callee.kind === 'member' && /^start(Active)?Span$/.test(callee.name);
}
