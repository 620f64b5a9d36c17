import assert from 'node:assert/strict';
import { suppressing, unknownRules } from '../../../../src/lint/ignoring/suppressions';
import type { Finding } from '../../../../src/model/finding';

/** A finding at the last of some lines. */
function at(rule: string, lines: readonly string[]): Finding {
  const line = lines.length - 1;
  const range = { startLine: line, startColumn: 0, endLine: line, endColumn: 1 };
  return {
    rule,
    severity: 'warning',
    file: '/a.go',
    range,
    message: '',
    evidence: [],
    related: [],
    fixes: [],
  } as never;
}

function isSilent(...lines: string[]): boolean {
  return suppressing(at('GO-CTX-BACKGROUND', lines), lines).length > 0;
}

describe('comments that silence a rule', () => {
  it('stand behind the code or above it, in the marks of the language', () => {
    assert.equal(isSilent('run() // spanlight-ignore GO-CTX-BACKGROUND: a probe'), true);
    assert.equal(isSilent('# spanlight-ignore go-ctx-background: a probe', 'run()'), true);
    assert.equal(isSilent('/* spanlight-ignore GO-PROP-UNSET, GO-CTX-BACKGROUND: both */', 'run()'), true);
    assert.equal(isSilent('// spanlight-ignore', 'run()'), true);
    assert.equal(isSilent('// spanlight-ignore GO-PROP-UNSET: another', 'run()'), false);
    assert.equal(isSilent('// spanlight-ignore GO-CTX-BACKGROUND: too far', '', 'run()'), false);
    assert.equal(isSilent('other() // spanlight-ignore GO-CTX-BACKGROUND: its own', 'run()'), false);
  });

  it('stand in the comments of JSX, of manifests, and in a block of their own', () => {
    assert.equal(isSilent('      {/* spanlight-ignore GO-CTX-BACKGROUND: a probe */}', '<Link run={run()} />'), true);
    assert.equal(isSilent('<!-- spanlight-ignore GO-CTX-BACKGROUND: a probe -->', '<dependency>'), true);
    assert.equal(isSilent('/*', ' * spanlight-ignore GO-CTX-BACKGROUND: a probe', ' */', 'run()'), true);
  });

  it('count in a stack of comments: one for each rule, or with what other tools are told', () => {
    const stack = ['// spanlight-ignore GO-CTX-BACKGROUND: one', '// spanlight-ignore GO-PROP-UNSET: two', 'run()'];
    assert.equal(isSilent(...stack), true);
    assert.equal(isSilent('// spanlight-ignore GO-CTX-BACKGROUND: one', '//nolint:contextcheck', 'run()'), true);
  });

  it('tell a name that is no rule', () => {
    const lines = ['// spanlight-ignore GO-CTX-BACKGROND: a slip', 'run()'];
    const finding = at('GO-CTX-BACKGROUND', lines);
    assert.deepEqual(suppressing(finding, lines), []);
    assert.deepEqual(unknownRules(finding, lines), ['GO-CTX-BACKGROND']);
    assert.deepEqual(unknownRules(finding, ['// spanlight-ignore GO-PROP-UNSET: a rule', 'run()']), []);
  });
});
