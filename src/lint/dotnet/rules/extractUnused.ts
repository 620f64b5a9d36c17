import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression, Name } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { statementOf, surroundingOf } from '../../code/parents';
import { expressionsIn } from '../../code/walk';
import { findingAt } from '../../report';
import { argumentOf, lastName, placeOf, receiverOf, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { typeOf } from '../types';
import { usesOf, type VariableUse } from '../variableUses';

const RULE = 'EXTRACT-UNUSED';
const STARTS = /^(StartActivity|CreateActivity|StartActiveSpan|StartSpan|StartRootSpan)$/;
/** What makes a carrier that nobody else holds. */
const CARRIERS = /^(Dictionary|Headers|SortedDictionary|ConcurrentDictionary|HeaderDictionary|Hashtable)$/;

/** EXTRACT-UNUSED: a context that is read and dropped, or written into a carrier that goes nowhere. */
export function extractUnused({ code }: DotnetProcess): Finding[] {
  const extracted = code
    .named('Extract')
    .filter((site) => isPropagation(code, site))
    .map((site) => ({ site, lost: droppedContext(site) }));
  const injected = code
    .named('Inject')
    .filter((site) => isPropagation(code, site))
    .map((site) => ({ site, lost: droppedCarrier(site) }));
  const parsed = code
    .named('TryParse')
    .filter(({ call }) => lastName(receiverOf(call) ?? call) === 'ActivityContext')
    .map((site) => ({ site, lost: unusedParse(site) }));
  return [...extracted, ...injected, ...parsed].flatMap(({ site, lost }) =>
    lost === undefined ? [] : [findingAt(RULE, site.source, placeOf(site), { severity: 'warning', message: lost })],
  );
}

/** `propagator.Extract(context, carrier, getter)`, `propagator.Inject(context, carrier, setter)`. */
function isPropagation(code: DotnetProcess['code'], { source, function: fn, call }: Site): boolean {
  const receiver = receiverOf(call);
  if (call.args.length !== 3 || receiver === undefined) return false;
  return /propagat/i.test(`${source.textOf(receiver)} ${typeOf(code, source, fn, receiver) ?? ''}`);
}

function droppedContext({ source, function: fn, call }: Site): string | undefined {
  const statement = statementOf(fn, call);
  if (statement?.kind === 'expression' && statement.value === call)
    return 'The extracted context is dropped: activities started here begin a new trace. Give its ActivityContext as parentContext.';
  if (statement?.kind !== 'assign' || statement.values[0] !== call || fn.id === 0) return undefined;
  const [target] = statement.targets;
  if (target?.kind !== 'name' || !statement.declares) return undefined;
  const uses = usesOf(source, fn, target.name).filter((use) => use.name !== target);
  if (uses.length === 0)
    return `\`${target.name}\` is extracted but never used: activities started here begin a new trace. Give \`${target.name}.ActivityContext\` as parentContext.`;
  const onlyBaggage = uses.every((use) => isBaggageOf(use));
  const starts = onlyBaggage ? startedLater(source, fn, call) : undefined;
  if (starts === undefined || starts.args.length > 2) return undefined;
  return `Of \`${target.name}\` only the baggage is used: the activity started below begins a new trace. Give \`${target.name}.ActivityContext\` as parentContext.`;
}

function isBaggageOf({ in: fn, name }: VariableUse): boolean {
  const around = surroundingOf(fn, name);
  return around?.kind === 'part' && around.of.kind === 'member' && around.of.name === 'Baggage';
}

function startedLater(source: SourceCode, fn: CodeFunction, after: Call): Call | undefined {
  return source
    .within(fn)
    .flatMap((inner) => source.callsIn(inner))
    .find((call) => call.start > after.end && STARTS.test(lastName(call.callee)));
}

function droppedCarrier({ source, function: fn, call }: Site): string | undefined {
  const carrier = argumentOf(call, 1, 'carrier')?.value;
  if (carrier === undefined) return undefined;
  if (carrier.kind === 'call' && carrier.isNew && CARRIERS.test(lastName(carrier.callee)))
    return 'The trace context goes into a new carrier that nothing sends.';
  if (carrier.kind !== 'name' || fn.id === 0) return undefined;
  const made = madeHere(fn, carrier);
  if (made === undefined) return undefined;
  const uses = usesOf(source, fn, carrier.name).filter(({ name }) => name !== carrier && name !== made);
  if (uses.length > 0) return undefined;
  return `The trace context is put into \`${carrier.name}\`, which nothing sends.`;
}

/** The name in the declaration of a carrier that the function makes. */
function madeHere(fn: CodeFunction, carrier: Name): Expression | undefined {
  for (const statement of statements(fn)) {
    const [target] = statement.targets;
    const [value] = statement.values;
    if (target?.kind !== 'name' || target.name !== carrier.name || !statement.declares) continue;
    if (value?.kind === 'call' && value.isNew && CARRIERS.test(lastName(value.callee))) return target;
  }
  return undefined;
}

function* statements(fn: CodeFunction) {
  for (const expression of expressionsIn(fn.body)) {
    const around = surroundingOf(fn, expression);
    if (around?.kind === 'head' && around.of.kind === 'assign') yield around.of;
  }
}

/** `ActivityContext.TryParse(header, null, out var parent)` and an activity that does not get it. */
function unusedParse({ source, function: fn, call }: Site): string | undefined {
  const given = call.args.at(-1)?.value;
  if (given?.kind !== 'name' || !/\bout\b/.test(source.textOf(call.args.at(-1)!)) || fn.id === 0) return undefined;
  const uses = usesOf(source, fn, given.name).filter(({ name }) => name !== given);
  if (uses.length > 0 || startedLater(source, fn, call) === undefined) return undefined;
  return `\`${given.name}\` is read but never used: the activity started below begins a new trace. Give it as parentContext.`;
}
