import {
  CodeActionKind,
  type CodeAction,
  type CodeActionParams,
  type Diagnostic,
  type TextEdit,
} from 'vscode-languageserver/node';
import { line0, type Range0 } from '../../base/positions';
import type { IgnoreNote } from '../../lint/ignoring/ignoreNotes';
import type { Finding, FixEdit } from '../../model/finding';
import { pathOfUri, uriOfPath } from '../workspace/uris';
import { diagnosticOf, hintAtManifest, noteDiagnostic, rangeOf } from './diagnostics';
import { isJson } from './ignoreEdit';
import type { LazyAction } from './lazyAction';
import { manifestHints } from './manifestHints';

/** What there is to act upon. */
export interface Actionable {
  readonly findings: readonly Finding[];
  readonly notes: readonly IgnoreNote[];
  /** The lines of an open document. */
  linesOf(file: string): readonly string[];
}

/**
 * What can be done about what is shown in a range: fixes, also where a fix has something to add to a manifest; the same
 * for all of the file and of the workspace, and a comment that keeps the rule silent there, both worked out when they are
 * chosen; and what a comment that silences nothing is mended by.
 */
export function codeActionsFor(params: CodeActionParams, shown: Actionable): CodeAction[] {
  const { findings, notes } = shown;
  const file = pathOfUri(params.textDocument.uri);
  const { start, end } = params.range;
  const only = params.context.only;
  const isWanted = only === undefined || only.some((asked) => isKind(CodeActionKind.QuickFix, asked));
  if (!isWanted) return [];
  const isHere = ({ file: of, range }: { readonly file: string; readonly range: Range0 }): boolean =>
    of === file && range.startLine <= end.line && start.line <= range.endLine;
  return [
    ...findings.filter(isHere).flatMap((finding) => actionsOf(finding, findings)),
    ...manifestHints(findings)
      .filter(isHere)
      .map(({ finding, ...at }) => {
        const [fix] = finding.fixes;
        return action(fix!.title, hintAtManifest({ finding, ...at }), fix!.edits, true);
      }),
    ...notes.filter(isHere).flatMap((note) => noteActions(note, shown.linesOf(note.file))),
  ];
}

function isKind(kind: string, asked: string): boolean {
  return kind === asked || kind.startsWith(`${asked}.`);
}

function actionsOf(finding: Finding, findings: readonly Finding[]): CodeAction[] {
  const { rule, file, range } = finding;
  const shown = diagnosticOf(finding);
  const place = { rule, file, line: range.startLine, column: range.startColumn };
  return [
    ...finding.fixes.map((fix, i) => action(fix.title, shown, fix.edits, i === 0)),
    ...together(finding, findings, shown),
    // JSON has no comments.
    ...(isJson(file) ? [] : [lazily(`Ignore ${rule} here`, shown, { do: 'ignore', ...place })]),
  ];
}

/** One action for all findings of a rule that can be mended: in this file, and in the workspace. */
function together({ rule, file, fixes }: Finding, findings: readonly Finding[], shown: Diagnostic): CodeAction[] {
  if (fixes.length === 0) return [];
  const alike = findings.filter((one) => one.rule === rule && one.fixes.length > 0);
  const inFile = alike.filter((one) => one.file === file);
  const actions: CodeAction[] = [];
  if (inFile.length > 1)
    actions.push(lazily(`Fix all ${rule} in this file (${inFile.length})`, shown, { do: 'fixAll', rule, file }));
  if (alike.length > inFile.length)
    actions.push(
      lazily(`Fix all ${rule} in the workspace (${alike.length})`, shown, { do: 'fixAll', rule, file: undefined }),
    );
  return actions;
}

function noteActions(note: IgnoreNote, lines: readonly string[]): CodeAction[] {
  const { file, range, about, meant } = note;
  if (about === 'no-reason') return [];
  const shown = noteDiagnostic(note);
  const line = lines[range.startLine] ?? '';
  const actions: CodeAction[] = [];
  if (meant !== undefined) {
    const written = line.slice(range.startColumn, range.endColumn).toUpperCase().indexOf(meant.written);
    const startColumn = range.startColumn + written;
    const at = { ...range, startColumn, endColumn: startColumn + meant.written.length };
    actions.push(action(`Change to ${meant.rule}`, shown, [{ file, range: at, newText: meant.rule }], true));
  }
  actions.push(action('Remove this comment', shown, [removal(note, line)], meant === undefined));
  return actions;
}

/** The line, where the comment is all of it. */
function removal({ file, range }: IgnoreNote, line: string): FixEdit {
  const before = line.slice(0, range.startColumn).trimEnd();
  const after = line.slice(range.endColumn).trim();
  const isAlone = (before === '' && after === '') || (before.trim() === '{' && after === '}');
  const at = isAlone
    ? { startLine: range.startLine, startColumn: 0, endLine: line0(range.startLine + 1), endColumn: 0 }
    : { ...range, startColumn: before.length === 0 ? range.startColumn : before.length };
  return { file, range: at, newText: '' };
}

function action(title: string, shown: Diagnostic, edits: readonly FixEdit[], isPreferred: boolean): CodeAction {
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [shown],
    ...(isPreferred ? { isPreferred } : {}),
    edit: { changes: changesOf(edits) },
  };
}

function lazily(title: string, shown: Diagnostic, data: LazyAction): CodeAction {
  return { title, kind: CodeActionKind.QuickFix, diagnostics: [shown], data };
}

/** Edits by the URI of their file, as LSP wants them. */
export function changesOf(edits: readonly FixEdit[]): Record<string, TextEdit[]> {
  const changes: Record<string, TextEdit[]> = {};
  for (const { file, range, newText } of edits)
    (changes[uriOfPath(file)] ??= []).push({ range: rangeOf(range), newText });
  return changes;
}
