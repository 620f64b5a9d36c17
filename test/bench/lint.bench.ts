import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toLine1 } from '../../src/base/positions';
import { describeError } from '../../src/base/errors';
import type { Logger } from '../../src/base/logger';
import { NO_LINT_SETTINGS } from '../../src/lint/lintSettings';
import { WorkspaceLinter } from '../../src/lint/workspaceLinter';
import type { Finding } from '../../src/model/finding';
import { WorkspaceFiles } from '../../src/source/workspace/workspaceFiles';
import { SyntaxService } from '../../src/syntax/syntaxService';
import { syntaxAssets } from '../support/syntaxAssets';
import { layOut } from './support/lint/cutOut';
import { readCases, type LabelledCase } from './support/lint/labels';
import { precision, recall, score, type CaseFinding, type Defect, type JudgedFinding } from './support/lint/score';

/**
 * Precision and recall of lint over the labelled cases of `test/fixtures/lint`, per language and per rule, and every
 * finding and defect that is to be looked at. The repositories are fetched into the tests' cache folder, unless the
 * folder that `SPANLIGHT_TEST_CLONES` names holds them. `npm run bench:lint`
 */
async function main(): Promise<void> {
  const cases = await readCases();
  const into = await mkdtemp(path.join(tmpdir(), 'spanlight-lint-'));
  const syntax = await SyntaxService.create(syntaxAssets());
  try {
    const findings: CaseFinding[] = [];
    const laidOut: LabelledCase[] = [];
    for (const label of cases) {
      const found = await lintCase(label, into, syntax);
      if (found === undefined) continue;
      laidOut.push(label);
      findings.push(...found);
    }
    if (laidOut.length === 0) throw new Error('no repository can be fetched, and SPANLIGHT_TEST_CLONES holds none');
    report(laidOut, findings);
    if (laidOut.length < cases.length)
      console.log(`${cases.length - laidOut.length} cases are left out, as said above`);
  } finally {
    await syntax.dispose();
    await rm(into, { recursive: true, force: true });
  }
}

/** Undefined for one whose repository cannot be had. */
async function lintCase(
  label: LabelledCase,
  into: string,
  syntax: SyntaxService,
): Promise<readonly CaseFinding[] | undefined> {
  const cutOut = await layOut(label, into, process.env['SPANLIGHT_TEST_CLONES'], () => undefined).catch(
    (error: unknown) => void console.log(`left out: ${label.id}: ${describeError(error).trim().split('\n').at(-1)}`),
  );
  if (cutOut === undefined) return undefined;
  const { folder, faults } = cutOut;
  for (const fault of faults) console.log(`fault: ${fault}`);
  const files = new WorkspaceFiles([folder], QUIET);
  await files.list();
  const { findings } = await new WorkspaceLinter({ files, code: syntax, settings: NO_LINT_SETTINGS }).run();
  return findings.map((finding) => caseFinding(label.id, folder, finding));
}

function caseFinding(caseId: string, folder: string, { file, range, rule, message }: Finding): CaseFinding {
  return {
    caseId,
    path: path.relative(folder, file).split(path.sep).join('/'),
    line: toLine1(range.startLine),
    endLine: toLine1(range.endLine),
    rule,
    message,
  };
}

function report(cases: readonly LabelledCase[], found: readonly CaseFinding[]): void {
  const { findings, defects } = score(cases, found);
  const repositories = new Set(cases.map(({ repo }) => repo)).size;
  console.log(`${cases.length} cases of ${repositories} repositories, ${defects.length} defects`);
  console.log(row('', 'labelled', 'strict', 'recall'));
  line('all', findings, defects);
  line(
    'proven',
    [],
    defects.filter(({ proven }) => proven),
  );
  const languages = [...new Set(cases.map(({ language }) => language))].sort();
  for (const name of languages) {
    const ofLanguage = ({ language }: { readonly language: string }): boolean => language === name;
    line(name, findings.filter(ofLanguage), defects.filter(ofLanguage));
  }
  const rules = [...new Set([...findings, ...defects].map(({ rule }) => rule))].sort();
  for (const name of rules) {
    const ofRule = ({ rule }: { readonly rule: string }): boolean => rule === name;
    line(name, findings.filter(ofRule), defects.filter(ofRule));
  }
  for (const { caseId, path: file, line: at, rule, message, judgement } of findings) {
    if (judgement === 'false alarm' || judgement === 'unlabelled') {
      console.log(`${judgement}: ${caseId}/${file}:${at} ${rule}: ${message}`);
    }
  }
  for (const { found: hit, rule, at, proven } of defects) {
    if (!hit) console.log(`missed${proven ? ' (proven)' : ''}: ${at} ${rule}`);
  }
}

/** Right and all findings, for both precisions, and found and all defects. */
function line(name: string, findings: readonly JudgedFinding[], defects: readonly Defect[]): void {
  const ratio = (value: number, of: number): string => (of === 0 ? '-' : value.toFixed(2));
  const judged = findings.filter(({ judgement }) => judgement !== 'neutral');
  const labelled = judged.filter(({ judgement }) => judgement !== 'unlabelled');
  const hit = defects.filter(({ found }) => found).length;
  console.log(
    row(
      name,
      `${ratio(precision(findings, false), labelled.length)} of ${labelled.length}`,
      `${ratio(precision(findings, true), judged.length)} of ${judged.length}`,
      `${ratio(recall(defects), defects.length)} (${hit}/${defects.length})`,
    ),
  );
}

function row(name: string, ...columns: readonly string[]): string {
  return [name.padEnd(34), ...columns.map((column) => column.padEnd(16))].join(' ').trimEnd();
}

const QUIET: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => console.log(message),
  error: (message) => console.log(message),
};

void main();
