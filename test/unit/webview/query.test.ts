import assert from 'node:assert/strict';
import { TraceIndex } from '../../../src/webview/layout/traceIndex';
import { matchRows } from '../../../src/webview/query/matchRows';
import { parseQuery, quoteValue, type Condition } from '../../../src/webview/query/parseQuery';
import { SearchState } from '../../../src/webview/state/searchState';
import { shopTrace } from '../../webview/support/sampleTraces';
import { rowsWith } from '../../webview/support/traceBuilder';

const shop = shopTrace();
const index = new TraceIndex(shop.view);
const lookup = (key: string, value: string) => Promise.resolve(rowsWith(shop, key, value));

function text(condition: Condition): string {
  const not = condition.negated ? 'not ' : '';
  switch (condition.kind) {
    case 'text':
      return `${not}text(${condition.text})`;
    case 'error':
      return `${not}error`;
    case 'duration':
      return `${not}${condition.of} ${condition.compare} ${condition.ns}`;
    case 'field':
      return `${not}${condition.field}=${condition.value}`;
    case 'attribute':
      return `${not}@${condition.key}=${condition.value}`;
  }
}

describe('parseQuery', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    ['pay orders', ['text(pay)', 'text(orders)']],
    ['"POST /orders"', ['text(POST /orders)']],
    ['error', ['error']],
    ['-error "error"', ['not error', 'text(error)']],
    ['error=false', ['not error']],
    ['duration > 100ms', ['duration > 100000000']],
    ['duration>=1.5s self<250us', ['duration >= 1500000000', 'self < 250000']],
    ['duration > 2 min', ['duration > 120000000000']],
    ['duration > 5 pay', ['duration > 5000000', 'text(pay)']],
    ['service=payment-api', ['service=payment-api']],
    ['name="SELECT \\"x\\""', ['name=SELECT "x"']],
    ['http.response.status_code=503', ['@http.response.status_code=503']],
    ['db.system.name=', ['@db.system.name=']],
    ['-kind=client !enduser.id=u-77', ['not kind=client', 'not @enduser.id=u-77']],
    ['name="never closed', ['name=never closed']],
    ['/pay --', ['text(/pay)', 'not text(-)']],
  ];
  for (const [query, conditions] of cases) {
    it(query === '' ? 'takes nothing for nothing' : query, () => {
      const parsed = parseQuery(query);
      assert.deepEqual(parsed.conditions.map(text), conditions);
      assert.equal(parsed.problem, undefined);
    });
  }

  it('says what it cannot understand', () => {
    assert.match(parseQuery('duration > long').problem ?? '', /Write a time after duration >/);
    assert.match(parseQuery('http.status > 400').problem ?? '', /for http.status use =/);
  });

  it('ends on any input', () => {
    for (const query of ['"', '-', '= =', '"\\', '>', '- -', '\u202E', 'a="b"c="d"']) parseQuery(query.repeat(50));
  });

  it('reads back what quoteValue writes', () => {
    for (const value of ['simple', 'two words', 'with "quotes" and \\', '', 'a=b']) {
      const [condition] = parseQuery(`service=${quoteValue(value)}`).conditions;
      assert.ok(condition?.kind === 'field');
      assert.equal(condition.value, value);
    }
  });
});

describe('matchRows', () => {
  const find = async (query: string) => {
    const { rows } = await matchRows(index, parseQuery(query).conditions, lookup);
    return [...rows].map((row) => shop.specs[row]!.name);
  };

  it('finds words in names and services', async () => {
    assert.deepEqual(await find('AUTH'), ['authenticate', 'authorize card', 'authorize card']);
    assert.equal((await find('shipping')).length, 3);
  });

  it('joins conditions, also negated ones', async () => {
    assert.deepEqual(await find('service=payment-api error'), ['POST /pay', 'authorize card']);
    assert.deepEqual(await find('service=payment-api -error duration > 1.49s'), ['POST /pay']);
    assert.deepEqual(await find('kind=producer'), ['orders publish']);
  });

  it('asks for attributes', async () => {
    assert.deepEqual(await find('http.response.status_code=503'), ['POST', 'POST /pay']);
    assert.equal((await find('db.query.text=')).length, 12);
    assert.deepEqual(await find('no.such.key=1'), []);
  });
});

describe('search state', () => {
  it('walks the matches round the ends and knows where it is', async () => {
    const search = new SearchState(index, lookup, () => undefined);
    await search.search('error');
    const rows = [...(search.matches?.rows ?? [])];
    assert.equal(rows.length, 3);
    assert.equal(search.neighbour(0, 1), rows[0]);
    assert.equal(search.neighbour(rows[2]!, 1), rows[0]);
    assert.equal(search.neighbour(rows[0]!, -1), rows[2]);
    assert.equal(search.neighbour(index.count - 1, -1), rows[2]);
    assert.equal(search.position(rows[1]!), 2);
    assert.equal(search.position(0), 0);
  });

  it('lets a later search overtake a slow one', async () => {
    let answer: (rows: Uint32Array) => void = () => undefined;
    const slow = () => new Promise<Uint32Array>((resolve) => (answer = resolve));
    const search = new SearchState(index, slow, () => undefined);
    const first = search.search('some.key=1');
    assert.equal(search.searching, true);
    await search.search('authenticate');
    answer(Uint32Array.of(0));
    await first;
    assert.deepEqual([...(search.matches?.rows ?? [])].length, 1);
    assert.equal(search.searching, false);
  });

  it('says when attributes cannot be searched, and asks again the next time', async () => {
    let calls = 0;
    const search = new SearchState(
      index,
      () => (calls++ === 0 ? Promise.reject(new Error('the engine restarts')) : Promise.resolve(Uint32Array.of(1))),
      () => undefined,
    );
    await search.search('a.b=1');
    assert.match(search.problem ?? '', /could not be searched: the engine restarts/);
    await search.search('a.b=1');
    assert.equal(search.problem, undefined);
    assert.equal(search.matches?.rows.length, 1);
  });
});
