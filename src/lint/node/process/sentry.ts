import type { Expression } from '../../../syntax/code/expression';
import { qualified } from '../../code/names';
import type { Program } from '../../code/program';
import type { Evidence } from '../../evidence';
import type { ProcessUnit } from '../../project/processUnit';
import type { Place } from '../modules';
import { DISTRIBUTIONS, type CoveredLibrary } from '../nodeTables';
import { isDirect } from '../serverSide';
import { possibleValues, entryOf } from '../values';
import { callsOf } from '../calls';
import type { Setup } from './setups';

/**
 * `Sentry.init({ skipOpenTelemetrySetup: true })` leaves instrumentations to the own SDK, unless it is asked to sample
 * traces, which adds Sentry's performance integrations. See Sentry's guide on custom OpenTelemetry setup.
 */
export function isSentryOnlyBeside(program: Program, found: readonly Setup[]): boolean {
  const options = optionsOfInit(program);
  const isBeside = ({ expression }: Place): boolean =>
    expression.kind === 'object' &&
    entryOf(expression, 'skipOpenTelemetrySetup') !== undefined &&
    !expression.entries.some(
      ({ key, spread, value }) =>
        spread === true || (/^(tracesSample|enableTracing)/.test(key ?? '') && !isNothing(value)),
    );
  if (options.length > 0) return options.every(isBeside);
  const text = found.map(({ source }) => source.code.text).join('\n');
  return (
    /SentryContextManager|validateOpenTelemetrySetup/.test(text) && !/SentrySampler|SentrySpanProcessor/.test(text)
  );
}

/**
 * What Sentry leaves alone where it samples traces: its integrations are a list, and some message libraries are not on it.
 * None where OpenTelemetry is not used besides, as Sentry alone is often there for errors, or where another agent is.
 */
export function leftOutBySentry(unit: ProcessUnit, program: Program, by: Evidence): ReadonlySet<CoveredLibrary> {
  const row = DISTRIBUTIONS.find(({ package: name, leavesOut }) => leavesOut && by.text.startsWith(name));
  const isAlone = !DISTRIBUTIONS.some(({ package: name }) => !name.startsWith('@sentry/') && isDirect(unit, name));
  const usesOtel = [...unit.dependencies.keys()].some(
    (name) => name.startsWith('@opentelemetry/') && isDirect(unit, name),
  );
  const options = row && isAlone && usesOtel ? optionsOfInit(program) : [];
  const samples = ({ expression }: Place): boolean =>
    expression.kind === 'object' &&
    entryOf(expression, 'skipOpenTelemetrySetup') === undefined &&
    expression.entries.some(({ key, value }) => /^tracesSample(Rate|r)$/.test(key ?? '') && !isNothing(value));
  return new Set(options.length > 0 && options.every(samples) ? row!.leavesOut : []);
}

function optionsOfInit(program: Program): Place[] {
  return callsOf(program, 'init', '@sentry/')
    .filter(({ source, function: fn, call }) => (qualified(source, fn, call.callee) ?? '').startsWith('@sentry/'))
    .flatMap(({ source, function: fn, call: { args } }) =>
      args[0] ? possibleValues(program, { source, function: fn, expression: args[0].value }) : [],
    );
}

function isNothing(value: Expression): boolean {
  return value.kind === 'literal' && /^(undefined|null|0|false)$/.test(value.text);
}
