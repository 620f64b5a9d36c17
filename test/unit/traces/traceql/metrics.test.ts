import assert from 'node:assert/strict';
import { evaluateMetrics } from '../../../../src/traces/traceql/metrics/evaluateMetrics';
import { requireTraceQl } from '../../../../src/traces/traceql/parse/parseTraceQl';
import { TEST_START } from '../../../support/otlpSpans';
import { series, span, tracesOf } from './found';

const MS = 1_000_000n;
const lasting = (milliseconds: bigint) => ({ endNs: TEST_START + milliseconds * MS });

const traces = tracesOf(
  {
    service: 'shop',
    spans: [
      span('a', undefined, {
        kind: 'SERVER',
        ...lasting(4000n),
        attributes: { size: 10, tier: 'gold' },
        status: { code: 2 },
      }),
      span('b', 'a', { kind: 'CLIENT', ...lasting(2000n), attributes: { size: 30, tier: 'gold', part: 0.5 } }),
      span('c', 'a', { kind: 'CLIENT', ...lasting(1000n), attributes: { size: 20 } }),
    ],
  },
  { service: 'mail', spans: [span('d', 'c', { ...lasting(500n) })] },
);

const ROWS: readonly (readonly [query: string, ...expected: string[]])[] = [
  ['{ } | rate()', '__name__=rate 1'],
  ['{ } | count_over_time() by (kind)', 'kind=client 2', 'kind=internal 1', 'kind=server 1'],
  ['{ } | count_over_time() by (resource.service.name, status)', ...byServiceAndStatus()],
  // What a span does not have is no label; where it has none of them, the first is nil.
  ['{ } | count_over_time() by (span.tier)', 'span.tier=gold 2', 'span.tier=nil 2'],
  ['{ } | count_over_time() by (kind, span.tier)', ...byKindAndTier()],
  ['{ name = "d" } | count_over_time() by (duration)', 'duration=500ms 1'],
  ['{ name = "none" } | count_over_time()', '__name__=count_over_time 0'],
  ['{ name = "none" } | count_over_time() by (kind)'],
  ['{ } | min_over_time(duration)', '__name__=min_over_time 0.5'],
  ['{ } | max_over_time(span.size) by (resource.service.name)', 'resource.service.name=shop 30'],
  ['{ } | sum_over_time(span.size)', '__name__=sum_over_time 60'],
  ['{ } | avg_over_time(span.size)', '__name__=avg_over_time 20'],
  ['{ } | avg_over_time(span.none)'],
  // Buckets are powers of two of nanoseconds, shown in seconds; or of the whole number itself.
  ['{ kind = client } | histogram_over_time(duration)', '__bucket=1.073741824 1', '__bucket=2.147483648 1'],
  ['{ } | histogram_over_time(span.size)', '__bucket=16 1', '__bucket=32 2'],
  ['{ } | histogram_over_time(span.part)'],
  ['{ } | quantile_over_time(span.size, 0, 1)', 'p=0 16', 'p=1 32'],
  ['{ } | quantile_over_time(span.size, .5) by (kind)', 'kind=client p=0.5 22.62741699796952', 'kind=server p=0.5 16'],
  ['{ } | count_over_time() by (name) | topk(2)', 'name=a 1', 'name=b 1'],
  ['{ } | count_over_time() by (name) | bottomk(2)', 'name=c 1', 'name=d 1'],
  ['{ } | count_over_time() by (kind) > 1', 'kind=client 2'],
  ['{ } | max_over_time(duration) by (name) >= 1s | bottomk(1)', 'name=c 1'],
  [
    '({ status = error } | count_over_time()) / ({ } | count_over_time())',
    '__name__=(count_over_time / count_over_time) 0.25',
  ],
  [
    '({ } | count_over_time() by (kind)) / ({ } | count_over_time())',
    'kind=client 0.5',
    'kind=internal 0.25',
    'kind=server 0.25',
  ],
  ['({ kind = client } | count_over_time() by (kind)) - ({ } | count_over_time() by (kind))', 'kind=client 0'],
  ['({ } | count_over_time()) / ({ name = "none" } | count_over_time())'],
  ['100 * ({ } | count_over_time()) + 1 > 5', '__name__=count_over_time 401'],
  ['({ } | count_over_time()) * 10 - 1', '__name__=count_over_time 39'],
  ['10 - ({ } | count_over_time())', '__name__=count_over_time 6'],
  ['{ } | count_over_time() with (sample = 0.1)', '__name__=count_over_time 4'],
];

function byServiceAndStatus(): string[] {
  const name = 'resource.service.name';
  return [`${name}=mail status=unset 1`, `${name}=shop status=error 1`, `${name}=shop status=unset 2`];
}

function byKindAndTier(): string[] {
  return ['kind=client 1', 'kind=client span.tier=gold 1', 'kind=internal 1', 'kind=server span.tier=gold 1'];
}

describe('TraceQL metrics', () => {
  for (const [query, ...expected] of ROWS) {
    it(query, async () => {
      const made = await series(query, traces);
      // The time of these traces is four seconds.
      assert.deepEqual(made, [...expected].sort());
    });
  }

  it('has lists for labels, as Tempo writes them in its answers', async () => {
    const listed = tracesOf({
      spans: [
        span('a', undefined, { attributes: { tags: ['x', 'y'], sizes: [1, 2n ** 60n] } }),
        span('b', 'a', { attributes: { tags: ['x', 'y'] } }),
        span('c', 'a', { attributes: { tags: 'x, y' } }),
        span('d', 'a', { attributes: { tags: ['x'] } }),
      ],
    });
    const labelsOf = async (query: string) => {
      const parsed = requireTraceQl(query);
      assert.ok(parsed.kind === 'metrics');
      return (await evaluateMetrics(parsed.expression, listed)).map(({ labels, value }) => [labels, value]);
    };
    assert.deepEqual(await labelsOf('{ } | count_over_time() by (span.tags)'), [
      [{ 'span.tags': ['x', 'y'] }, 2],
      [{ 'span.tags': 'x, y' }, 1],
      [{ 'span.tags': 'x' }, 1],
    ]);
    assert.deepEqual(await labelsOf('{ span.sizes != nil } | count_over_time() by (span.sizes)'), [
      [{ 'span.sizes': [1, '1152921504606846976'] }, 1],
    ]);
    assert.deepEqual(await labelsOf('({ } | count_over_time() by (span.tags)) * 2 > 3'), [
      [{ 'span.tags': ['x', 'y'] }, 4],
    ]);
  });

  it('compares the values of those that are selected with those of the others', async () => {
    const made = await series('{ } | compare({ kind = client }, 1)', traces);
    assert.ok(made.includes('__meta_type=selection span.tier=gold 1'));
    assert.ok(made.includes('__meta_type=selection_total span.size=nil 2'));
    assert.ok(made.includes('__meta_type=baseline resource.service.name=shop 1'));
    assert.equal(
      made.filter((line) => line.startsWith('__meta_type=selection name=')).length,
      1,
      'one value is enough',
    );
  });
});
