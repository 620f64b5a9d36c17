import type { Finding } from '../../../model/finding';
import { qualified } from '../../code/names';
import { findingAt } from '../../report';
import { callsOf, type CallIn } from '../calls';
import { firstLine } from '../evidenceAt';
import type { NodeCode } from '../nodeCode';
import { isAside } from '../serverSide';
import { possibleValues } from '../values';

/** Temporal's own interceptors and plugin, or such of the project's own. */
const CARRIES =
  /interceptors-opentelemetry|OpenTelemetry\w*(Interceptor|Plugin)|traceparent|propagat\w*\s*\.\s*inject\(/i;

/**
 * Rule 10 for Temporal: a workflow continues the trace of who starts it where client and worker have the interceptors of
 * `@temporalio/interceptors-opentelemetry`, and begins one of its own where the client has none.
 */
export function temporalFindings(node: NodeCode): Finding[] {
  const { tracing, program, code } = node;
  if (!node.isTraced || tracing.distribution !== undefined || tracing.isOtherRuntime === true) return [];
  const made = callsOf(program, 'Client', '@temporalio/client').filter(
    (at) => isClient(at) && !isAside(code.unit, at.source) && node.runsInNode(at.source),
  );
  if (made.length === 0 || program.sources.some((source) => source.has(CARRIES))) return [];
  return made.filter((at) => !mayIntercept(node, at)).map(notCarried);
}

function isClient({ source, function: fn, call }: CallIn): boolean {
  const name = qualified(source, fn, call.callee);
  return call.isNew === true && (name === '@temporalio/client.Client' || name === '@temporalio/client.WorkflowClient');
}

/** Whether the options have interceptors or plugins, or cannot be read. */
function mayIntercept({ program }: NodeCode, { source, function: fn, call }: CallIn): boolean {
  return call.args.some(({ value }) =>
    possibleValues(program, { source, function: fn, expression: value }).some(
      ({ expression }) =>
        expression.kind !== 'object' ||
        expression.entries.some(({ key, spread }) => spread === true || /^(interceptors|plugins)$/.test(key ?? '')),
    ),
  );
}

function notCarried({ source, call }: CallIn): Finding {
  return findingAt('JS-UNCOVERED-LIB', source, firstLine(source, call), {
    severity: 'warning',
    message:
      'Workflows that this client starts continue no trace: nothing instruments Temporal, and neither client nor worker has the interceptors of `@temporalio/interceptors-opentelemetry`.',
  });
}
