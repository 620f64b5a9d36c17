import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import { bindingOf } from '../../code/bindings';
import { surroundingOf } from '../../code/parents';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt } from '../../report';
import { lastName, placeOf, receiverOf, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { usesOf } from '../variableUses';

const RULE = 'EXTRACT-UNUSED';

/**
 * EXTRACT-UNUSED: a parent that is given to an activity too late. One that runs keeps the trace that it was started in
 * (dotnet/runtime 81371: since .NET 8 `SetParentId` is ignored, before it left the trace's id as it was); one that is never
 * started has none.
 */
export function lateParent({ code }: DotnetProcess): Finding[] {
  return code.named('SetParentId').flatMap((site) => {
    const why = whyLate(site);
    return why === undefined
      ? []
      : [
          findingAt(RULE, site.source, placeOf(site), {
            severity: 'warning',
            message: `${why} Give the context to StartActivity as its parentContext.`,
          }),
        ];
  });
}

function whyLate({ source, function: fn, call }: Site): string | undefined {
  const given = receiverOf(call);
  // `activity!.SetParentId(…)`
  const receiver = given?.kind === 'cast' ? given.value : given;
  // `Activity.Current`, which runs too, is often given an id that is no trace's.
  if (receiver?.kind !== 'name' || fn.id === 0) return undefined;
  const { name } = receiver;
  const binding = bindingOf(source, fn, name);
  if (binding?.kind !== 'variable') return undefined;
  const values = binding.assigned.flatMap(({ value }) => value ?? []);
  if (values.length === 0) return undefined;
  if (values.every(isStarted))
    return `\`${name}\` has been started already: it keeps its trace, and this parent changes nothing.`;
  if (!values.every(isCreated)) return undefined;
  const uses = usesOf(source, binding.function, name).map(({ in: inner, name: use }) => surroundingOf(inner, use));
  const isHandedOn = uses.some((use) => use?.kind === 'part' && use.of.kind !== 'member' && use.of.kind !== 'cast');
  const isReturned = uses.some((use) => use?.kind === 'head' && use.of.kind === 'return');
  return isHandedOn || isReturned || source.within(binding.function).some((inner) => startsIn(source, inner, name))
    ? undefined
    : `\`${name}\` is created and never started: nothing is recorded under this parent.`;
}

function startsIn(source: SourceCode, fn: CodeFunction, name: string): boolean {
  return source.callsIn(fn).some(({ callee }) => {
    if (callee.kind !== 'member' || callee.name !== 'Start') return false;
    return new RegExp(`^${name}\\b`).test(source.textOf(callee.object));
  });
}

/** `source.StartActivity(…)`, `new Activity("work").Start()`. */
function isStarted(value: Expression): boolean {
  if (value.kind !== 'call' || value.callee.kind !== 'member') return false;
  const { name, object } = value.callee;
  return (
    name === 'StartActivity' || (name === 'Start' && object.kind === 'call' && lastName(object.callee) === 'Activity')
  );
}

function isCreated(value: Expression): boolean {
  return value.kind === 'call' && value.callee.kind === 'member' && value.callee.name === 'CreateActivity';
}
