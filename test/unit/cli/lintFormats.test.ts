import assert from 'node:assert/strict';
import { line0 } from '../../../src/base/positions';
import { formatFindings } from '../../../src/cli/lint/lintFormats';
import type { Finding, FindingSeverity } from '../../../src/model/finding';

const FINDING: Finding = {
  rule: 'JS-FETCH-NO-UNDICI',
  severity: 'warning',
  file: '/shop/src/a,b:c.js',
  range: { startLine: line0(4), startColumn: 2, endLine: line0(4), endColumn: 9 },
  message: '100% of `fetch`: none,\r\n::error::of it is covered',
  evidence: [],
  related: [],
  fixes: [],
};

describe("GitHub's workflow commands", () => {
  const written = (severity: FindingSeverity): string =>
    formatFindings([{ ...FINDING, severity }], 'github', (file) => file.slice('/shop/'.length));

  it('keep text from ending a command or beginning another', () => {
    assert.equal(
      written('warning'),
      '::warning file=src/a%2Cb%3Ac.js,line=5,endLine=5,col=3,endColumn=10,title=JS-FETCH-NO-UNDICI::' +
        '100%25 of `fetch`: none,%0D%0A::error::of it is covered\n',
    );
  });

  it('have the severities that GitHub knows', () => {
    const kinds = (['error', 'warning', 'info', 'hint'] as const).map(
      (severity) => /^::\w+/.exec(written(severity))![0],
    );
    assert.deepEqual(kinds, ['::error', '::warning', '::notice', '::notice']);
  });
});
