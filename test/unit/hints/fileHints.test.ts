import assert from 'node:assert/strict';
import { calleeName } from '../../../src/hints/callee';
import { fileHints, hintText, sameHints, type PlacedOperation } from '../../../src/hints/fileHints';
import { trendGlyphs } from '../../../src/hints/trend';
import type { AttributeValue } from '../../../src/model/attributes';
import { madeKey, madeLocation, madeStats, plainSpaces, SETTINGS, spread } from './madeStats';

function placed(
  name: string,
  line: number,
  ms: readonly number[],
  anchor: 'owner' | 'callsite' = 'owner',
): PlacedOperation {
  const key = anchor === 'owner' ? madeKey(name) : madeKey(name, 'CLIENT', { 'peer.service': 'payment-api' });
  return { stats: madeStats(key, ms), location: madeLocation(line, anchor) };
}

describe('hints of a file', () => {
  it('words the operation with the most total time and counts the others', () => {
    const hints = fileHints(
      [placed('small', 4, spread(30, 1, 2)), placed('large', 4, spread(30, 100, 110)), placed('tiny', 4, [1])],
      SETTINGS,
    );
    assert.equal(hints.length, 1);
    assert.match(plainSpaces(hintText(hints[0]!)), /^p50 10\d ms · p95 1[01]\d ms · 30 · \+2 more$/);
    assert.equal(hints[0]!.operations.length, 3);
  });

  it('words a function before a call on the same line, and sorts by line', () => {
    const hints = fileHints(
      [
        placed('b', 9, [1]),
        placed('call', 6, [5], 'callsite'),
        placed('call', 4, [5], 'callsite'),
        placed('a', 4, [7]),
      ],
      SETTINGS,
    );
    assert.deepEqual(
      hints.map((hint) => [hint.line, hint.anchor, plainSpaces(hintText(hint))]),
      [
        [4, 'owner', '1 call · 7 ms   → payment-api 1 call · 5 ms'],
        [6, 'callsite', '→ payment-api 1 call · 5 ms'],
        [9, 'owner', '1 call · 1 ms'],
      ],
    );
  });

  it('says on which code it was measured where that is another now', () => {
    const one = placed('a', 4, [7]);
    const text = 'measured at 3f2c1ab, function changed since';
    const measured = { state: 'changed', label: 'at 3f2c1ab', text } as const;
    const [hint] = fileHints([{ ...one, location: { ...one.location, measured } }], SETTINGS);
    assert.equal(plainSpaces(hintText(hint!)), '1 call · 7 ms · at 3f2c1ab');
    assert.deepEqual(hint!.states, ['drifted']);
    const unknown = { state: 'unknown', label: '', text: 'measured at 3f2c1ab, which is not in this clone' } as const;
    const [other] = fileHints([{ ...one, location: { ...one.location, measured: unknown } }], SETTINGS);
    assert.equal(plainSpaces(hintText(other!)), '1 call · 7 ms');
    assert.deepEqual(other!.states, []);
  });

  it('shows nothing for an operation without calls in the window', () => {
    assert.deepEqual(fileHints([placed('silent', 1, [])], SETTINGS), []);
  });

  it('takes hints as the same until what is shown differs', () => {
    const before = fileHints([placed('a', 1, spread(1200, 10, 12))], SETTINGS);
    const sameWords = fileHints([placed('a', 1, spread(1201, 10, 12))], SETTINGS);
    const moreCalls = fileHints([placed('a', 1, spread(1300, 10, 12))], SETTINGS);
    assert.ok(sameHints(before, sameWords));
    assert.ok(!sameHints(before, moreCalls));
    assert.ok(!sameHints(before, []));
  });
});

describe('trend', () => {
  const points = (ms: readonly (number | undefined)[]): Parameters<typeof trendGlyphs>[0] =>
    madeStats(madeKey('t'), [], { trendMs: ms }).trend;

  it('draws p95 in proportion to its slowest point', () => {
    assert.equal(trendGlyphs(points([10, 20, 40, 80])), '▁▂▄█');
    assert.equal(trendGlyphs(points([5, 5, 5])), '███');
  });

  it('leaves gaps where nothing was called, but not before the first call', () => {
    assert.equal(plainSpaces(trendGlyphs(points([undefined, 8, undefined, 8, 8]))), '█ ██');
  });

  it('folds many points into eight, of which the slowest counts', () => {
    const sixteen = Array.from({ length: 16 }, (_, i) => (i === 5 ? 80 : 10));
    assert.equal(trendGlyphs(points(sixteen)), '▁▁█▁▁▁▁▁');
  });

  it('is empty where there is too little to draw', () => {
    assert.equal(trendGlyphs(points([])), '');
    assert.equal(trendGlyphs(points([1, 2])), '');
    assert.equal(trendGlyphs(points([0, 0, 0])), '');
  });
});

describe('callee', () => {
  const name = (attributes: Record<string, AttributeValue>): string => calleeName(madeKey('GET', 'CLIENT', attributes));

  it('is named by what says it best', () => {
    assert.equal(name({ 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' }), 'orders (kafka)');
    assert.equal(
      name({ 'db.system': 'postgresql', 'db.operation': 'SELECT', 'db.sql.table': 'items' }),
      'SELECT items (postgresql)',
    );
    assert.equal(name({ 'db.system.name': 'redis' }), 'redis');
    assert.equal(name({ 'peer.service': 'payment-api', 'server.address': '10.0.0.1' }), 'payment-api');
    assert.equal(name({ 'rpc.service': 'shop.v1.Stock', 'rpc.method': 'Reserve' }), 'Stock/Reserve');
    assert.equal(name({ 'rpc.method': 'shop.v1.Stock/Reserve' }), 'Stock/Reserve');
    assert.equal(name({ 'server.address': 'api.example.com' }), 'api.example.com');
  });

  it('is the span name where the address is loopback or nothing is known', () => {
    assert.equal(name({ 'server.address': '127.0.0.1' }), 'GET');
    assert.equal(name({ 'rpc.method': '_OTHER' }), 'GET');
    assert.equal(name({}), 'GET');
  });
});

describe('lines that throw', () => {
  const thrown = (name: string, errors: number, message: string): PlacedOperation => ({
    stats: madeStats(madeKey(name), spread(40, 1, 2), { errors }),
    location: madeLocation(7, 'callsite'),
    failure: { message },
  });

  it('say what was thrown once, by the operation that fails most', () => {
    const [hint, ...rest] = fileHints(
      [thrown('outer', 2, 'gateway failed'), thrown('inner', 4, 'card declined')],
      SETTINGS,
    );
    assert.deepEqual(rest, []);
    assert.equal(hintText(hint!), '✗ card declined · 4 failed');
    assert.equal(hint!.severity, 'error');
    assert.equal(hint!.operations.length, 2);
  });

  it('come after the words of a function on the same line, and stay short', () => {
    const own = placed('create', 7, spread(30, 1, 2));
    const [hint] = fileHints([thrown('x', 1, `first line\nsecond ${'long '.repeat(100)}`), own], SETTINGS);
    const text = plainSpaces(hintText(hint!));
    assert.match(text, /^p50 1\.\d+ ms .* {3}✗ first line second long .{0,40}… · 1 failed$/);
    assert.equal(hint!.anchor, 'owner');
  });

  it('have words also without a message', () => {
    const one = thrown('x', 1, '');
    assert.equal(hintText(fileHints([one], SETTINGS)[0]!), '✗ thrown here · 1 failed');
    const sampled = { ...one, stats: { ...one.stats, exact: false } };
    assert.equal(hintText(fileHints([sampled], SETTINGS)[0]!), '✗ thrown here · ≈ 1 failed');
    const coarse = { ...one, stats: { ...one.stats, estimate: 'buckets are wide' } };
    assert.equal(hintText(fileHints([coarse], SETTINGS)[0]!), '✗ thrown here · 1 failed');
  });
});
