import type { Finding } from '../../../model/finding';
import { findingAt, relatedAt } from '../../report';
import { atEachCall } from '../calls';
import { firstLine } from '../evidenceAt';
import { isPropagation } from '../handMade';
import type { NodeCode } from '../nodeCode';
import { isReached } from '../reached';
import { isAside } from '../serverSide';
import { isBare } from './noContextManager';

/** What sets a propagator: by itself, among options, or with all else that `register` sets. */
const SETS_ONE =
  /setGlobalPropagator|textMapPropagator|\bpropagators?\s*:|rovider(?:\(\))?\.register\(|\bNodeSDK\b|registerOTel\(/;

/**
 * Rule 33, for what is written by hand: a bare provider that is made the global one brings no propagator, and without one
 * `propagation.inject` writes nothing and `extract` reads nothing.
 */
export function noPropagatorFindings(node: NodeCode): Finding[] {
  const { found, distribution, isOtherRuntime, preload } = node.tracing;
  if ((distribution !== undefined && !isOtherRuntime) || preload !== undefined) return [];
  const providers = found.filter((one) => isBare(one) && one.exports === 'yes');
  if (providers.length === 0 || found.some((one) => one.kind === 'sdk' || (one.kind === 'provider' && !isBare(one))))
    return [];
  const { sources } = node.program;
  if (sources.some((source) => !isAside(node.code.unit, source) && source.has(SETS_ONE))) return [];
  const [first] = atEachCall(
    sources.filter((source) => source.has(/\binject\(/) && !isAside(node.code.unit, source)),
    (at) => (isPropagation(at.source, at.function, at.call, 'inject') ? at : undefined),
  );
  if (first === undefined) return [];
  return providers
    .filter((one) => one.source.has('setGlobalTracerProvider') && isReached(node, one))
    .map(({ source, call }) =>
      findingAt('EXTRACT-UNUSED', source, firstLine(source, call), {
        severity: 'warning',
        message:
          'This provider is made the global one without a propagator: `propagation.inject` writes nothing. Set one by `propagation.setGlobalPropagator(new W3CTraceContextPropagator())`.',
        related: [relatedAt(first.source, firstLine(first.source, first.call), 'writes nothing')],
      }),
    );
}
