import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { Statement } from '../../../syntax/code/statement';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn, expressionsOf, statementsIn } from '../../code/walk';
import { findingAt } from '../../report';
import type { GoAnalysis } from '../goAnalysis';
import { calledName, firstLine, type CallPlace } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { lookUp } from '../values/scope';

/** EXTRACT-UNUSED: a context that is extracted and thrown away, or injected into a carrier that goes nowhere. */
export function unusedContexts(analysis: GoAnalysis): Finding[] {
  const found: Finding[] = [];
  for (const source of analysis.unit.code.program.sources) {
    if (isGeneratedSource(source) || !source.has(/\b(Extract|Inject)\(/)) continue;
    for (const fn of source.code.functions) {
      for (const statement of statementsIn(fn.body)) {
        const lost = lostIn(analysis, source, fn, statement);
        if (lost !== undefined) found.push(lost);
      }
    }
  }
  return found;
}

function lostIn(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction, statement: Statement): Finding | undefined {
  if (statement.kind === 'expression' && statement.value.kind === 'call') {
    const call = statement.value;
    const place = { source, function: fn, call };
    if (isPropagators(analysis, place, 'Extract'))
      return finding(place, 'The extracted context is thrown away: use the context that `Extract` returns.');
    if (isPropagators(analysis, place, 'Inject') && !reachesCall(analysis, place))
      return finding(place, 'The trace context is written into a carrier that nothing reads afterwards.');
    return undefined;
  }
  if (statement.kind !== 'assign' || statement.targets.length !== 1) return undefined;
  const [target] = statement.targets;
  const [value] = statement.values;
  if (target?.kind !== 'name' || value?.kind !== 'call') return undefined;
  const place = { source, function: fn, call: value };
  if (!isPropagators(analysis, place, 'Extract')) return undefined;
  if (isEmptyCarrier(analysis, place))
    return finding(place, 'The context is extracted from a carrier that nothing was put into: it is always empty.');
  if (target.name === '_') return finding(place, 'The extracted context is thrown away.');
  if (isUsed(analysis, source, fn, target, value)) return undefined;
  return finding(place, `The extracted context is put into \`${target.name}\`, which nothing uses afterwards.`);
}

function finding({ source, call }: CallPlace, message: string): Finding {
  return findingAt('EXTRACT-UNUSED', source, firstLine(source, call), { severity: 'warning', message });
}

/** `otel.GetTextMapPropagator().Extract(ctx, carrier)`, `propagator.Inject(ctx, carrier)`. */
function isPropagators({ unit }: GoAnalysis, place: CallPlace, name: 'Extract' | 'Inject'): boolean {
  const { source, function: fn, call } = place;
  if (calledName(call) !== name || call.args.length !== 2 || call.callee.kind !== 'member') return false;
  if (/propagat|TraceContext\{\}/i.test(source.textOf(call.callee.object))) return true;
  return /propagation\.\w*(Propagator|TraceContext)$/.test(
    unit.types.typeOf(source, fn, call.callee.object)?.qualified ?? '',
  );
}

/** Whether a variable is read anywhere but in the assignment itself; before it counts too, as there may be a loop. */
function isUsed(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction, target: Expression, value: Call): boolean {
  if (target.kind !== 'name') return true;
  const binding = lookUp(analysis.unit.packages, source, fn, target.name);
  if (binding === undefined || binding.kind === 'global') return true;
  const scope = binding.kind === 'variable' || binding.kind === 'parameter' ? binding.function : fn;
  const inLoop = loopsAround(fn, value);
  return source.within(scope).some((inner) =>
    reads(inner, target.name).some((at) => {
      const own = at >= value.start && at < value.end;
      return !own && (at > value.end || inLoop || inner !== fn);
    }),
  );
}

function loopsAround(fn: CodeFunction, at: Expression): boolean {
  for (const statement of statementsIn(fn.body))
    if (statement.kind === 'loop' && statement.start < at.start && at.end <= statement.end) return true;
  return false;
}

/** Where a name is read: not where it is assigned to. */
function reads(fn: CodeFunction, name: string): number[] {
  const targets = new Set<Expression>();
  for (const statement of statementsIn(fn.body))
    if (statement.kind === 'assign') for (const target of statement.targets) targets.add(target);
  const found: number[] = [];
  for (const expression of expressionsIn(fn.body))
    if (expression.kind === 'name' && expression.name === name && !targets.has(expression))
      found.push(expression.start);
  return found;
}

/** A carrier that is made here and has no other use before. */
function isEmptyCarrier(analysis: GoAnalysis, { source, function: fn, call }: CallPlace): boolean {
  const given = call.args[1]!.value;
  const carrier = given.kind === 'unary' ? given.value : given;
  if (carrier.kind !== 'name') return false;
  const binding = lookUp(analysis.unit.packages, source, fn, carrier.name);
  if (binding?.kind !== 'variable') return false;
  const isEmpty = binding.assigned.every(({ value, type }) =>
    value === undefined
      ? /Carrier$/.test(type ?? '')
      : isMade(value) && !(value.kind === 'object' && value.entries.length > 0),
  );
  return (
    isEmpty &&
    source
      .within(binding.function)
      .every((inner) => reads(inner, carrier.name).every((at) => at === carrier.start || at > call.end))
  );
}

/** A carrier that is made here must be used after the injection; one that is part of something else is. */
function reachesCall(analysis: GoAnalysis, { source, function: fn, call }: CallPlace): boolean {
  const carrier = call.args[1]!.value;
  const names = [...expressionsOf(carrier)].filter((one) => one.kind === 'name').map((one) => one.name);
  const locals = names.filter((name) => {
    const binding = lookUp(analysis.unit.packages, source, fn, name);
    return (
      binding?.kind === 'variable' && binding.function === fn && binding.assigned.every((one) => isMade(one.value))
    );
  });
  const others = names.filter((name) => !locals.includes(name) && isVariable(analysis, source, fn, name));
  if (
    locals.length === 0 ||
    others.length > 0 ||
    [...expressionsOf(carrier)].some((one) => one.kind === 'member' && !isPackage(analysis, source, fn, one))
  )
    return true;
  const inLoop = loopsAround(fn, call);
  return locals.some((name) =>
    source
      .within(fn)
      .some((inner) => reads(inner, name).some((at) => at > call.end || inner !== fn || (inLoop && at < call.start))),
  );
}

function isMade(value: Expression | undefined): boolean {
  if (value?.kind === 'object')
    return /^(propagation\.(Map|Header)Carrier|http\.Header|map\[.*)$/.test(value.type ?? '');
  return value?.kind === 'call' && value.callee.kind === 'name' && value.callee.name === 'make';
}

function isVariable(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction, name: string): boolean {
  const kind = lookUp(analysis.unit.packages, source, fn, name)?.kind;
  return kind === 'variable' || kind === 'parameter' || kind === 'receiver' || kind === 'global';
}

function isPackage(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction, member: Expression): boolean {
  if (member.kind !== 'member' || member.object.kind !== 'name') return false;
  return lookUp(analysis.unit.packages, source, fn, member.object.name)?.kind === 'import';
}
