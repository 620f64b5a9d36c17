import type { Finding } from '../../../model/finding';
import type { Expression } from '../../../syntax/code/expression';
import { findingAt } from '../../report';
import { firstLine } from '../evidenceAt';
import type { Place } from '../modules';
import type { NodeCode } from '../nodeCode';
import { isReached } from '../reached';
import type { Setup } from '../process/setups';
import { entryOf, possibleValues } from '../values';
import { callsOf } from '../calls';

const RULE = 'PROP-MISMATCH';

/** Headers that only some understand, by the classes that write them. */
const OWN_HEADERS: Readonly<Record<string, string>> = {
  B3Propagator: 'b3',
  JaegerPropagator: 'uber-trace-id',
  OTTracePropagator: 'ot-tracer-*',
  AWSXRayPropagator: 'x-amzn-trace-id',
};

/** Rule 35: a process that sends no trace headers at all, or none that the standard knows. */
export function propagatorFindings(node: NodeCode): Finding[] {
  if (node.code.unheard?.has(RULE) === true || !node.isTraced || node.tracing.distribution !== undefined) return [];
  return [...switchedOff(node), ...node.tracing.setups.flatMap((setup) => ofSetup(node, setup) ?? [])];
}

function switchedOff({ code }: NodeCode): Finding[] {
  return code.unit.deployment.environment
    .filter(({ name, value }) => name === 'OTEL_PROPAGATORS' && value?.trim() === 'none')
    .map(({ at }) => ({
      rule: RULE,
      severity: 'hint',
      file: at.file,
      range: at.range,
      message: 'OTEL_PROPAGATORS=none: this process neither sends trace headers nor reads them.',
      evidence: [],
      related: [],
      fixes: [],
    }));
}

function ofSetup(node: NodeCode, setup: Setup): Finding | undefined {
  if (!isReached(node, setup)) return undefined;
  for (const { place, key } of optionsOf(node, setup)) {
    const value = place.expression.kind === 'object' ? entryOf(place.expression, key)?.value : undefined;
    const why = value && whyNot(node, { ...place, expression: value });
    if (why !== undefined)
      return findingAt(RULE, place.source, firstLine(place.source, value!), { severity: 'hint', message: why });
  }
  return undefined;
}

/** The options of the SDK, and those of `provider.register`. */
function optionsOf(node: NodeCode, setup: Setup): { readonly place: Place; readonly key: string }[] {
  const own = setup.options ? [{ place: setup.options, key: 'textMapPropagator' }] : [];
  const registered = callsOf(node.program, 'register', 'TracerProvider').filter(
    ({ source }) => source === setup.source,
  );
  return [
    ...own,
    ...registered.flatMap(({ source, function: fn, call }) =>
      call.args.map(({ value }) => ({ place: { source, function: fn, expression: value }, key: 'propagator' })),
    ),
  ];
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
  const { callee } = expression;
  return callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
}
