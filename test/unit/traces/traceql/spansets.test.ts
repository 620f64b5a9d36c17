import assert from 'node:assert/strict';
import { found, span, tracesOf } from './found';

/**
 *   a ─┬─ b ─── d ─── f
 *      └─ c ─── e          o (orphan) ─── p
 */
const traces = tracesOf({
  service: 'shop',
  spans: [
    span('a', undefined, { attributes: { n: 1 } }),
    span('b', 'a', { attributes: { n: 2 }, kind: 'SERVER' }),
    span('c', 'a', { attributes: { n: 3 }, kind: 'SERVER' }),
    span('d', 'b', { attributes: { n: 4 } }),
    span('e', 'c', { attributes: { n: 5 } }),
    span('f', 'd'),
    span('o', 'z', { attributes: { n: 6 } }),
    span('p', 'o'),
  ],
});

const ROWS: readonly (readonly [query: string, found: string])[] = [
  ['{ name = "a" } > { }', 'bc'],
  ['{ name = "a" } >> { }', 'bcdef'],
  ['{ name =~ "b|c" } > { }', 'de'],
  ['{ } < { name = "a" }', 'a'],
  ['{ name = "b" } < { }', 'a'],
  ['{ name = "f" } << { }', 'abd'],
  ['{ name = "b" } ~ { }', 'c'],
  ['{ name = "a" } ~ { }', ''],
  ['{ name =~ "b|c" } ~ { name =~ "b|c" }', 'bc'],
  // Of an orphan and what is below it no relation is known, so that it has none.
  ['{ name = "o" } > { }', ''],
  ['{ name = "p" } << { }', ''],
  ['{ name = "a" } !> { }', 'adefop'],
  ['{ name = "a" } !>> { }', 'aop'],
  ['{ name = "f" } !<< { }', 'cefop'],
  ['{ name = "b" } !< { }', 'bcdefop'],
  ['{ name = "b" } !~ { }', 'abdefop'],
  ['{ } !> { name = "b" }', ''],
  ['{ name = "none" } !> { name = "b" }', 'b'],
  ['{ name = "a" } !> { name = "none" }', ''],
  ['{ } !< { }', 'efop'],
  ['{ name = "a" } &> { name = "b" }', 'ab'],
  ['{ name = "a" } &>> { name = "f" }', 'af'],
  ['{ } &>> { name = "f" }', 'abdf'],
  ['{ name = "f" } &<< { name =~ "a|c" }', 'af'],
  ['{ name = "d" } &< { }', 'bd'],
  ['{ name = "b" } &~ { }', 'bc'],
  ['{ name = "none" } &> { }', ''],
  ['{ name = "a" } > { name = "b" } > { name = "d" }', 'd'],
  ['{ name = "a" } && { name = "f" }', 'af'],
  ['{ name = "a" } && { name = "none" }', ''],
  ['{ name = "a" } || { name = "none" }', 'a'],
  // `&&` and `||` bind alike here too, more loosely than relations.
  ['{ name = "a" } || { name = "b" } && { name = "none" }', ''],
  ['{ name = "a" } || ({ name = "b" } && { name = "none" })', 'a'],
  ['{ name = "none" } || { name = "a" } > { name = "b" }', 'b'],
  // Pipelines.
  ['{ } | { name = "a" }', 'a'],
  ['{ } | count() = 8', 'abcdefop'],
  ['{ } | count() != 8', ''],
  ['count() > 7 | { name = "a" }', 'a'],
  ['{ } | avg(span.n) = 3.5', 'abcdefop'],
  ['{ } | sum(span.n) = 21', 'abcdefop'],
  ['{ } | min(span.n) < 2 | { span.n > 5 }', 'o'],
  ['{ } | max(span.n * 2) = 12', 'abcdefop'],
  ['{ } | max(span.none) > 0', ''],
  ['{ } | avg(duration) = 1ms', 'abcdefop'],
  ['{ } | count() > 2 * 3', 'abcdefop'],
  ['{ } | by(kind) | count() = 2', 'bc'],
  ['{ } | by(span.n) | count() = 2', 'fp'],
  ['{ } | by(span.n > 3) | count() = 3', 'deo'],
  ['by(name) | { name = "a" }', 'a'],
  ['{ } | by(kind) | coalesce() | count() = 8', 'abcdefop'],
  ['{ } | select(span.n, name) | { name = "b" }', 'b'],
  ['({ name = "a" } | count() = 1) && ({ name = "b" } | count() = 1)', 'ab'],
  ['({ name = "a" } | count() = 2) || ({ name = "b" } | count() = 1)', 'b'],
  ['({ } | count() > 99) >> ({ name = "b" })', ''],
  ['({ name = "a" }) >> ({ } | { name = "f" })', 'f'],
  ['{ name = "f" } with (most_recent = true)', 'f'],
];

describe('TraceQL sets of spans', () => {
  for (const [query, names] of ROWS) it(query, async () => assert.equal(await found(query, traces), names));

  it('refuses to relate several groups, and says what to do', async () => {
    await assert.rejects(found('({ } | by(kind)) >> ({ })', traces), /coalesce|several groups/);
  });

  it('relates the spans of a chain of ten thousand', async () => {
    const count = 10_000;
    const chain = Array.from({ length: count }, (_, index) => ({
      spanId: (index + 1).toString(16).padStart(16, '0'),
      ...(index === 0 ? {} : { parentSpanId: index.toString(16).padStart(16, '0') }),
      name: index === count - 1 ? 'z' : 'y',
    }));
    const deep = tracesOf({ service: 'shop', spans: chain });
    assert.equal(await found('{ nestedSetParent < 0 } >> { name = "z" }', deep), 'z');
    assert.equal((await found('{ name = "z" } << { }', deep)).length, count - 1);
  });

  it('takes a chain of conditions that is longer than the stack is deep', async () => {
    const many = Array.from({ length: 7000 }, (_, index) => `name="${index}"`).join(' || ');
    assert.equal(await found(`{ ${many} || name = "a" }`, traces), 'a');
    const sum = Array.from({ length: 900 }, () => 'span.n').join(' + ');
    assert.equal(await found(`{ ${sum} = 900 }`, traces), 'a');
    await assert.rejects(found(`{ ${sum} + ${sum} = 1 }`, traces), /more than 1000 operators/);
  });
});
