import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** What a suite came to. */
export interface SuiteCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What a run of mocha leaves behind. */
export interface MochaReport extends SuiteCounts {
  readonly skippedTitles: readonly string[];
  /** The tests that were run a second time, however that went. */
  readonly retriedTitles: readonly string[];
}

/** What the runner inside VS Code leaves behind when all its tests have run. */
export interface SuiteReport extends SuiteCounts {
  /** What the tests and mocha printed, without what VS Code itself writes to the same console. */
  readonly output: string;
}

/** Names, in the extension host's environment, the file that takes the {@link SuiteReport}. */
export const REPORT_VARIABLE = 'SPANLIGHT_SUITE_REPORT';

/** @throws Error with the console of the run when the suite ended without a report. */
export async function readReport(file: string, consoleOutput: string): Promise<SuiteReport> {
  const json = await readFile(file, 'utf8').catch(() => undefined);
  if (json === undefined) throw new Error(`the suite ended without a result:\n${consoleOutput}`);
  return JSON.parse(json) as SuiteReport;
}

/** Names a file to which every suite inside VS Code adds a line of {@link SuiteCounts}, for the sum over a whole run. */
export const TALLY_VARIABLE = 'SPANLIGHT_SUITE_TALLY';

/** Adds a suite to the tally, where one is kept. */
export function addToTally({ passed, failed, skipped }: SuiteCounts): void {
  const file = process.env[TALLY_VARIABLE];
  if (file) appendFileSync(file, `${JSON.stringify({ passed, failed, skipped })}\n`);
}

/** The sum of a tally; nothing where no suite was added. */
export function readTally(file: string): SuiteCounts {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return lines.map((line) => JSON.parse(line) as SuiteCounts).reduce(addCounts, { passed: 0, failed: 0, skipped: 0 });
}

/** Two counts as one. */
export function addCounts(a: SuiteCounts, b: SuiteCounts): SuiteCounts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}
