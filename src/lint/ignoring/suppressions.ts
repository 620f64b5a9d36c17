import type { Finding } from '../../model/finding';
import { ignoreCommentsFor, isFor, type IgnoreComment } from './ignoreComments';
import { ruleOf } from '../ruleCatalogue';

/**
 * The comments that say that a finding is meant so: `// spanlight-ignore GO-HTTP-PLAIN-CLIENT: health probe` on its line, or
 * among the comments that stand right above it; several rules with commas between, none for all.
 *
 * @param lines the file's.
 */
export function suppressing(finding: Finding, lines: readonly string[]): IgnoreComment[] {
  return ignoreCommentsFor(lines, finding.range.startLine).filter((comment) => isFor(comment, finding.rule));
}

/** What comments for a finding name that is no rule, as in a name with a slip. */
export function unknownRules(finding: Finding, lines: readonly string[]): string[] {
  const comments = ignoreCommentsFor(lines, finding.range.startLine);
  return comments.flatMap(({ rules }) => rules.filter((name) => ruleOf(name) === undefined));
}
