import { DiagnosticSeverity, type Diagnostic, type Range } from 'vscode-languageserver/node';
import type { Range0 } from '../../base/positions';
import { rulePageUri } from '../../lint/ruleHelp';
import type { Finding } from '../../model/finding';
import { uriOfPath } from '../workspace/uris';

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

/** A finding as an editor shows it: the call sites and the evidence are a click away. */
export function diagnosticOf(finding: Finding): Diagnostic {
  const places = [
    ...finding.related,
    ...finding.evidence.map(({ file, range, text }) => ({ file, range, message: text })),
  ];
  return {
    range: rangeOf(finding.range),
    severity: SEVERITIES[finding.severity],
    source: 'Spanlight',
    code: finding.rule,
    codeDescription: { href: rulePageUri(finding.rule) },
    message: finding.message,
    relatedInformation: places.map(({ file, range, message }) => ({
      location: { uri: uriOfPath(file), range: rangeOf(range) },
      message,
    })),
  };
}

/** LSP counts as we do: lines and UTF-16 columns from 0. */
export function rangeOf({ startLine, startColumn, endLine, endColumn }: Range0): Range {
  return { start: { line: startLine, character: startColumn }, end: { line: endLine, character: endColumn } };
}
