import assert from 'node:assert/strict';
import { ignoreCommentsIn } from '../../../../src/lint/ignoring/ignoreComments';
import { ignoreNote, type IgnoreNote } from '../../../../src/lint/ignoring/ignoreNotes';

const FETCH = 'JS-FETCH-NO-UNDICI';

/** What is said of the only comment of a text. */
function note(text: string, used: readonly string[] = [], off: readonly string[] = []): IgnoreNote | undefined {
  const [comment, ...others] = ignoreCommentsIn(text.split('\n'));
  assert.ok(comment !== undefined && others.length === 0);
  return ignoreNote('/shop/a.js', comment, new Set(used), new Set(off));
}

describe('notes about comments that silence rules', () => {
  it('leave alone what silences its rules and says why', () => {
    assert.equal(note(`// spanlight-ignore ${FETCH}: the mesh adds the headers`, [FETCH]), undefined);
    assert.equal(note('# spanlight-ignore: all of it is meant so', [FETCH]), undefined);
    assert.equal(note(`// spanlight-ignore ${FETCH}, JS-INIT-ORDER: both`, [FETCH], ['JS-INIT-ORDER']), undefined);
  });

  it('tell what silences nothing', () => {
    assert.equal(note(`// spanlight-ignore ${FETCH}: the mesh`)?.about, 'unused');
    assert.equal(note('// spanlight-ignore: the mesh')?.about, 'unused');
    const half = note(`// spanlight-ignore ${FETCH}, GO-PROP-UNSET: both`, [FETCH]);
    assert.match(half!.message, /does not find GO-PROP-UNSET here/);
  });

  it('tell a name that is no rule, and the rule that is meant', () => {
    const slip = note('// spanlight-ignore JS-FETCH-NO-UNDICY: the mesh');
    assert.deepEqual(slip?.meant, { written: 'JS-FETCH-NO-UNDICY', rule: FETCH });
    const sentence = note('// spanlight-ignore since the mesh adds the headers');
    assert.deepEqual([sentence?.about, sentence?.meant], ['unknown-rule', undefined]);
    assert.match(sentence!.message, /SINCE, THE, MESH, …/);
  });

  it('tell a missing reason, and the word in place of one', () => {
    for (const comment of [`// spanlight-ignore ${FETCH}`, `  {/* spanlight-ignore ${FETCH}: reason */}`])
      assert.equal(note(comment, [FETCH])?.about, 'no-reason', comment);
  });

  it('point at the comment, without the code before it', () => {
    const { startColumn, endColumn } = note('run(); // spanlight-ignore  ')!.range;
    assert.deepEqual([startColumn, endColumn], [7, 26]);
    const [inline] = ignoreCommentsIn(['  await /* spanlight-ignore GO-PROP-UNSET: a: b */ run(x); // more']);
    assert.deepEqual([inline!.range.startColumn, inline!.range.endColumn, inline!.reason], [8, 50, 'a: b']);
    assert.equal(note('\n * spanlight-ignore GO-PROP-UNSET')!.range.startColumn, 1);
  });

  it('take no text in quotes for a comment', () => {
    assert.deepEqual(ignoreCommentsIn(["const help = '// spanlight-ignore';"]), []);
  });
});
