import type { Finding } from '../model/finding';
import { ruleOf } from './ruleCatalogue';

const COMMENT = /(?:\/\/|#|\/\*)\s*spanlight-ignore\b(.*)/;

/** So many lines of comments above a line are looked at. */
const MOST_COMMENTS = 10;

/**
 * Whether a comment says that a finding is meant so: `// spanlight-ignore GO-HTTP-PLAIN-CLIENT: health probe` on its
 * line, or among the comments that stand right above it; several rules with commas between, none for all.
 *
 * @param lines the file's.
 */
export function isSuppressed(finding: Finding, lines: readonly string[]): boolean {
  return commentsFor(finding, lines).some((rest) => {
    const listed = namesIn(rest);
    return listed.length === 0 || listed.includes(finding.rule);
  });
}

/** What comments for a finding name that is no rule, as in a name with a slip. */
export function unknownRules(finding: Finding, lines: readonly string[]): string[] {
  return commentsFor(finding, lines).flatMap((rest) => namesIn(rest).filter((name) => ruleOf(name) === undefined));
}

/** What follows `spanlight-ignore` in each comment that belongs to a finding. */
function commentsFor(finding: Finding, lines: readonly string[]): string[] {
  const at = finding.range.startLine;
  const own: (string | undefined)[] = [lines[at]];
  // A comment behind code belongs to that code.
  for (let above = at - 1; above >= at - MOST_COMMENTS && /^\s*(\/\/|#|\/\*)/.test(lines[above] ?? ''); above--)
    own.push(lines[above]);
  return own.flatMap((line) => COMMENT.exec(line ?? '')?.[1] ?? []);
}

function namesIn(rest: string): string[] {
  return (rest.split(':')[0]!.match(/[A-Z][A-Z0-9-]+/gi) ?? []).map((name) => name.toUpperCase());
}
