import type { Finding } from '../../../model/finding';
import type { Expression } from '../../../syntax/code/expression';
import { lastPart } from '../../code/names';
import { environmentPropagators } from '../../environmentPropagators';
import { findingAt } from '../../report';
import { firstLine } from '../evidenceAt';
import type { Place } from '../modules';
import type { NodeCode } from '../nodeCode';
import { isReached } from '../reached';
import type { Setup } from '../process/setups';
import { entryOf, possibleValues } from '../values';
import { callsOf } from '../calls';

const RULE = 'PROP-MISMATCH';

/** Propagators that write trace headers. */
const WITH_TRACE = /new\s+(?!W3CBaggage|Composite)\w*Propagator\(/;

/** Headers that only some understand, by the classes that write them. */
const OWN_HEADERS: Readonly<Record<string, string>> = {
  B3Propagator: 'b3',
  JaegerPropagator: 'uber-trace-id',
  OTTracePropagator: 'ot-tracer-*',
  AWSXRayPropagator: 'x-amzn-trace-id',
};

/**
 * Rule 35: a process that sends no trace headers on purpose, or none that the standard knows; rule 1: one whose only
 * propagator is that of baggage, so that no trace goes on anywhere.
 */
export function propagatorFindings(node: NodeCode): Finding[] {
  if (!node.isTraced || node.tracing.distribution !== undefined) return [];
  const isHeard = node.code.unheard?.has(RULE) !== true;
  const places = [...node.tracing.setups.flatMap((setup) => ofSetup(node, setup)), ...setGlobally(node)];
  const baggage = places.filter((place) => isBaggageOnly(node, place));
  return [
    ...(isHeard ? inEnvironment(node, places) : []),
    ...baggage.map(({ source, expression }) =>
      findingAt('GO-PROP-UNSET', source, firstLine(source, expression), {
        severity: 'warning',
        message:
          'The only propagator is that of baggage: no `traceparent` is sent or read, and every process begins new traces. Add W3CTraceContextPropagator.',
      }),
    ),
    ...(isHeard ? places.flatMap((place) => mismatch(node, place) ?? []) : []),
  ];
}

/** Propagators that code gives are taken before those of the environment. */
function inEnvironment({ code }: NodeCode, given: readonly Place[]): Finding[] {
  return given.length > 0 ? [] : environmentPropagators(code.unit);
}

/** The propagators that a set-up is given: by the options of the SDK, and those of `provider.register`. */
function ofSetup(node: NodeCode, setup: Setup): Place[] {
  if (!isReached(node, setup)) return [];
  const registered = callsOf(node.program, 'register', 'TracerProvider').filter(
    ({ source }) => source === setup.source,
  );
  return [
    ...(setup.options ? [{ place: setup.options, key: 'textMapPropagator' }] : []),
    ...registered.flatMap(({ source, function: fn, call }) =>
      call.args.map(({ value }) => ({ place: { source, function: fn, expression: value }, key: 'propagator' })),
    ),
  ].flatMap(({ place, key }) => {
    const value = place.expression.kind === 'object' ? entryOf(place.expression, key)?.value : undefined;
    return value === undefined ? [] : [{ ...place, expression: value }];
  });
}

/** `propagation.setGlobalPropagator(…)`: what is set first stays, also where the SDK brings another. */
function setGlobally(node: NodeCode): Place[] {
  return callsOf(node.program, 'setGlobalPropagator', '@opentelemetry/api').flatMap(({ source, function: fn, call }) =>
    call.args.slice(0, 1).map(({ value }) => ({ source, function: fn, expression: value })),
  );
}

function isBaggageOnly(node: NodeCode, place: Place): boolean {
  if (node.program.sources.some((source) => source.has(WITH_TRACE))) return false;
  return possibleValues(node.program, place).every(
    ({ source, expression }) =>
      classOf(expression) === 'W3CBaggagePropagator' ||
      (classOf(expression) === 'CompositePropagator' &&
        /\[\s*new W3CBaggagePropagator\(\s*\)\s*,?\s*\]/.test(source.textOf(expression))),
  );
}

function mismatch(node: NodeCode, place: Place): Finding | undefined {
  const why = whyNot(node, place);
  return why === undefined
    ? undefined
    : findingAt(RULE, place.source, firstLine(place.source, place.expression), { severity: 'hint', message: why });
}

function whyNot(node: NodeCode, place: Place): string | undefined {
  const values = possibleValues(node.program, place);
  if (
    values.length > 0 &&
    values.every(({ expression }) => expression.kind === 'literal' && expression.text === 'null')
  )
    return 'Without a propagator this process neither sends trace headers nor reads them.';
  const headers = values.map(({ expression }) => OWN_HEADERS[classOf(expression)]);
  const [first] = headers;
  return first !== undefined && headers.every((one) => one !== undefined)
    ? `This process writes and reads \`${first}\` only: to services that go by \`traceparent\` its requests begin new traces. Put both propagators into a CompositePropagator.`
    : undefined;
}

function classOf(expression: Expression): string {
  if (expression.kind !== 'call' || expression.isNew !== true) return '';
  return lastPart(expression.callee);
}
