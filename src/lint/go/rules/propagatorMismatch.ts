import type { Finding } from '../../../model/finding';
import { expressionsOf } from '../../code/walk';
import { findingAt } from '../../report';
import type { GoAnalysis } from '../goAnalysis';
import { environmentPropagators } from '../../environmentPropagators';
import { firstLine, type CallPlace } from '../goUnit';
import { tracingEvidence } from './warning';

/** Packages with propagators that neither write nor read `traceparent`. */
const OTHERS = /^go\.opentelemetry\.io\/contrib\/propagators\/(b3|jaeger|ot|aws\/xray|opencensus)\./;
const AUTO = /^go\.opentelemetry\.io\/contrib\/propagators\/autoprop\.NewTextMapPropagator$/;
const W3C = /^go\.opentelemetry\.io\/otel\/propagation\.TraceContext$|\/autoprop\./;

/**
 * PROP-MISMATCH: the only propagators that are set are of formats that the standard does not know. Whether the other services
 * speak them cannot be seen from one process, so it is a hint.
 */
export function otherPropagators(analysis: GoAnalysis): Finding[] {
  const set = analysis.setup.propagatorCalls.map((place) => ({ place, names: propagatorsIn(analysis, place) }));
  // Autoprop takes those that the environment names.
  if (set.length > 0 && set.every(({ names }) => names?.some((name) => AUTO.test(name))))
    return environmentPropagators(analysis.unit.code.unit);
  if (set.some(({ names }) => names === undefined || names.some((name) => W3C.test(name)))) return [];
  return set.flatMap(({ place, names = [] }) => {
    const other = names.find((name) => OTHERS.test(name));
    if (other === undefined) return [];
    const { source, call } = place;
    const format = /propagators\/([\w/]+)\./.exec(other)![1]!;
    return [
      findingAt('PROP-MISMATCH', source, firstLine(source, call), {
        severity: 'hint',
        message: `${format} alone: \`traceparent\` is neither sent nor read, so that services with the standard propagator begin new traces.`,
        evidence: tracingEvidence(analysis),
      }),
    ];
  });
}

/** What the propagator that is set is made of, by full names; undefined where a part of it is not seen. */
function propagatorsIn({ unit, values }: GoAnalysis, { source, function: fn, call }: CallPlace): string[] | undefined {
  const [given] = call.args;
  if (given === undefined) return undefined;
  const origins =
    given.value.kind === 'name' ? values.origins({ source, function: fn, expression: given.value }) : undefined;
  if (given.value.kind === 'name' && (origins === undefined || origins.open)) return undefined;
  const made = origins?.values ?? [{ source, function: fn, expression: given.value }];
  const names: string[] = [];
  for (const one of made)
    for (const part of expressionsOf(one.expression)) {
      if (part.kind === 'object' && part.type !== undefined) {
        const type = unit.types.written(one.source, part.type);
        if (type !== undefined) names.push(type.qualified);
      }
      if (part.kind !== 'call') continue;
      const name = unit.external({ source: one.source, function: one.function, call: part });
      if (name === undefined) return undefined;
      names.push(name);
    }
  return names;
}
