import type { Finding } from '../model/finding';
import type { EnvironmentValue, ProcessUnit } from './project/processUnit';

const RULE = 'PROP-MISMATCH';
const VARIABLE = 'OTEL_PROPAGATORS';

/** Formats that neither write nor read `traceparent`. */
const OTHERS = /^\s*(b3|b3multi|jaeger|xray|ottrace|gcp)(\s*,\s*(b3|b3multi|jaeger|xray|ottrace|gcp|baggage))*\s*$/i;

/** PROP-MISMATCH in what the deployment of a traced process sets: no propagator, or none of the standard's. */
export function environmentPropagators({ deployment }: ProcessUnit): Finding[] {
  return deployment.environment.flatMap((one) => {
    const message = isOdd(one) ? messageOf(one.value!) : undefined;
    if (message === undefined) return [];
    const { file, range } = one.at;
    return [{ rule: RULE, severity: 'hint', file, range, message, evidence: [], related: [], fixes: [] }];
  });
}

function messageOf(value: string): string {
  return isNone(value)
    ? '`OTEL_PROPAGATORS=none`: requests and messages carry no trace context, and what arrives is not continued.'
    : `\`${VARIABLE}=${value}\` leaves out the W3C format: services with the default propagators begin new traces.`;
}

function isNone(value: string): boolean {
  return /^\s*none\s*$/i.test(value);
}

function isOdd({ name, value }: EnvironmentValue): boolean {
  return name === VARIABLE && value !== undefined && (isNone(value) || OTHERS.test(value));
}

/**
 * What is said of one process, beside the others of the workspace: certain where the deployment of another that exports
 * traces keeps to the standard's headers.
 */
export function besideOthers(findings: readonly Finding[], units: readonly ProcessUnit[]): readonly Finding[] {
  if (!findings.some(({ rule }) => rule === RULE)) return findings;
  return findings.map((finding) => {
    const own = finding.rule === RULE ? units.filter((unit) => setsHere(unit, finding)) : [];
    const others = own.length === 0 ? [] : units.filter((unit) => !own.includes(unit)).flatMap(standardOf);
    const [first] = others;
    if (first === undefined) return finding;
    const related = others.map(({ file, range, text }) => ({ file, range, message: text }));
    return { ...finding, severity: 'warning', evidence: [...finding.evidence, first], related };
  });
}

/** Whether a finding is at a variable that the deployment of a process sets. */
function setsHere({ deployment }: ProcessUnit, { file, range }: Finding): boolean {
  return deployment.environment.some(
    (one) => isOdd(one) && one.at.file === file && one.at.range.startLine === range.startLine,
  );
}

/** What shows that a process exports traces and goes by `traceparent`. */
function standardOf({ deployment: { environment }, kind }: ProcessUnit): ProcessUnit['manifest'][] {
  const set = environment.filter(({ name }) => name === VARIABLE);
  const named = set.find(({ value }) => /tracecontext/i.test(value ?? ''));
  if (named !== undefined) return [{ ...named.at, text: `goes by traceparent: ${named.at.text}` }];
  const shown = environment.find(({ name }) => /^OTEL_(SERVICE_NAME|EXPORTER_\w+|TRACES_\w+)$/.test(name));
  if (set.length > 0 || shown === undefined || kind !== 'process') return [];
  return [{ ...shown.at, text: `goes by traceparent, as no propagators are set beside ${shown.name}` }];
}
