import assert from 'node:assert/strict';
import { SpanlightError } from '../../../../src/base/errors';
import { datumText } from '../../../../src/traces/traceql/language/datum';
import { fieldText } from '../../../../src/traces/traceql/language/fieldText';
import { requireTraceQl } from '../../../../src/traces/traceql/parse/parseTraceQl';
import { prepareSearch } from '../../../../src/traces/traceql/plan/prepareSearch';
import { pushdown, type SimpleCondition } from '../../../../src/traces/traceql/plan/pushdown';
import { isTraceQl, searchToTraceQl } from '../../../../src/traces/traceql/parse/wordsToTraceQl';
import { found, span, tracesOf } from './found';

function text({ field, operator, value }: SimpleCondition): string {
  return `${fieldText(field)} ${operator}${value === undefined ? '' : ` ${datumText(value.value)}`}`;
}

/** The groups, then the trace's conditions, then whether that is all. */
function pushed(query: string): string {
  const { groups, trace, exact } = pushdown(requireTraceQl(query));
  const parts = groups.map((group) => `[${group.map(text).join(', ')}]`);
  return [...parts, ...trace.map(text), exact ? 'exact' : 'more'].join(' ');
}

describe('What a backend can be asked for', () => {
  for (const [query, expected] of [
    ['{ }', 'exact'],
    ['{ resource.service.name = "a" && duration > 1s }', '[resource.service.name = a, duration > 1000000000] exact'],
    ['{ 1s < duration && .x != nil && nil = .y }', '[duration > 1000000000, .x exists, .y missing] exact'],
    [
      '{ traceDuration > 2s && rootName = "r" && status = error }',
      '[status = error] traceDuration > 2000000000 rootName = r exact',
    ],
    ['{ name = "a" && (.x = 1 || .y = 2) }', '[name = a] more'],
    ['{ name = "a" || name = "b" }', 'more'],
    ['{ name = "a" } | { kind = server } | select(.x)', '[name = a, kind = server] exact'],
    ['{ name = "a" } && { name = "b" }', '[name = a] [name = b] more'],
    ['{ name = "a" } || { name = "b" }', 'more'],
    ['{ name = "a" } >> { name = "b" } | count() > 2', '[name = a] [name = b] more'],
    ['{ name = "a" } !>> { name = "b" }', '[name = b] more'],
    ['({ name = "a" } | by(.x)) && ({ name = "b" })', '[name = a] [name = b] more'],
    ['{ kind = server } | rate() by (name)', '[kind = server] more'],
    ['{ span.a + 1 = 2 && span.b = 1 }', '[span.b = 1] more'],
  ] as const) {
    it(query, () => assert.equal(pushed(query), expected));
  }

  it('is put into the boxes of a search form', () => {
    const query =
      '{ name = "x" } >> { resource.service.name = "shop" && name = "pay" && kind = server && status = error && duration >= 1ms && duration <= 1s && span.a = 5 && .b = true }';
    const { narrowing, isEmpty, pushdown: all } = prepareSearch({ text: query });
    assert.equal(all.groups.length, 2);
    assert.deepEqual(narrowing, {
      service: 'shop',
      name: 'pay',
      kind: 'server',
      status: 'error',
      minDurationNs: 1e6,
      maxDurationNs: 1e9,
      attributes: [
        { scope: 'span', name: 'a', value: 5 },
        { scope: 'any', name: 'b', value: true },
      ],
      exact: false,
    });
    assert.equal(isEmpty, false);
    assert.equal(prepareSearch({ text: '' }).isEmpty, true);
    assert.equal(prepareSearch({ text: '{ resource.service.name = "a" }' }).narrowing.exact, true);
    assert.equal(prepareSearch({ text: '{ resource.service.name != "a" }' }).narrowing.exact, false);
  });

  it('leaves out attributes that have several names, where those count as one', () => {
    const text = '{ span.http.status_code = 500 && span.tier = "gold" }';
    assert.equal(prepareSearch({ text }).narrowing.attributes.length, 2);
    const { attributes, exact } = prepareSearch({ text, anySemconv: true }).narrowing;
    assert.deepEqual([attributes.map(({ name }) => name), exact], [['tier'], false]);
  });
});

describe('A search in words', () => {
  const traces = tracesOf({
    service: 'Shop',
    spans: [span('a', undefined, { name: 'GET /orders (all)' }), span('b', 'a', { name: 'pay', status: { code: 2 } })],
  });

  it('means TraceQL', async () => {
    const names = (words: string) => found(searchToTraceQl(words), traces);
    assert.equal(await names('orders'), 'GET /orders (all)');
    assert.equal(await names('"(ALL)" duration<=1ms'), 'GET /orders (all)');
    assert.equal(await names('service:shop error'), 'pay');
    assert.equal(await names('service=sho'), '');
    assert.equal(await names('shop name=PAY duration>=1ms status=error'), 'pay');
    assert.equal(await names('back\\slash'), '');
    assert.equal(searchToTraceQl('  '), '{}');
  });

  it('is told from TraceQL', () => {
    for (const query of ['{ }', ' ({ } && { })', 'count() > 2', '// note\n{ }']) assert.ok(isTraceQl(query), query);
    for (const words of ['', 'count', 'by name', 'service=a']) assert.ok(!isTraceQl(words), words);
  });

  it('names the word that means nothing', () => {
    for (const words of ['http.status=500', 'duration>fast', 'a && b', 'name="x']) {
      assert.throws(() => searchToTraceQl(words), SpanlightError, words);
    }
  });
});
