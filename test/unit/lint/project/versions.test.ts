import assert from 'node:assert/strict';
import { compareVersions, mayBe } from '../../../../src/lint/project/versions';

function answer(range: string, since: string, version?: string): string {
  return mayBe({ range, version }, since);
}

describe('lint: versions', () => {
  it('goes by the resolved version first', () => {
    assert.equal(answer('^0.41.0', '0.46.0', '0.46.1'), 'yes');
    assert.equal(answer('*', '0.46.0', '0.45.9'), 'no');
    assert.equal(answer('', '0.50', '0.50b0'), 'yes');
    assert.equal(answer('', '2.10.0', '2.9.0-alpha'), 'no');
  });

  it('reads ranges of npm; a caret on 0.x pins the minor', () => {
    assert.equal(answer('^0.41.0', '0.46.0'), 'no');
    assert.equal(answer('^0.46.0', '0.46.0'), 'yes');
    assert.equal(answer('^0.0.3', '0.0.4'), 'no');
    assert.equal(answer('~0.46.1', '0.46.0'), 'yes');
    assert.equal(answer('^1.2.0', '1.5.0'), 'unknown');
    assert.equal(answer('^1.2.0', '2.0.0'), 'no');
    assert.equal(answer('1.x', '2.0.0'), 'no');
    assert.equal(answer('1', '1.0.0'), 'yes');
    assert.equal(answer('>=0.40 <0.45', '0.46.0'), 'no');
    assert.equal(answer('0.40 - 0.45', '0.46.0'), 'no');
    assert.equal(answer('0.40 - 0.45', '0.45.3'), 'unknown');
    assert.equal(answer('^0.40.0 || ^0.50.0', '0.46.0'), 'unknown');
    assert.equal(answer('^0.47.0 || ^0.50.0', '0.46.0'), 'yes');
    assert.equal(answer('npm:@acme/other@^2.1.0', '2.0.0'), 'yes');
    assert.equal(answer('workspace:^1.0.0', '1.0.0'), 'yes');
    for (const open of ['*', 'latest', 'workspace:*', 'catalog:', 'git+https://example.com/a.git#v1.2.3', ''])
      assert.equal(answer(open, '1.0.0'), 'unknown', open);
  });

  it('reads ranges of Python', () => {
    assert.equal(answer('==0.45b0', '0.46b0'), 'no');
    assert.equal(answer('~=1.4', '2.0'), 'no');
    assert.equal(answer('~=1.4.2', '1.5'), 'no');
    assert.equal(answer('~=1.4', '1.5'), 'unknown');
    assert.equal(answer('>=1.25,<2', '1.20'), 'yes');
    assert.equal(answer('>=1.25,<2,!=1.30', '2.0'), 'no');
    assert.equal(answer('==1.*', '2'), 'no');
    assert.equal(answer('>=1.2; python_version < "3.9"', '1.2'), 'yes');
  });

  it('reads ranges of Maven and NuGet', () => {
    assert.equal(answer('[1.0,2.0)', '2.0'), 'no');
    assert.equal(answer('[1.0,2.0]', '2.0'), 'unknown');
    assert.equal(answer('[1.5]', '1.5'), 'yes');
    assert.equal(answer('(,1.0],[1.2,)', '1.1'), 'unknown');
    assert.equal(answer('${otel.version}', '1.0'), 'unknown');
    assert.equal(answer('3.1.5.RELEASE', '3.0'), 'yes');
  });

  it('orders versions', () => {
    const ordered = ['1.0.0-alpha', '1.0.0-rc.2', '1.0.0-rc.10', '1.0.0', '1.0.1', '1.10.0'];
    assert.deepEqual([...ordered].reverse().sort(compareVersions), ordered);
    assert.equal(compareVersions('v1.2.0', '1.2'), 0);
  });
});
