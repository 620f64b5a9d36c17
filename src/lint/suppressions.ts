import type { Finding } from '../model/finding';

const COMMENT = /(?:\/\/|#|\/\*)\s*spanlight-ignore\b(.*)/;

/**
 * Whether a comment says that a finding is meant so: `// spanlight-ignore GO-HTTP-PLAIN-CLIENT: health probe` on its line
 * or on the one above; several rules with commas between, none for all.
 *
 * @param lines the file's.
 */
export function isSuppressed(finding: Finding, lines: readonly string[]): boolean {
  const at = finding.range.startLine;
  return [lines[at], onlyComment(lines[at - 1])].some((line) => line !== undefined && names(line, finding.rule));
}

/** A comment behind code belongs to that code. */
function onlyComment(line: string | undefined): string | undefined {
  return line !== undefined && /^\s*(\/\/|#|\/\*)/.test(line) ? line : undefined;
}

function names(line: string, rule: string): boolean {
  const rest = COMMENT.exec(line)?.[1];
  if (rest === undefined) return false;
  const listed = rest.split(':')[0]!.match(/[A-Z][A-Z0-9-]+/gi) ?? [];
  return listed.length === 0 || listed.some((name) => name.toUpperCase() === rule);
}
