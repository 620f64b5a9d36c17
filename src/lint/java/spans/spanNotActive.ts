import type { Finding } from '../../../model/finding';
import { statementOf } from '../../code/parents';
import { findingAt, relatedAt } from '../../report';
import { chainBefore, chainFrom, namesIn, useOf } from '../chains';
import type { CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { isOutgoing } from './outgoingCalls';
import { firstLine, whereIs, evidenceAt } from '../places';
import { mentionsOf } from '../variables';

/** What makes a span current, or hands its context on. */
const ACTIVATES =
  /\.\s*makeCurrent\s*\(|\bwithSpan(InScope)?\s*\(|\.\s*with\s*\(|\bstoreInContext\s*\(|\bsetParent\s*\(|\bnewScope\s*\(|\bContext\s*\.\s*(root|current)\s*\(\)\s*\.\s*with/;

/** SPAN-NOT-ACTIVE: a span is started and not made current, and a call is made before its end that should be its child. */
export function spansNotActive(code: JavaCode): Finding[] {
  return [...code.calls('startSpan'), ...code.calls('start')].flatMap((place) => ofStart(place));
}

function ofStart(place: CallPlace): Finding[] {
  const { source, function: fn, call } = place;
  const before = namesIn(chainBefore(call));
  const isStart = before.includes('spanBuilder') || before.includes('nextSpan') || before.includes('childSpan');
  if (!isStart || chainFrom(place).length > 1 || fn.id === 0) return [];
  const use = useOf(source, fn, call);
  if (use.kind !== 'variable') return [];
  const { name } = use;
  if (ACTIVATES.test(source.textOf(fn)) || isHandedOn(place, name)) return [];
  const statement = statementOf(fn, call);
  if (statement === undefined) return [];
  const ends = source.callsIn(fn).filter(({ callee, start }) => {
    const isEnd = callee.kind === 'member' && callee.name === 'end' && callee.object.kind === 'name';
    return isEnd && callee.object.name === name && start > statement.end;
  });
  const last = Math.max(...ends.map(({ start }) => start));
  const sent = source
    .callsIn(fn)
    .filter((one) => one.start > statement.end && one.start < last)
    .find((one) => isOutgoing({ source, function: fn, call: one }));
  if (sent === undefined) return [];
  const where = whereIs(source, evidenceAt(source, sent, ''));
  return [
    findingAt('SPAN-NOT-ACTIVE', source, firstLine(source, statement), {
      severity: 'warning',
      message: `The span \`${name}\` is not made current, so the call at ${where} does not become its child.`,
      related: [relatedAt(source, firstLine(source, sent), 'This call is made under the context from before.')],
    }),
  ];
}

/** Given to others, returned or kept: somebody else may make it current. */
function isHandedOn({ source, function: fn }: CallPlace, name: string): boolean {
  const mentions = mentionsOf(source, fn, name);
  const inCalls = source.within(fn).flatMap((inner) => source.callsIn(inner));
  return mentions.some((mention) => {
    if (inCalls.some((call) => call.args.some(({ value }) => value === mention))) return true;
    const use = source.within(fn).map((inner) => useOf(source, inner, mention));
    return use.some(({ kind }) => kind === 'returned' || kind === 'field');
  });
}
