import type { Finding } from '../../../model/finding';
import { surroundingOf } from '../../code/parents';
import { findingAt } from '../../report';
import { chainFrom, useOf } from '../chains';
import { variableName, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { firstLine } from '../places';
import { declaredType, mentionsOf } from '../variables';

const PROPAGATOR = /[pP]ropagator|getTextMapPropagator/;

/** EXTRACT-UNUSED: a context is read and dropped, or written into a carrier that goes nowhere. */
export function unusedContexts(code: JavaCode): Finding[] {
  return [
    ...code.calls('extract').filter(isPropagation).flatMap(ofExtract),
    ...code.calls('inject').filter(isPropagation).flatMap(ofInject),
  ];
}

function isPropagation({ source, call }: CallPlace): boolean {
  return call.callee.kind === 'member' && call.args.length >= 2 && PROPAGATOR.test(source.textOf(call.callee.object));
}

function ofExtract(place: CallPlace): Finding[] {
  const { source, function: fn, call } = place;
  if (chainFrom(place).length > 1) return [];
  const around = surroundingOf(fn, call);
  const isDropped = around?.kind === 'head' && around.of.kind === 'expression';
  const use = useOf(source, fn, call);
  const isUnused = use.kind === 'variable' && mentionsOf(source, fn, use.name).length <= 1;
  if (!isDropped && !isUnused) return [];
  return [
    findingAt('EXTRACT-UNUSED', source, firstLine(source, call), {
      severity: 'warning',
      message: isDropped
        ? 'The extracted context is dropped: what follows does not continue the caller’s trace.'
        : `The extracted context \`${use.kind === 'variable' ? use.name : ''}\` is never used: what follows does not continue the caller’s trace.`,
    }),
  ];
}

/** A map that is made here, filled, and never looked at again. */
function ofInject({ source, function: fn, call }: CallPlace): Finding[] {
  const carrier = call.args[1]?.value;
  const name = carrier && variableName(carrier);
  if (carrier?.kind !== 'name' || name === undefined || fn.parameters.some((one) => one.name === name)) return [];
  const type = declaredType(source, fn, carrier) ?? '';
  if (!/^(java\.util\.)?(Hash|Linked|Tree|ConcurrentHash|LinkedHash)?Map\b|Properties$|HttpHeaders$/.test(type))
    return [];
  const mentions = mentionsOf(source, fn, name);
  if (mentions.length !== 2 || !mentions.includes(carrier)) return [];
  return [
    findingAt('EXTRACT-UNUSED', source, firstLine(source, call), {
      severity: 'warning',
      message: `The context is written into \`${name}\`, which is never sent.`,
    }),
  ];
}
