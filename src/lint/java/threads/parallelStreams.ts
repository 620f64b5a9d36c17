import { chainFrom } from '../chains';
import { nameOfCall } from '../declarations';
import type { JavaCode } from '../javaCode';
import type { HandOff } from './handOff';

const STEPS =
  /^(map|flatMap|filter|forEach|forEachOrdered|peek|mapTo(Int|Long|Double|Obj)|anyMatch|allMatch|noneMatch)$/;

/** `ids.parallelStream().map(client::load)`, `stream.parallel().forEach(…)`: the common pool runs most of it. */
export function parallelStreams(code: JavaCode): HandOff[] {
  return [...code.calls('parallelStream'), ...code.calls('parallel')].flatMap((place) => {
    if (place.call.args.length > 0 || place.call.callee.kind !== 'member') return [];
    const steps = chainFrom(place).slice(1);
    return steps
      .filter((step) => STEPS.test(nameOfCall(step) ?? ''))
      .flatMap((step) => step.args.slice(0, 1))
      .map(({ value }) => ({ ...place, what: `${nameOfCall(place.call)}()`, task: value, byThread: false }));
  });
}
