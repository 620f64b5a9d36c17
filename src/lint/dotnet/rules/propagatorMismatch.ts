import type { Finding } from '../../../model/finding';
import type { Call, Expression } from '../../../syntax/code/expression';
import { findingAt } from '../../report';
import { lastName, placeOf, receiverOf, textWithoutComments, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';

const RULE = 'PROP-MISMATCH';
/** Propagators that neither write nor read `traceparent`. */
const OTHERS = /^(B3Propagator|JaegerPropagator|AWSXRayPropagator)$/;
const W3C = /^TraceContextPropagator$/;
/** Headers of a message that hold the ids of a trace under names of their own. */
const OWN_HEADER = /^(x-)?(trace|span|parent-?span|parent|activity)[-_]?id$/i;
/** The standard's header is written too. */
const STANDARD = /traceparent|\bInject\w*\(/i;

/**
 * PROP-MISMATCH: the process speaks another format than the default one, or puts ids of traces into headers that only
 * its own code reads. Whether the others do the same cannot be seen from one process, so both are hints.
 */
export function propagatorMismatch(process: DotnetProcess): Finding[] {
  return [...otherFormats(process), ...ownHeaders(process)];
}

function otherFormats({ code }: DotnetProcess): Finding[] {
  return code.named('SetDefaultTextMapPropagator').flatMap((site) => {
    const made = site.source
      .callsIn(site.function)
      .filter((call) => call.isNew && call.start >= site.call.start && call.end <= site.call.end)
      .map((call) => lastName(call.callee));
    const other = made.find((name) => OTHERS.test(name));
    if (other === undefined || made.some((name) => W3C.test(name))) return [];
    return [
      hint(
        site,
        `${other} alone: \`traceparent\` is neither sent nor read, so that services with the default propagator begin new traces.`,
      ),
    ];
  });
}

function ownHeaders({ code }: DotnetProcess): Finding[] {
  return code
    .named('Add')
    .filter(
      (site) => isTraceId(site) && !STANDARD.test(textWithoutComments(site.source, code.outermost(site).function)),
    )
    .map((site) =>
      hint(
        site,
        `Only what reads \`${keyOf(site.call)}\` continues this trace: inject \`traceparent\` with Propagators.DefaultTextMapPropagator.`,
      ),
    );
}

/** `headers.Add("traceId", …)` of something that is a trace's. */
function isTraceId({ source, call }: Site): boolean {
  const key = keyOf(call);
  const receiver = receiverOf(call);
  if (key === undefined || receiver === undefined || !OWN_HEADER.test(key)) return false;
  return (
    /headers|properties|attributes/i.test(lastName(receiver)) &&
    /trace|span|activity/i.test(source.textOf(call.args[1]!))
  );
}

function keyOf({ args }: Call): string | undefined {
  const value: Expression | undefined = args.length === 2 ? args[0]!.value : undefined;
  return value?.kind === 'text' ? value.value : undefined;
}

function hint(site: Site, message: string): Finding {
  return findingAt(RULE, site.source, placeOf(site), { severity: 'hint', message });
}
