import { nameOfCall, type CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { isRepublishing } from '../spring/relevance';
import { rootVariable } from '../spring/springClients';
import { isType, plainType } from '../typeNames';
import { declaredType } from '../variables';

/** The calls by which something is sent: on a variable, field or parameter of one of the types. */
export function sendsBy(code: JavaCode, names: readonly string[], types: readonly string[]): CallPlace[] {
  return names
    .flatMap((name) => code.calls(name))
    .filter(({ source, function: fn, call }) => {
      if (isRepublishing(source)) return false;
      if (call.callee.kind !== 'member' || nameOfCall(call) === undefined) return false;
      const root = rootVariable(call.callee);
      if (root === undefined) return false;
      const type = declaredType(source, fn, { kind: 'name', name: root, start: call.start, end: call.start });
      return type !== undefined && types.some((one) => isType(source, plainType(type), one));
    });
}

/** Words of code that writes a trace into the headers of a message itself. */
const BY_HAND =
  /"(x-)?(trace-?_?id|traceparent|b3|x-b3-\w+|trace-?_?context)"|\b\w*[pP]ropagators?(\(\))?\s*\.\s*(fields|inject)\s*\(/i;

/** Whether the method around a send puts the trace into the message by hand. */
export function isCarriedByHand({ source, function: fn }: CallPlace): boolean {
  const outer = [fn, ...source.around(fn)].filter(({ id }) => id !== 0).at(-1) ?? fn;
  if (outer.id === 0) return false;
  const text = source.textOf(outer);
  return BY_HAND.test(text) && /\b(setHeader|putHeader|add|header|headers|inject|put|copyHeaders)\s*\(/.test(text);
}
