import assert from 'node:assert/strict';
import { completionContext } from '../../../../src/traces/traceql/parse/completionContext';
import { parseTraceQl } from '../../../../src/traces/traceql/parse/parseTraceQl';
import { compileRegex, RegexRefusal } from '../../../../src/traces/traceql/language/regex';

/** Query and the part of it that is underlined (`$` is the end), with where to look for it. */
const REFUSED: readonly (readonly [query: string, part: string, at?: number])[] = [
  ['', '$'],
  ['{ name = "x"', '$'],
  ['{ } }', '}', 4],
  ['{ } | ', '$'],
  ['{ nosuch = 1 }', 'nosuch'],
  ['{ span:nosuch = 1 }', 'span:nosuch'],
  ['{ trace:kind = server }', 'trace:kind'],
  ['{ span. = 1 }', 'span.'],
  ['{ .a == 1 }', '=', 6],
  ['{ .a = 1 .b = 2 }', '.', 4],
  ["{ .a = 'x' }", "'"],
  ['{ .a = "x }', '"x }'],
  ['{ .a = "\\q" }', '\\q'],
  ['{ ."a\\n" = 1 }', '\\n'],
  ['{ .a = 12abc }', '12abc'],
  ['{ .a = 1.5d }', '1.5d'],
  ['{ .a = 9223372036854775808 }', '9223372036854775808'],
  ['{ .a =~ "(" }', '"("'],
  ['{ .a =~ "(?=x)" }', '"(?=x)"'],
  ['{ .a =~ 5 }', '.a =~ 5'],
  ['{ .a =~ .b }', '.b'],
  ['{ .a > nil }', 'nil'],
  ['{ nil }', '}'],
  ['{ name = nil }', 'name = nil'],
  ['{ resource.service.name = nil }', 'resource.service.name = nil'],
  ['{ name }', 'name'],
  ['{ 1 + 1 }', '1 + 1'],
  ['{ status > ok }', 'status > ok'],
  ['{ status = "error" }', 'status = "error"'],
  ['{ kind = error }', 'kind = error'],
  ['{ duration > "1s" }', 'duration > "1s"'],
  ['{ !name = "a" }', '!name'],
  ['{ -name = "a" }', '-name'],
  ['{ parent.a = 1 }', 'parent.a'],
  ['{ parent }', 'parent'],
  ['{ } | avg(name) > 1', 'name'],
  ['{ } | avg(1) > 1', '1'],
  ['{ } | count()', 'count()'],
  ['{ } | count() > "x"', '"x"'],
  ['{ } | min(.a) > max(.b)', 'min(.a) > max(.b)'],
  ['2 < count()', '2 < count()'],
  ['{ } | by(1)', '1'],
  ['{ } | by()', ')'],
  ['{ } | select(1 + .a)', '1'],
  ['coalesce()', 'coalesce()'],
  ['{ } | nosuch()', 'nosuch'],
  ['{ } | rate() | { }', '{', 15],
  ['{ } | rate() + 5', '+'],
  ['{ } | quantile_over_time(duration, 2)', '2'],
  ['{ } | quantile_over_time(duration)', ')'],
  ['{ } | rate() by (.a, .b, .c, .d, .e, .f)', 'by (.a, .b, .c, .d, .e, .f)'],
  ['{ } | rate() | topk(0)', '0'],
  ['{ } | rate() | topk(-1)', '-'],
  ['{ } | compare({ }) > 1', '{ } | compare({ }) > 1'],
  ['{ } | compare({ }, 10, 5, 3)', '10, 5, 3)'],
  ['({ } | rate()) * 10s', '10s'],
  ['({ } | rate()) % 2', '({ } | rate()) % 2'],
  ['{ } + { }', '{ } + { }'],
  ['({ } | count() > 1) && { }', '{ }', 23],
  ['2 + 3', '2 + 3'],
  ['{ } with (5)', '5'],
  [`${'('.repeat(150)}{ }${')'.repeat(150)}`, '(', 100],
];

const TAKEN: readonly string[] = [
  '{.a>=-1}',
  '{ .a-b/c = 1 }',
  '{ span."x"."y z".w = 1 }',
  '{ duration > 1h30m && duration < 2d }',
  '{ duration > 1.5s && duration < 100us }',
  '{ .a = .5 || .a = 1e3 || .a = 1. }',
  '{ true } with (sample = 0.1, most_recent = true)',
  '(({ } && { }) >> { }) | count() > 1',
  '{ } | by(span.a + 1) | coalesce() | select(.b)',
  '{ } | count_over_time() by (name) > 1 | topk(3) < 100 | bottomk(1)',
  '(2 * ({ } | rate())) / ({ } | rate() | topk(1)) - 1',
  '{ span: name = "x" && trace : rootName = "y" }'.replace('trace : ', 'trace:'),
  '{ "a" = "b" }',
  '{ rootName = "x" && link:spanID != "" && event:timeSinceStart > -5s }',
];

function rangeOf(query: string, part: string, at = 0): { from: number; to: number } {
  if (part === '$') return { from: query.length, to: query.length };
  const from = query.indexOf(part, at);
  return { from, to: from + part.length };
}

describe('TraceQL syntax', () => {
  for (const [query, part, at] of REFUSED) {
    it(`refuses ${query.slice(0, 60)}`, () => {
      const { error } = parseTraceQl(query);
      assert.ok(error, 'it was taken');
      assert.deepEqual(error.range, rangeOf(query, part, at), error.describe());
      assert.match(error.describe(), /^TraceQL, column \d+: \S.*\. \S.*\.$/s);
      assert.equal(error.column, error.range.from + 1);
    });
  }
  for (const query of TAKEN) it(`takes ${query}`, () => assert.equal(parseTraceQl(query).error?.describe(), undefined));

  it('keeps where each part stands', () => {
    const { query } = parseTraceQl('{ span.a = 1 } | count() > 2');
    assert.ok(query?.kind === 'search');
    const places = query.pipeline.stages.map(({ from, to }) => query.text.slice(from, to));
    assert.deepEqual(places, ['{ span.a = 1 }', 'count() > 2']);
  });

  it('refuses what is too long to read', () => {
    assert.match(parseTraceQl(`{ name = "${'x'.repeat(200_000)}" }`).error!.message, /too long/);
  });
});

describe('Regular expressions of TraceQL', () => {
  const matches = (pattern: string, text: string) => compileRegex(pattern).test(text);

  it('match the whole text, line breaks included', () => {
    assert.ok(matches('a.b', 'a\nb') && matches('', '') && matches('a|b', 'b'));
    assert.ok(!matches('a', 'ab') && !matches('a|b', 'ab'));
  });

  it('read what RE2 has and JavaScript writes otherwise', () => {
    assert.ok(matches('(?i)get /[a-c]+', 'GET /ABC') && !matches('(?i:a)b', 'AB') && matches('(?i:a)b', 'Ab'));
    assert.ok(matches('[[:alpha:]_]+\\d', 'ab_1') && matches('\\Qa.b\\E', 'a.b') && !matches('\\Qa.b\\E', 'axb'));
    assert.ok(matches('(?P<name>x)+', 'xx') && matches('\\x41\\x{1F600}', 'A😀') && matches('\\pL+', 'äß'));
    assert.ok(
      matches('\\p{Greek}+', 'αβγ') && matches('[]a]+', ']a') && matches('a{2,3}?', 'aa') && matches('\\Aa\\z', 'a'),
    );
    assert.ok(
      matches('a{,2}', 'a{,2}') && matches('[a\\-z]+', 'a-z') && matches('/a-b', '/a-b') && matches('(?-s).', 'x'),
    );
    assert.ok(!matches('(?-s).', '\n'));
  });

  it('refuse what RE2 refuses', () => {
    for (const pattern of [
      '(?=a)',
      '(?<!a)b',
      '(a)\\1',
      'a++',
      'a**',
      '[',
      '[b-a]',
      '(',
      ')',
      '*',
      'a{1001}',
      '\\k<x>',
      '\\C',
      '(?#x)',
      '[[:nosuch:]]',
      '\\',
    ]) {
      assert.throws(() => compileRegex(pattern), RegexRefusal, pattern);
    }
  });
});

describe('Completion in TraceQL', () => {
  const at = (text: string) => completionContext(text.replace('|', ''), text.indexOf('|'));

  it('knows whose attribute, and which part of it, is being written', () => {
    assert.deepEqual(at('{ span.http.ro|ute = 1 }'), {
      range: { from: 7, to: 17 },
      prefix: 'http.ro',
      expects: 'attribute',
      scope: 'span',
    });
    assert.deepEqual(at('{ .|'), { range: { from: 3, to: 3 }, prefix: '', expects: 'attribute', scope: 'any' });
    const quoted = at('{ resource."a b|');
    assert.ok(quoted.expects === 'attribute' && quoted.scope === 'resource' && quoted.prefix === 'a b');
  });

  it('knows whose value is wanted', () => {
    const value = at('{ status = ok && resource.service.name = "pay|" }');
    assert.ok(value.expects === 'value' && value.quoted && value.prefix === 'pay');
    assert.deepEqual(value.of, { scope: 'resource', name: 'service.name' });
    const name = at('{ span:name != |');
    assert.deepEqual(name.expects === 'value' && name.of, { scope: 'intrinsic', name: 'name' });
    const status = at('{ status = e|');
    assert.deepEqual(status.expects === 'keyword' && status.words, ['unset', 'ok', 'error']);
  });

  it('knows fields, operators and stages', () => {
    const expects = (text: string) => at(text).expects;
    const words = (text: string) => (at(text) as { words?: readonly string[] }).words ?? [];
    for (const text of ['{ |', '{ na|', '{ name = "a" && |', '{ } | by(|'.replace('} |', '} \u007c')]) {
      assert.ok(text.includes('by') || expects(text) === 'field', text);
    }
    assert.ok(words('{ duration |').includes('>='));
    assert.ok(words('{ duration > 1s |').includes('&&'));
    assert.ok(words('{ }|').includes('>>'));
    assert.ok(words('|').includes('{'));
    const stage = '{ } \u007c ';
    const after = completionContext(stage, stage.length);
    assert.ok(after.expects === 'keyword' && after.words.includes('quantile_over_time') && after.words.includes('by'));
    const ranked = '{ } \u007c rate() \u007c to';
    const rank = completionContext(ranked, ranked.length);
    assert.ok(rank.expects === 'keyword' && rank.words.includes('topk') && rank.prefix === 'to');
    const group = '{ } \u007c rate() by (resource.x, ';
    assert.equal(completionContext(group, group.length).expects, 'field');
  });
});
