import assert from 'node:assert/strict';
import { nullLogger } from '../../../../src/base/logger';
import { BackendSource } from '../../../../src/engine/sources/backendSource';
import { EmbeddedSource } from '../../../../src/engine/sources/embeddedSource';
import type { LiveSource } from '../../../../src/engine/sources/liveSource';
import { hiddenOperations } from '../../../../src/engine/traces/hiddenOperations';
import { queryOfOperations } from '../../../../src/engine/traces/queryAnswers';
import { checkQuery } from '../../../../src/engine/traces/queryCheck';
import { QueryCompleter } from '../../../../src/engine/traces/queryCompletion';
import { searchTraces } from '../../../../src/engine/traces/traceSearch';
import { wordContext } from '../../../../src/engine/traces/wordCompletion';
import { nanos } from '../../../../src/model/time';
import type { TraceListItem } from '../../../../src/protocol/backends';
import { decodeTracesProtobuf } from '../../../../src/traces/otlp/tracesDecoder';
import { EmbeddedStore } from '../../../../src/traces/store/embeddedStore';
import { encodeProtobuf, TEST_START, testTraceId } from '../../../support/otlpSpans';

const NEVER = new AbortController().signal;
const MINUTE = 60_000_000_000n;
const WINDOW = { from: nanos(TEST_START - 5n * MINUTE), to: nanos(TEST_START + MINUTE) };

function filledStore(): EmbeddedStore {
  const store = new EmbeddedStore({ now: () => Number(TEST_START / 1_000_000n) });
  let number = 0;
  const add = (service: string, name: string, attributes: Record<string, string | number>, times: number): void => {
    for (let i = 0; i < times; i++) {
      const from = store.builder.count;
      const span = { name, kind: 'SERVER' as const, attributes, traceId: testTraceId(++number) };
      decodeTracesProtobuf(encodeProtobuf({ service, spans: [span] }), store.builder);
      store.commit(from);
    }
  };
  add('orders-api', 'POST /orders', { 'http.route': '/orders', 'http.response.status_code': 201, odd: 'say "hi"' }, 3);
  add('orders-api', 'GET /health', { 'http.route': '/health', 'http.response.status_code': 200 }, 5);
  add('payment-api', 'pay', { 'payment.provider': 'acme', 'weird key': 'x', 'http.route': '/pay' }, 1);
  return store;
}

function completer(source: LiveSource): QueryCompleter {
  return new QueryCompleter({ source, sourceName: () => 'test', known: () => source.operations(WINDOW) });
}

/** The last `|` is the cursor. What comes back is the query after each of the completions. */
async function completed(marked: string, by = completer(new EmbeddedSource(filledStore()))): Promise<string[]> {
  const offset = marked.lastIndexOf('|');
  const query = marked.slice(0, offset) + marked.slice(offset + 1);
  const { from, to, items } = await by.complete({ query, offset }, NEVER);
  return items.map(({ insert }) => query.slice(0, from) + insert + query.slice(to));
}

describe('completion of a query', () => {
  it('offers names of attributes that spans have, the most frequent first', async () => {
    assert.deepEqual(await completed('{ span.http.| }'), ['{ span.http.route }', '{ span.http.response.status_code }']);
    assert.deepEqual(await completed('{ span.rou| }'), ['{ span.http.route }']);
    assert.deepEqual(await completed('{ span.weird| }'), ['{ span."weird key" }']);
  });

  it('offers fields, scopes and whole names where a condition begins', async () => {
    const offered = await completed('{ |');
    for (const expected of ['{ duration', '{ span.', '{ resource.service.name']) assert.ok(offered.includes(expected));
    assert.deepEqual(await completed('{ stat|'), ['{ status', '{ statusMessage', '{ span.http.response.status_code']);
  });

  it('offers values as TraceQL writes them', async () => {
    assert.deepEqual(await completed('{ span.http.response.status_code = 20| }'), [
      '{ span.http.response.status_code = 200 }',
      '{ span.http.response.status_code = 201 }',
    ]);
    assert.deepEqual(await completed('{ resource.service.name = "pay|" }'), [
      '{ resource.service.name = "payment-api" }',
    ]);
    assert.deepEqual(await completed('{ resource.service.name = ord| }'), ['{ resource.service.name = "orders-api" }']);
    assert.deepEqual(await completed('{ span.odd = sa| }'), ['{ span.odd = `say "hi"` }']);
    assert.deepEqual(await completed('{ span.odd = "s|" }'), [], 'quotes within quotes would end the text');
    assert.deepEqual(await completed('{ name = "POS|'), ['{ name = "POST /orders']);
    assert.deepEqual(
      await completed('{ .payment.provider = |}').then((all) => all[0]),
      '{ .payment.provider = "acme"}',
    );
    assert.deepEqual(await completed('{ status = e| }'), ['{ status = error }']);
  });

  it('offers operators and functions', async () => {
    assert.ok((await completed('{ duration |')).includes('{ duration > '));
    assert.ok((await completed('{ } | c|')).includes('{ } | count()'));
    assert.ok((await completed('{ } | quan|')).includes('{ } | quantile_over_time('));
  });

  it('completes a search in words', async () => {
    assert.deepEqual(await completed('ser|'), ['service=']);
    assert.deepEqual(await completed('error service=pa|'), ['error service=payment-api ']);
    assert.deepEqual(await completed('service=pa| error'), ['service=payment-api  error']);
    assert.deepEqual(await completed('name="POST /o|"'), ['name="POST /orders" ']);
    assert.ok((await completed('|')).includes('{ '));
    assert.ok(!(await completed('error |')).includes('error { '));
  });

  it('knows where a word begins and ends', () => {
    assert.deepEqual(wordContext('a service:or b', 12), { from: 2, to: 12, prefix: 'or', expects: 'service' });
    assert.deepEqual(wordContext('name="a b', 9), { from: 0, to: 9, prefix: 'a b', expects: 'name' });
    assert.deepEqual(wordContext('name="a b" er', 13), { from: 11, to: 13, prefix: 'er', expects: 'anything' });
    assert.deepEqual(wordContext('', 0), { from: 0, to: 0, prefix: '', expects: 'anything' });
  });

  it('never fails on what is half a query', async () => {
    const by = completer(new EmbeddedSource(filledStore()));
    const query =
      '{ span.http.route = "/o" && (duration > 1s) } >> { } | by(.a) | quantile_over_time(duration, 0.9) # "';
    for (let offset = 0; offset <= query.length; offset++) {
      const { from, to } = await by.complete({ query, offset }, NEVER);
      assert.ok(from <= offset && offset <= to && to <= query.length, `at ${offset}: ${from} to ${to}`);
    }
  });

  it('asks a source once for what was asked a moment ago, and says what it could not tell', async () => {
    const asked: string[] = [];
    class Remote extends EmbeddedStore {
      attributeNames(): Promise<readonly string[]> {
        asked.push('names');
        return Promise.resolve(['span.http.status_code', 'resource.k8s.pod.name', 'duration']);
      }
      attributeValues(name: string): Promise<readonly string[]> {
        asked.push(name);
        return name.startsWith('resource') ? Promise.reject(new Error('401')) : Promise.resolve(['500', 'odd']);
      }
    }
    const source = new BackendSource({ backend: new Remote(), logger: nullLogger, relevant: () => [] });
    const by = completer(source);
    assert.deepEqual(await completed('{ span.| }', by), ['{ span.http.status_code }']);
    assert.deepEqual(await completed('{ span.http.s| }', by), ['{ span.http.status_code }']);
    // It tells only texts: which of the two it has is not known.
    assert.deepEqual((await completed('{ span.http.status_code = | }', by)).slice(0, 3), [
      '{ span.http.status_code = 500 }',
      '{ span.http.status_code = "500" }',
      '{ span.http.status_code = "odd" }',
    ]);
    const failed = await by.complete({ query: '{ resource.k8s.pod.name = ', offset: 26 }, NEVER);
    assert.equal(failed.problem, '401');
    assert.deepEqual(asked, ['names', 'span.http.status_code', 'resource.k8s.pod.name']);
    source.dispose();
  });

  it('stops when it is not wanted any more', async () => {
    class Silent extends EmbeddedStore {
      stopped = false;
      attributeNames(_: unknown, signal: AbortSignal): Promise<readonly string[]> {
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            this.stopped = true;
            reject(signal.reason as Error);
          });
        });
      }
    }
    const backend = new Silent();
    const source = new BackendSource({ backend, logger: nullLogger, relevant: () => [] });
    const abort = new AbortController();
    const answer = completer(source).complete({ query: '{ span.', offset: 7 }, abort.signal);
    abort.abort();
    await assert.rejects(answer, { name: 'AbortError' });
    assert.ok(backend.stopped);
    source.dispose();
  });
});

describe('check of a query', () => {
  const source = new EmbeddedSource(filledStore());
  const problemOf = (text: string) => checkQuery({ text }, source).problems[0];

  it('underlines what is wrong, in TraceQL and in words', () => {
    assert.equal(problemOf('{ status = error }'), undefined);
    assert.equal(problemOf('orders error'), undefined);
    assert.equal(problemOf(''), undefined);
    const misspelt = problemOf('{ stat = error }');
    assert.deepEqual([misspelt?.from, misspelt?.to], [2, 6]);
    const words = problemOf('orders http.status=500');
    assert.deepEqual([words?.from, words?.to], [7, 22]);
    assert.match(words?.message ?? '', /does not know http\.status=500\. Search for words/);
    const open = problemOf('{ name = "x" ');
    assert.ok(open !== undefined && open.from >= 12);
  });

  it('says what a query computes, and what is tested here', () => {
    assert.match(checkQuery({ text: '{ } | rate()' }, source).notes[0]!, /computes a metric/);
    const says = { testedHere: () => 'jaeger is asked for service a; Spanlight tests the rest.' };
    assert.deepEqual(checkQuery({ text: '{ }' }, Object.assign(Object.create(source) as LiveSource, says)).notes, [
      'jaeger is asked for service a; Spanlight tests the rest.',
    ]);
  });
});

describe('search for the view', () => {
  const isHidden = hiddenOperations(['/health']);
  async function search(more: Partial<Parameters<typeof searchTraces>[0]>) {
    const items: TraceListItem[] = [];
    const context = {
      source: new EmbeddedSource(filledStore()),
      isHidden,
      send: (some: readonly TraceListItem[]) => items.push(...some),
    };
    const result = await searchTraces({ token: 1, query: '', limit: 100, ...more }, context, NEVER);
    return { result, names: items.map(({ rootName }) => rootName).sort() };
  }

  it('counts what it leaves out, and finds that too where it is asked to', async () => {
    const { result, names } = await search({});
    assert.deepEqual(names, ['POST /orders', 'POST /orders', 'POST /orders', 'pay']);
    assert.deepEqual([result.found, result.hidden], [4, 5]);
    assert.equal((await search({ withHidden: true })).result.found, 9);
  });

  it('fills its limit past what it leaves out', async () => {
    assert.equal((await search({ limit: 2, query: 'service=orders-api' })).result.found, 2);
    assert.equal((await search({ limit: 2, withHidden: true })).result.found, 2);
  });

  it('gives the place of what is wrong, and finds nothing', async () => {
    const { result, names } = await search({ query: '{ stat = error }' });
    assert.equal(names.length, 0);
    assert.equal(result.problems[0]?.from, 2);
  });

  it('finds the spans of an operation by a query that can be read', () => {
    const operations = new EmbeddedSource(filledStore()).operations(WINDOW);
    const pay = operations.filter(({ key }) => key.name === 'pay');
    assert.equal(
      queryOfOperations(pay, operations),
      '{ resource.service.name = "payment-api" && name = "pay" && kind = server }',
    );
  });
});
