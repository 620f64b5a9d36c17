import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { REPORT_VARIABLE, type MochaReport, type SuiteCounts } from './suiteResult';

/**
 * Mocha's spec reporter, which also leaves its counts and the titles of skipped and of retried tests in a file. A suite
 * that was skipped altogether is one title. Why a test was run again is printed as it happens.
 */
class CountingReporter extends Mocha.reporters.Spec {
  /** The titles of skipped tests by their outermost suite. */
  private readonly skipped = new Map<string, string[]>();
  private readonly ran = new Set<string>();
  private readonly retried = new Set<string>();

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('pending', (test) => {
      const suite = outermost(test);
      this.skipped.set(suite, [...(this.skipped.get(suite) ?? []), test.fullTitle()]);
    });
    runner.on('pass', (test) => this.ran.add(outermost(test)));
    runner.on('fail', (test) => this.ran.add(outermost(test)));
    runner.on('retry', (test: Mocha.Test, error: Error) => {
      this.retried.add(test.fullTitle());
      console.log(`again: ${test.fullTitle()}: ${error.message}`);
    });
    runner.on('end', () => {
      const file = process.env[REPORT_VARIABLE];
      if (file) writeFileSync(file, JSON.stringify(this.report(runner)));
    });
  }

  private report(runner: Mocha.Runner): MochaReport {
    return { ...counts(runner), skippedTitles: this.skippedTitles(), retriedTitles: [...this.retried] };
  }

  private skippedTitles(): string[] {
    return [...this.skipped].flatMap(([suite, titles]) =>
      titles.length === 1 || this.ran.has(suite) ? titles : [`${suite}, all ${titles.length} tests`],
    );
  }
}

function outermost(test: Mocha.Runnable): string {
  return test.titlePath()[0] ?? '';
}

function counts(runner: Mocha.Runner): SuiteCounts {
  const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
  return { passed: passes, failed: failures, skipped: pending };
}

// Mocha takes what the module is, not what it exports by a name.
module.exports = CountingReporter;
