import type { Finding } from '../../model/finding';
import type { Expression } from '../../syntax/code/expression';
import type { SourceCode } from '../code/sourceCode';
import { expressionsIn, expressionsOf } from '../code/walk';
import { environmentPropagators } from '../environmentPropagators';
import { findingAt } from '../report';
import { argumentOf, lastPart, placeOf, type Site } from './names/pythonCode';
import type { TracedCode } from './process/tracedCode';

const RULE = 'PROP-MISMATCH';
/** Propagators that neither write nor read `traceparent`. */
const OTHERS =
  /^(B3Format|B3MultiFormat|B3SingleFormat|JaegerPropagator|AwsXRayPropagator|CloudTraceFormatPropagator|CloudTraceOneWayPropagator|DatadogFormat)$/;
const W3C = /^TraceContextTextMapPropagator$/;

/**
 * PROP-MISMATCH: the process sends no trace headers, or only such as other services may not know, or takes the first header
 * of a message for the trace's. Whether the others do the same cannot be seen from one process, so all are hints.
 */
export function propagators(traced: TracedCode): Finding[] {
  const found = traced.sources.flatMap((source) => {
    if (!traced.processesOf(source).some(({ tracing }) => tracing.is === 'yes')) return [];
    return [...otherFormats(traced, source), ...firstHeaders(source)];
  });
  const inEnvironment = traced.all().some(({ tracing }) => tracing.is === 'yes')
    ? environmentPropagators(traced.unit)
    : [];
  return [...inEnvironment, ...found];
}

function otherFormats({ code }: TracedCode, source: SourceCode): Finding[] {
  if (!source.has('set_global_textmap')) return [];
  return code.sitesIn(source).flatMap((site) => {
    if (site.method !== 'set_global_textmap') return [];
    const made = madeOf(site, argumentOf(site.call, 'http_text_format', 0));
    const other = made.find((name) => OTHERS.test(name));
    if (other === undefined || made.some((name) => W3C.test(name))) return [];
    const message = `${other} alone: \`traceparent\` is neither sent nor read, so that services with the default propagators begin new traces.`;
    return [findingAt(RULE, source, placeOf(site), { severity: 'hint', message })];
  });

  function madeOf({ function: fn }: Site, given: Expression | undefined): string[] {
    if (given === undefined) return [];
    const values = given.kind === 'name' ? code.names.valuesOf(source, fn, given).map(({ value }) => value) : [given];
    return values.flatMap((value) => [...expressionsOf(value)].map(lastPart));
  }
}

/** `message.headers[0][1]`: whichever header comes first is taken for the trace's. */
function firstHeaders(source: SourceCode): Finding[] {
  if (!source.has(/headers\s*(\(\))?\s*\[\s*0\s*\]/) || !source.has(/traceparent|extract\s*\(/)) return [];
  return source.code.functions.flatMap((fn) => {
    for (const expression of expressionsIn(fn.body)) {
      if (expression.kind !== 'index' || source.textOf(expression.indexes[0] ?? expression) !== '0') continue;
      const owner = expression.object.kind === 'call' ? expression.object.callee : expression.object;
      if (lastPart(owner) !== 'headers' || owner.kind !== 'member') continue;
      const message =
        'The first header is taken for the trace context, whatever it is: look for `traceparent` by its name.';
      return [findingAt(RULE, source, expression, { severity: 'hint', message })];
    }
    return [];
  });
}
