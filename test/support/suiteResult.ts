import { readFile } from 'node:fs/promises';

/** What a suite came to. */
export interface SuiteCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
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
