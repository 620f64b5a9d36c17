import assert from 'node:assert/strict';
import type { LabelledOperation } from '../../bench/support/mapping/labels';
import { readMappingLabels } from '../../bench/support/mapping/labels';
import type { MapAnswer } from '../../bench/support/mapping/mapRun';
import { lowerBound, reliabilityOf } from '../../bench/support/mapping/reliability';
import {
  isRight,
  precisionOf,
  recallOf,
  rejectionOf,
  tallyOf,
  verdictOf,
  type AnsweredPlace,
} from '../../bench/support/mapping/score';

describe('the labelled operations', () => {
  it('point at commits, lines and hashes of lines', async () => {
    const labels = await readMappingLabels();
    assert.ok(labels.length >= 60, `${labels.length} repositories`);
    for (const { id, repo, commit, operations } of labels) {
      assert.match(commit, /^[0-9a-f]{40}$/, id);
      assert.match(repo, /^[^/\s]+\/[^/\s]+$/, id);
      for (const { id: operation, expected } of operations) {
        if (typeof expected === 'string') continue;
        for (const { line, line_sha1 } of [expected, ...(expected.also_accept ?? [])]) {
          assert.ok(Number.isInteger(line) && line > 0, `${operation}: line ${line}`);
          assert.match(line_sha1, /^[0-9a-f]{12}$/, operation);
        }
        const [first, last] = expected.range ?? [expected.line, expected.line];
        assert.ok(first <= expected.line && expected.line <= last, `${operation}: the line lies in its range`);
      }
    }
  });

  it('have ids of their own', async () => {
    for (const { id, operations } of await readMappingLabels()) {
      assert.equal(new Set(operations.map((operation) => operation.id)).size, operations.length, id);
    }
  });

  it('are of ten languages, and some of each belong nowhere', async () => {
    const operations = (await readMappingLabels()).flatMap((repository) => repository.operations);
    const languages = new Set(operations.map(({ language }) => language));
    for (const language of 'typescript python java kotlin go csharp ruby php rust elixir'.split(' ')) {
      assert.ok(languages.has(language), language);
      const ofLanguage = operations.filter((operation) => operation.language === language);
      assert.ok(
        ofLanguage.some(({ expected }) => expected === 'none'),
        `${language}: none that belongs nowhere`,
      );
    }
  });
});

describe('the score of a mapping', () => {
  const owner = labelled({
    anchor: 'owner',
    path: 'src/a.ts',
    line: 11,
    symbol: 'Orders.create',
    line_sha1: '000000000000',
    range: [10, 20],
    also_accept_lines: [40],
    also_accept: [{ path: 'src/b.ts', line: 5, line_sha1: '000000000000' }],
  });
  const call = labelled({ anchor: 'callsite', path: 'src/a.ts', line: 11, symbol: 'f', line_sha1: '000000000000' });
  const at = (line: number, symbol = 'create', file = 'src/a.ts'): AnsweredPlace => ({ file, line, symbol });

  it('takes an owner within its range, and two lines beside it if the function is the same', () => {
    assert.equal(verdictOf(owner, at(15, 'inner')), 'right');
    assert.equal(verdictOf(owner, at(22, 'Other::create()')), 'right');
    assert.equal(verdictOf(owner, at(22, 'remove')), 'wrong');
    assert.equal(verdictOf(owner, at(22, '')), 'right');
    assert.equal(verdictOf(owner, at(23)), 'wrong');
    assert.equal(verdictOf(owner, at(15, 'create', 'src/c.ts')), 'wrong');
  });

  it('takes the other places that are as good', () => {
    assert.equal(verdictOf(owner, at(40)), 'right');
    assert.equal(verdictOf(owner, at(41)), 'wrong');
    assert.equal(verdictOf(owner, at(7, 'x', 'src/b.ts')), 'right');
    assert.equal(verdictOf(owner, at(8, 'x', 'src/b.ts')), 'wrong');
  });

  it('takes a call within two lines', () => {
    assert.deepEqual(
      [9, 13, 14].map((line) => verdictOf(call, at(line))),
      ['right', 'right', 'wrong'],
    );
  });

  it('counts what is shown for an operation without a place as wrong', () => {
    const verdicts = [
      verdictOf(owner, at(15)),
      verdictOf(owner, at(15)),
      verdictOf(owner, at(30)),
      verdictOf(owner, undefined),
      verdictOf(labelled('none'), at(15)),
      verdictOf(labelled('ambiguous'), at(15)),
      verdictOf(labelled('none'), undefined),
    ];
    const tally = tallyOf(verdicts);
    assert.deepEqual(tally, { right: 2, wrong: 1, missed: 1, false: 2, rejected: 1 });
    assert.equal(precisionOf(tally), 2 / 5);
    assert.equal(recallOf(tally), 2 / 4);
    assert.equal(rejectionOf(tally), 1 / 3);
    assert.equal(precisionOf(tallyOf(['missed'])), undefined);
  });

  it('does not take a place for right whose path only looks alike', () => {
    assert.ok(typeof owner.expected === 'object' && !isRight(at(15, 'create', 'lib/src/a.ts'), owner.expected));
  });

  function labelled(expected: LabelledOperation['expected']): LabelledOperation {
    const rest = { service: 's', language: 'typescript', resource: {}, scope: '', kind: 'SERVER', name: 'n' };
    return { id: '1', ...rest, attributes: {}, evidence: 'route', expected };
  }
});

describe('the reliability of confidences', () => {
  const expected = { anchor: 'callsite', path: 'a.ts', line: 1, symbol: '', line_sha1: '000000000000' } as const;
  const rest = { service: 's', language: 'typescript', resource: {}, scope: '', kind: 'CLIENT', name: 'n' };
  const operation: LabelledOperation = { id: '1', ...rest, attributes: {}, evidence: 'db', expected };
  const answer = (as: string, line: number, ...kinds: string[]): MapAnswer => {
    const evidence = kinds.map((kind) => ({ kind, confidence: 0.75 }));
    const rejected = { file: 'z.ts', line: 9, symbol: '', confidence: 0.9, as: 'rejected', evidence };
    const best = { file: 'a.ts', line, symbol: '', confidence: 0.75, as, evidence };
    return { id: '1', location: null, evidence, reason: null, considered: [rejected, best] };
  };

  it('counts the best place, by its evidence and whether it was shown', () => {
    const rows = reliabilityOf([
      { operation, answer: answer('shown', 1, 'query') },
      { operation, answer: answer('shown', 90, 'query') },
      { operation, answer: answer('equal', 1, 'route', 'span-name', 'route') },
      { operation: { ...operation, expected: 'none' }, answer: answer('shown', 1, 'route') },
      { operation, answer: undefined },
    ]);
    assert.deepEqual(
      rows.map(({ evidence, confidence, isShown, right, all }) => [evidence, confidence, isShown, right, all]),
      [
        ['query', 0.75, true, 1, 2],
        ['route', 0.75, true, 0, 1],
        ['route + span-name', 0.75, false, 1, 1],
      ],
    );
  });

  it('claims less after few', () => {
    // The values of Wilson's interval that are printed everywhere: 10 of 10, and 90 of 100.
    assert.ok(Math.abs(lowerBound(10, 10) - 0.7225) < 5e-4);
    assert.ok(Math.abs(lowerBound(90, 100) - 0.8256) < 5e-4);
    assert.equal(lowerBound(0, 0), 0);
  });
});
