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
