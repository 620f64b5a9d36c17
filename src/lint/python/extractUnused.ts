import type { Finding } from '../../model/finding';
import type { Expression } from '../../syntax/code/expression';
import type { CodeFunction } from '../../syntax/code/code';
import { statementsIn } from '../code/walk';
import type { SourceCode } from '../code/sourceCode';
import { findingAt } from '../report';
import { classesOf } from './names/classes';
import { continueExtracted } from './fixes/extracted';
import { argumentOf, lastPart, placeOf, type PythonCode, type Site } from './names/pythonCode';
import { statementOf, usesOf } from './names/statements';
import type { TracedCode } from './process/tracedCode';

const PROPAGATORS = /(Propagator|Format|get_global_textmap)$/;

/** EXTRACT-UNUSED: a context that is read and dropped, or written into a carrier that goes nowhere. */
export function extractUnused(traced: TracedCode): Finding[] {
  return traced.sources.flatMap((source) => {
    if (!source.has(/\b(extract|inject)\s*\(/)) return [];
    if (!traced.processesOf(source).some(({ tracing }) => tracing.is === 'yes')) return [];
    return traced.code.sitesIn(source).flatMap((site) => {
      const kind = propagation(traced.code, site);
      if (kind === undefined) return [];
      const lost = kind === 'extract' ? droppedContext(site) : droppedCarrier(site);
      if (lost === undefined) return [];
      return [
        findingAt('EXTRACT-UNUSED', source, placeOf(site), {
          severity: 'warning',
          message: lost,
          fixes: kind === 'extract' ? continueExtracted(site) : [],
        }),
      ];
    });
  });
}

/** Whether a call is `propagate.extract` or `inject`, or a propagator's own. */
export function propagation(code: PythonCode, site: Site): 'extract' | 'inject' | undefined {
  const { method, name, source, function: fn, call } = site;
  const kind = /^_?(extract|inject)$/.exec(method)?.[1] as 'extract' | 'inject' | undefined;
  if (kind === undefined && !/^opentelemetry\.propagate\.(extract|inject)$/.test(name)) {
    return undefined;
  }
  const named = /^opentelemetry\.(propagate|propagators)\.(extract|inject)$/.exec(name)?.[2];
  if (named !== undefined) return named as 'extract' | 'inject';
  if (kind === undefined || call.callee.kind !== 'member') return undefined;
  const { object } = call.callee;
  const isPropagator =
    /propagat|textmap/i.test(lastPart(object)) ||
    classesOf(code, source, fn, object).some((one) => PROPAGATORS.test(one));
  return isPropagator ? kind : undefined;
}

/** Why a context that is extracted has no effect; undefined where it may. */
function droppedContext({ source, function: fn, call }: Site): string | undefined {
  const statement = statementOf(fn, call.start);
  if (statement?.kind === 'expression' && isSame(statement.value, call))
    return 'The extracted context is dropped: spans started here begin a new trace. Give it as `context=` or attach it.';
  if (statement?.kind !== 'assign' || statement.targets.length !== 1 || !isSame(statement.values[0]!, call))
    return undefined;
  const target = statement.targets[0]!;
  if (target.kind !== 'name' || fn.id === 0) return undefined;
  const uses = usesOf(source, fn, target.name).filter(({ start }) => start < statement.start || start >= statement.end);
  if (uses.some((use) => !isLogged(source, fn, use.start))) return undefined;
  return `\`${target.name}\` is extracted but never used: spans started here begin a new trace. Give it as \`context=${target.name}\` or attach it.`;
}

/** Why what is injected is never sent; undefined where it may be. */
function droppedCarrier({ source, function: fn, call }: Site): string | undefined {
  const carrier = argumentOf(call, 'carrier', 0);
  if (carrier === undefined || statementOf(fn, call.start)?.kind !== 'expression') return undefined;
  const made = carrier.kind === 'call' ? lastPart(carrier.callee) : '';
  const passing = carrier.kind === 'object' || (/^(dict|copy|deepcopy)$/.test(made) && carrier.kind === 'call');
  if (passing) return `The trace context goes into a copy (\`${short(source, carrier)}\`) that nothing sends.`;
  const text = carrier.kind === 'name' ? textBefore(fn, carrier.name, call.start) : undefined;
  if (text !== undefined)
    return `The trace context cannot be put into \`${short(source, carrier)}\`, which is ${text} by now: inject before it is serialised.`;
  if (carrier.kind !== 'name' || fn.id === 0 || !isMadeHere(fn, carrier.name)) return undefined;
  if (isInLoop(fn, call.start)) return undefined;
  const later = usesOf(source, fn, carrier.name).filter(({ start }) => start >= call.end);
  if (later.some((use) => !isLogged(source, fn, use.start))) return undefined;
  return `The trace context is put into \`${carrier.name}\` after its last use: nothing sends it.`;
}

/** Calls that make text or bytes of what they are given. */
const SERIALISES = /^(dumps|model_dump_json|to_json|SerializeToString|encode|urlencode)$/;

/** What a variable holds where it was last assigned before a place: text or bytes, which take no context; else undefined. */
function textBefore(fn: CodeFunction, name: string, at: number): string | undefined {
  if (isInLoop(fn, at)) return undefined;
  const before = [...statementsIn(fn.body)].filter(
    (statement) =>
      statement.kind === 'assign' &&
      statement.end <= at &&
      statement.targets.some((target) => target.kind === 'name' && target.name === name),
  );
  const last = before.at(-1);
  // Only where the assignment is made on the way to the call for sure.
  if (last?.kind !== 'assign' || last.targets.length !== 1 || !fn.body.includes(last)) return undefined;
  const [value] = last.values;
  if (value?.kind !== 'call' || last.values.length !== 1) return undefined;
  if (!SERIALISES.test(lastPart(value.callee))) return undefined;
  return /^(encode|SerializeToString)$/.test(lastPart(value.callee)) ? 'bytes' : 'text';
}

/** Whether a value is only written to a log where it is used. */
function isLogged(source: SourceCode, fn: CodeFunction, at: number): boolean {
  return source.within(fn).some((inner) =>
    source.callsIn(inner).some((call) => {
      if (at < call.callee.end || at >= call.end) return false;
      if (call.callee.kind === 'name') return call.callee.name === 'print';
      if (call.callee.kind !== 'member' || !LOGS.test(call.callee.name)) return false;
      return /log/i.test(lastPart(call.callee.object));
    }),
  );
}

const LOGS = /^(debug|info|warn|warning|error|exception|critical|log|trace)$/;

/** A local dict or list that nothing else holds. */
function isMadeHere(fn: CodeFunction, name: string): boolean {
  if (fn.parameters.some((one) => one.name === name)) return false;
  let made = false;
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'assign' || !statement.targets.some((one) => one.kind === 'name' && one.name === name))
      continue;
    const value = statement.values[0];
    const isNew =
      value?.kind === 'object' ||
      value?.kind === 'list' ||
      (value?.kind === 'call' && lastPart(value.callee) === 'dict');
    if (!isNew) return false;
    made = true;
  }
  return made;
}

function isInLoop(fn: CodeFunction, at: number): boolean {
  for (const statement of statementsIn(fn.body))
    if (statement.kind === 'loop' && statement.start <= at && at < statement.end) return true;
  return false;
}

function isSame(a: Expression, b: Expression): boolean {
  return a.start === b.start && a.end === b.end;
}

function short(source: SourceCode, expression: Expression): string {
  const text = source.textOf(expression).replace(/\s+/g, ' ');
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
