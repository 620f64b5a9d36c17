import path from 'node:path';
import type { Diagnostic } from 'vscode-languageserver/node';
import type { LintResult } from '../../lint/workspaceLinter';
import { isSource } from '../../lint/programReader';
import { uriOfPath } from '../workspace/uris';
import { diagnosticOf, hintAtManifest, noteDiagnostic } from './diagnostics';
import { manifestHints } from './manifestHints';

/** Which files' diagnostics are shown. */
export interface ShownFiles {
  /** Those of the whole workspace. */
  readonly isAll: boolean;
  readonly open: ReadonlySet<string>;
}

/**
 * Diagnostics by URI: of open files or of all. What is found in a manifest is shown with any open file of its process, as
 * nobody opens manifests to look whether something is wrong; what only hints is shown where somebody looks.
 */
export function shownDiagnostics(result: LintResult, { isAll, open }: ShownFiles): Map<string, Diagnostic[]> {
  const shown = new Map<string, Diagnostic[]>();
  const show = (file: string, diagnostic: Diagnostic): void => {
    const uri = uriOfPath(file);
    const list = shown.get(uri);
    if (list === undefined) shown.set(uri, [diagnostic]);
    else list.push(diagnostic);
  };
  for (const finding of result.findings) {
    const { file } = finding;
    if (isAll || open.has(file) || (!isSource(file) && isNearOpen(file, result, open)))
      show(file, diagnosticOf(finding));
  }
  for (const hint of manifestHints(result.findings)) if (open.has(hint.file)) show(hint.file, hintAtManifest(hint));
  for (const note of result.notes) if (isAll || open.has(note.file)) show(note.file, noteDiagnostic(note));
  return shown;
}

/** Whether a file of a process that a manifest is part of is open, or one below the manifest. */
function isNearOpen(manifest: string, { units }: LintResult, open: ReadonlySet<string>): boolean {
  const isBelow = (folder: string, file: string): boolean => file.startsWith(folder + path.sep);
  const around = units.filter(({ unit }) => isBelow(unit.root, manifest));
  return (
    around.some(({ unit }) => unit.files.some((file) => open.has(file.path))) ||
    [...open].some((file) => isBelow(path.dirname(manifest), file))
  );
}
