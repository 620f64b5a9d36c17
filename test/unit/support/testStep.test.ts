import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runStep, sideBySideStep } from '../../support/testStep';

const FAILING = `
const assert = require('node:assert/strict');
let tries = 0;
it('fails', () => assert.deepEqual({ start: [1n] }, { start: [2n] }));
it('passes the second time', () => tries++ > 0 || assert.equal(3n, 4n));
it('passes', () => undefined);
`;

describe('tests that run side by side', () => {
  it('say which failed and why, also where nanoseconds are compared, and lose no others', async function () {
    this.timeout(60_000);
    const folder = mkdtempSync(path.join(tmpdir(), 'spanlight-side-'));
    try {
      for (const name of ['one', 'other']) writeFileSync(path.join(folder, `${name}.test.js`), FAILING);
      const { output, ...result } = await runStep(sideBySideStep('both', 1, 2, path.join(folder, '*.test.js')));
      assert.deepEqual([result.ok, result.passed, result.failed], [false, 4, 2], output);
      assert.deepEqual([...result.retriedTitles].sort(), ['fails', 'passes the second time'], output);
      assert.match(output, /-\s*\{ start: \[ 1n \] \}\s*\+\s*\{ start: \[ 2n \] \}/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
