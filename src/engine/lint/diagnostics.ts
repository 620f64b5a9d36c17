import { DiagnosticSeverity, DiagnosticTag, type Diagnostic, type Range } from 'vscode-languageserver/node';
import type { Range0 } from '../../base/positions';
import { rulePageUri } from '../../lint/ruleHelp';
import type { Finding } from '../../model/finding';
import { toLine1 } from '../../base/positions';
import type { IgnoreNote } from '../../lint/ignoring/ignoreNotes';
import { uriOfPath } from '../workspace/uris';
import type { ManifestHint } from './manifestHints';

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

/** A word about a comment: faint, as nothing is lost. */
export function noteDiagnostic({ range, message, about }: IgnoreNote): Diagnostic {
  return {
    range: rangeOf(range),
    severity: DiagnosticSeverity.Hint,
    source: 'Spanlight',
    code: 'spanlight-ignore',
    message,
    ...(about === 'no-reason' ? {} : { tags: [DiagnosticTag.Unnecessary] }),
  };
}

/** In a manifest: that its lines are part of a loss elsewhere, and can be mended here. */
export function hintAtManifest({ range, finding }: ManifestHint): Diagnostic {
  const { rule, file, message, fixes } = finding;
  const place = { uri: uriOfPath(file), range: rangeOf(finding.range) };
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return {
    range: rangeOf(range),
    severity: DiagnosticSeverity.Hint,
    source: 'Spanlight',
    code: rule,
    codeDescription: { href: rulePageUri(rule) },
    message: `The trace context is lost in ${name}:${toLine1(finding.range.startLine)}. "${fixes[0]!.title}" mends it, here too.`,
    relatedInformation: [{ location: place, message }],
  };
}

/** LSP counts as we do: lines and UTF-16 columns from 0. */
export function rangeOf({ startLine, startColumn, endLine, endColumn }: Range0): Range {
  return { start: { line: startLine, character: startColumn }, end: { line: endLine, character: endColumn } };
}
