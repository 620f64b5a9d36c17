import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ruleOf } from '../../../src/lint/ruleCatalogue';
import { LABELS, readCases, type LabelledCase } from '../../bench/support/lint/labels';
import { precision, recall, score } from '../../bench/support/lint/score';

describe('the labelled cases of lint', () => {
  it('are the same in the index and in the files beside it', async () => {
    const cases = await readCases();
    const files = await readdir(path.join(LABELS, 'labels'));
    assert.deepEqual(cases.map(({ id }) => `${id}.json`).sort(), files.sort());
    assert.ok(cases.length >= 40 && new Set(cases.map(({ repo }) => repo)).size >= 30, `${cases.length} cases`);
  });

  it('point at commits, lines and hashes of lines', async () => {
    for (const label of await readCases()) {
      assert.match(label.commit, /^[0-9a-f]{40}$/, label.id);
      assert.match(label.repo, /^[^/\s]+\/[^/\s]+$/, label.id);
      for (const file of label.files) {
        for (const { line, line_sha1 } of [...file.expected, ...file.expected_clean, ...file.optional]) {
          assert.ok(Number.isInteger(line) && line > 0, `${label.id}: ${file.path}:${line}`);
          assert.match(line_sha1, /^[0-9a-f]{12}$/, `${label.id}: ${file.path}:${line}`);
        }
        for (const { rule_idea } of [...file.expected, ...file.optional]) {
          assert.ok(ruleOf(rule_idea) !== undefined, `${label.id}: ${rule_idea}`);
        }
      }
    }
  });

  it('have the verdict that their labels give', async () => {
    for (const label of await readCases()) {
      const bad = label.files.some(({ expected }) => expected.length > 0);
      const good = label.files.some(({ expected_clean }) => expected_clean.length > 0);
      const verdict = bad && good ? 'mixed' : bad ? 'broken' : good ? 'clean' : 'hint';
      assert.equal(label.verdict, verdict, label.id);
    }
  });

  it('are at least twice as many clean lines as defects', async () => {
    const files = (await readCases()).flatMap((label) => label.files);
    const expected = files.reduce((sum, file) => sum + file.expected.length, 0);
    const clean = files.reduce((sum, file) => sum + file.expected_clean.length, 0);
    assert.ok(clean >= 2 * expected, `${clean} clean lines, ${expected} defects`);
  });
});

describe('the score of lint', () => {
  const label = { why: '', confidence: 'high', line_sha1: '000000000000' };
  const defect = { ...label, also_accept_lines: [], rule_idea: 'GO-PROP-UNSET', severity: 'warning' };
  const one: LabelledCase = {
    id: 'one',
    repo: 'owner/name',
    commit: '0'.repeat(40),
    language: 'go',
    verdict: 'mixed',
    proof: '',
    files: [
      {
        path: 'a.go',
        expected: [
          { ...defect, line: 10, also_accept_lines: [30] },
          { ...defect, line: 50, group: 'g' },
          { ...defect, line: 60, group: 'g' },
          { ...defect, line: 70 },
        ],
        expected_clean: [{ ...label, line: 20 }],
        optional: [{ ...defect, line: 40 }],
      },
    ],
    context_files: [],
  };
  const at = (line: number) => ({
    caseId: 'one',
    path: 'a.go',
    line,
    endLine: line,
    rule: 'GO-PROP-UNSET',
    message: '',
  });

  it('takes a line beside a defect, a clean line only by itself, and a group once', () => {
    const { findings, defects } = score([one], [at(11), at(30), at(20), at(21), at(41), at(60), at(99)]);
    assert.deepEqual(
      findings.map(({ judgement }) => judgement),
      ['hit', 'hit', 'false alarm', 'unlabelled', 'neutral', 'hit', 'unlabelled'],
    );
    assert.deepEqual(
      defects.map(({ at: place, found }) => [place, found]),
      [
        ['one/a.go:10', true],
        ['one/a.go:50', true],
        ['one/a.go:70', false],
      ],
    );
    assert.equal(precision(findings, false), 3 / 4);
    assert.equal(precision(findings, true), 3 / 6);
    assert.equal(recall(defects), 2 / 3);
  });

  it('counts a finding in a file without labels as unlabelled', () => {
    const { findings } = score([one], [{ ...at(10), path: 'b.go' }]);
    assert.equal(findings[0]?.judgement, 'unlabelled');
  });
});
