import type { Finding, FindingEvidence, Fix } from '../../../model/finding';
import { findingAt } from '../../report';
import type { GoAnalysis } from '../goAnalysis';
import { firstLine, type CallPlace } from '../goUnit';

/** A warning at a call, told with what shows that the process exports traces. */
export function warningAt(
  analysis: GoAnalysis,
  rule: string,
  { source, call }: CallPlace,
  message: string,
  fixes: readonly Fix[] = [],
): Finding {
  const evidence = tracingEvidence(analysis);
  return findingAt(rule, source, firstLine(source, call), { severity: 'warning', message, evidence, fixes });
}

/** The first place that shows that traces are exported. */
export function tracingEvidence({ setup }: GoAnalysis): FindingEvidence[] {
  return setup.tracing.slice(0, 1).map((one) => ({ ...one, text: `traces are exported: ${one.text}` }));
}
