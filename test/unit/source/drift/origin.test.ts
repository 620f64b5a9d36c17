import assert from 'node:assert/strict';
import os from 'node:os';
import type { AttributeValue } from '../../../../src/model/attributes';
import { codeOrigin, originKey, recordedRevision } from '../../../../src/source/drift/origin';

const SHA = '3f2c1ab9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f708';

function revision(resource: Record<string, AttributeValue>): string | undefined {
  const found = recordedRevision(new Map(Object.entries(resource)));
  return found && `${found.kind} ${found.text} by ${found.from}`;
}

describe('the revision that a process names', () => {
  it('is taken from the first attribute that holds one', () => {
    const all = {
      'git.commit.sha': 'a'.repeat(40),
      'vcs.ref.head.revision': SHA.toUpperCase(),
      'service.version': '1.2.3',
    };
    assert.equal(revision(all), `commit ${SHA} by vcs.ref.head.revision`);
    assert.equal(revision({ 'vcs.repository.ref.revision': SHA }), `commit ${SHA} by vcs.repository.ref.revision`);
    assert.equal(revision({ '_dd.git.commit.sha': SHA }), `commit ${SHA} by _dd.git.commit.sha`);
    assert.equal(
      revision({ 'vcs.ref.head.revision': 'main', 'git.commit.sha': '3f2c1ab' }),
      'commit 3f2c1ab by git.commit.sha',
    );
  });

  it('may stand in the version', () => {
    assert.equal(revision({ 'service.version': SHA }), `commit ${SHA} by service.version`);
    assert.equal(revision({ 'service.version': '3f2c1ab' }), 'commit 3f2c1ab by service.version');
    assert.equal(revision({ 'service.version': '1.2.3+3f2c1ab' }), 'commit 3f2c1ab by service.version');
    assert.equal(revision({ 'service.version': 'v1.2.3-14-g3f2c1ab' }), 'commit 3f2c1ab by service.version');
    assert.equal(revision({ 'service.version': '1.2.3+build.7.3f2c1ab' }), 'commit 3f2c1ab by service.version');
  });

  it('is a version where it is no commit: counts of builds and dates are none', () => {
    for (const text of ['1.2.3', 'v1.2.3', '20260101', '1234567', 'deadbee', '--upload-pack=x'])
      assert.equal(revision({ 'service.version': text }), `version ${text} by service.version`);
    assert.equal(revision({ 'service.version': ' ' }), undefined);
    assert.equal(revision({ 'vcs.ref.head.revision': ['a'] }), undefined);
  });

  it('is not the version of a process of this machine, which runs what lies on its disk', () => {
    const here = { 'service.version': '1.2.3', 'host.name': os.hostname(), 'process.pid': 17 };
    assert.equal(revision(here), undefined);
    assert.equal(revision({ ...here, 'git.commit.sha': SHA }), `commit ${SHA} by git.commit.sha`);
  });
});

describe('the process that spans come from', () => {
  it('is told by its instance or its number, and when it began', () => {
    const of = (resource: Record<string, AttributeValue>) => codeOrigin(new Map(Object.entries(resource)), 2_000_000);
    assert.equal(of({}).process, undefined);
    const args = ['node', '/app/node_modules/.bin/next', 'dev'];
    assert.equal(
      of({ 'process.pid': 1, 'process.command_args': args }).process,
      undefined,
      'it reloads what is edited',
    );
    assert.notEqual(originKey(of({ 'process.pid': 1 })), originKey(of({ 'process.pid': 2 })));
    assert.equal(
      originKey(of({ 'service.instance.id': 'a' })),
      originKey(of({ 'service.instance.id': 'a', 'x.y': 1 })),
    );
    assert.equal(of({ 'process.pid': 1, 'process.creation.time': '1970-01-01T00:16:40Z' }).sinceMs, 1_000_000);
    assert.equal(of({ 'process.pid': 1, 'process.creation.time': 'soon' }).sinceMs, 2_000_000);
  });
});
