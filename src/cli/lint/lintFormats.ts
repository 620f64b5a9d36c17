import { toLine1 } from '../../base/positions';
import type { IgnoreNote } from '../../lint/ignoring/ignoreNotes';
import type { Finding } from '../../model/finding';
import { printable } from '../printable';

/** How findings can be written. */
export const FORMATS = ['text', 'json', 'sarif', 'github'] as const;

export type LintFormat = (typeof FORMATS)[number];

/** Makes an absolute path relative to where the run began, with `/`. */
export type Relative = (file: string) => string;

/**
 * Findings in a format other than SARIF, with a final line break where the format has lines. Text also holds what is told
 * besides; it is no finding, so that JSON and GitHub's commands are without.
 */
export function formatFindings(
  findings: readonly Finding[],
  format: Exclude<LintFormat, 'sarif'>,
  relative: Relative,
  notes: readonly IgnoreNote[] = [],
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(
        findings.map((finding) => jsonFinding(finding, relative)),
        undefined,
        1,
      )}\n`;
    case 'github':
      return findings.map((finding) => githubCommand(finding, relative)).join('');
    case 'text':
      return textReport(findings, notes, relative);
  }
}

function jsonFinding({ range, ...finding }: Finding, relative: Relative): object {
  return {
    file: relative(finding.file),
    line: toLine1(range.startLine),
    column: range.startColumn + 1,
    endLine: toLine1(range.endLine),
    endColumn: range.endColumn + 1,
    rule: finding.rule,
    severity: finding.severity,
    message: finding.message,
    evidence: finding.evidence.map(({ file, range: at, text }) => ({
      file: relative(file),
      line: toLine1(at.startLine),
      text,
    })),
    related: finding.related.map(({ file, range: at, message }) => ({
      file: relative(file),
      line: toLine1(at.startLine),
      message,
    })),
    fixable: finding.fixes.length > 0,
  };
}

function textReport(findings: readonly Finding[], notes: readonly IgnoreNote[], relative: Relative): string {
  const lines = findings.flatMap((finding) => {
    const { range, related } = finding;
    const place = `${printable(relative(finding.file))}:${toLine1(range.startLine)}:${range.startColumn + 1}`;
    const head = `${place}  ${finding.severity}  ${printable(finding.message)}  ${finding.rule}`;
    const places = related.map(
      ({ file, range: at, message }) =>
        `    ${printable(relative(file))}:${toLine1(at.startLine)}  ${printable(message)}`,
    );
    return [head, ...places];
  });
  const told = notes.map(({ file, range, message }) => {
    const place = `${printable(relative(file))}:${toLine1(range.startLine)}:${range.startColumn + 1}`;
    return `${place}  note  ${printable(message)}`;
  });
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`;
  return [...lines, ...told, count, ''].join('\n');
}

/** GitHub's workflow command; `%`, line breaks, and in properties `:` and `,`, are escaped as its runner reads them. */
function githubCommand(finding: Finding, relative: Relative): string {
  const level = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' }[finding.severity];
  const { range } = finding;
  const properties = {
    file: relative(finding.file),
    line: toLine1(range.startLine),
    endLine: toLine1(range.endLine),
    col: range.startColumn + 1,
    // Columns are shown only within one line.
    ...(range.endLine === range.startLine ? { endColumn: range.endColumn + 1 } : {}),
    title: finding.rule,
  };
  const listed = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${level} ${listed.join(',')}::${escapeData(finding.message)}\n`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
