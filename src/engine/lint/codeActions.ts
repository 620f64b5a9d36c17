import { CodeActionKind, type CodeAction, type CodeActionParams, type TextEdit } from 'vscode-languageserver/node';
import type { Finding, Fix, FixEdit } from '../../model/finding';
import { pathOfUri, uriOfPath } from '../workspace/uris';
import { diagnosticOf, rangeOf } from './diagnostics';

/**
 * What can be done about the findings in a range: their fixes, the same for all of the file and of the workspace, and a
 * comment that keeps the rule silent there.
 *
 * @param textOf the text of an open document.
 */
export function codeActionsFor(
  params: CodeActionParams,
  findings: readonly Finding[],
  textOf: (file: string) => string | undefined,
): CodeAction[] {
  const file = pathOfUri(params.textDocument.uri);
  const { start, end } = params.range;
  const here = findings.filter(
    ({ file: of, range }) => of === file && range.startLine <= end.line && start.line <= range.endLine,
  );
  const only = params.context.only;
  const isWanted = (kind: string): boolean =>
    only === undefined || only.some((asked) => kind === asked || kind.startsWith(`${asked}.`));
  if (!isWanted(CodeActionKind.QuickFix)) return [];
  return here.flatMap((finding) => [
    ...finding.fixes.map((fix, i) => action(fix.title, finding, fix.edits, i === 0)),
    ...together(finding, findings),
    action(`Ignore ${finding.rule} here`, finding, [ignoreComment(finding, textOf(finding.file) ?? '')], false),
  ]);
}

/** One action for all findings of a rule that are mended in the same way: in this file, and in the workspace. */
function together(finding: Finding, findings: readonly Finding[]): CodeAction[] {
  if (finding.fixes.length === 0) return [];
  const alike = findings.filter(({ rule, fixes }) => rule === finding.rule && fixes.length > 0);
  const inFile = alike.filter(({ file }) => file === finding.file);
  const actions: CodeAction[] = [];
  if (inFile.length > 1) {
    actions.push(action(`Fix all ${finding.rule} in this file (${inFile.length})`, finding, merged(inFile), false));
  }
  if (alike.length > inFile.length) {
    actions.push(action(`Fix all ${finding.rule} in the workspace (${alike.length})`, finding, merged(alike), false));
  }
  return actions;
}

/** The first fix of each; what several put in alike (an import) once, and no two that touch the same text. */
function merged(findings: readonly Finding[]): FixEdit[] {
  const edits: FixEdit[] = [];
  for (const { fixes } of findings) {
    const [fix] = fixes as readonly [Fix];
    const fresh = fix.edits.filter((edit) => !edits.some((other) => isSame(edit, other)));
    if (fresh.every((edit) => edits.every((other) => !overlaps(edit, other)))) edits.push(...fresh);
  }
  return edits;
}

function isSame(a: FixEdit, b: FixEdit): boolean {
  return a.newText === b.newText && a.file === b.file && JSON.stringify(a.range) === JSON.stringify(b.range);
}

function overlaps(a: FixEdit, b: FixEdit): boolean {
  if (a.file !== b.file) return false;
  const before = (x: FixEdit, y: FixEdit): boolean =>
    x.range.endLine < y.range.startLine ||
    (x.range.endLine === y.range.startLine && x.range.endColumn <= y.range.startColumn);
  return !before(a, b) && !before(b, a);
}

function action(title: string, finding: Finding, edits: readonly FixEdit[], isPreferred: boolean): CodeAction {
  const changes: Record<string, TextEdit[]> = {};
  for (const { file, range, newText } of edits)
    (changes[uriOfPath(file)] ??= []).push({ range: rangeOf(range), newText });
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnosticOf(finding)],
    ...(isPreferred ? { isPreferred } : {}),
    edit: { changes },
  };
}

/** On a line of its own above, as deep as the code; the reason is for whoever puts it there. */
function ignoreComment({ file, range, rule }: Finding, text: string): FixEdit {
  const mark = file.endsWith('.py') ? '#' : '//';
  const at = { startLine: range.startLine, startColumn: 0, endLine: range.startLine, endColumn: 0 };
  const indent = /^\s*/.exec(text.split(/\r\n|\n|\r/)[range.startLine] ?? '')![0];
  return { file, range: at, newText: `${indent}${mark} spanlight-ignore ${rule}: \n` };
}
