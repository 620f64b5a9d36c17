import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { REPORT_VARIABLE, type SuiteCounts } from './suiteResult';

/** Mocha's spec reporter, which also leaves its counts and the titles of skipped tests in a file. */
class CountingReporter extends Mocha.reporters.Spec {
  private readonly skipped: string[] = [];

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('pending', (test) => this.skipped.push(test.fullTitle()));
    runner.on('end', () => {
      const file = process.env[REPORT_VARIABLE];
      if (file) writeFileSync(file, JSON.stringify({ ...counts(runner), skippedTitles: this.skipped }));
    });
  }
}

function counts(runner: Mocha.Runner): SuiteCounts {
  const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
  return { passed: passes, failed: failures, skipped: pending };
}

// Mocha takes what the module is, not what it exports by a name.
module.exports = CountingReporter;
