import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { nanos } from '../../../../src/model/time';
import { MOST_MATCHED, type TraceSummary } from '../../../../src/model/traceSource';
import type { JsonObject } from '../../../../src/traces/otlp/jsonFields';
import { decodeTracesProtobuf, TracesDecoder } from '../../../../src/traces/otlp/tracesDecoder';
import { decodeTracesJson } from '../../../../src/traces/otlp/tracesJson';
import { EmbeddedStore } from '../../../../src/traces/store/embeddedStore';
import { evaluateTraces } from '../../../../src/traces/traceql/evaluate/evaluateTraces';
import { requireTraceQl } from '../../../../src/traces/traceql/parse/parseTraceQl';
import { encodeProtobuf, TEST_START, testSpanId, testTraceId } from '../../../support/otlpSpans';

const FIXTURES = path.join(__dirname, '../../../fixtures/tempo');
const NEVER = new AbortController().signal;

interface Row {
  readonly query: string;
  readonly status: number;
  readonly traces?: readonly { readonly traceId: string; readonly spanIds: readonly string[] }[];
  readonly soft?: boolean;
}

const rows = JSON.parse(readFileSync(path.join(FIXTURES, 'traceql.json'), 'utf8')) as Row[];

async function search(store: EmbeddedStore, text: string, limit = 1000, anySemconv = false): Promise<TraceSummary[]> {
  const found: TraceSummary[] = [];
  for await (const summary of store.search({ text, limit, anySemconv }, NEVER)) found.push(summary);
  return found;
}

function storeOf(...requests: readonly Uint8Array[]): EmbeddedStore {
  const store = new EmbeddedStore();
  for (const request of requests) {
    const from = store.builder.count;
    decodeTracesProtobuf(request, store.builder);
    store.commit(from);
  }
  return store;
}

describe('The embedded search', () => {
  it('finds what Tempo found', async () => {
    const store = new EmbeddedStore();
    const body = JSON.parse(readFileSync(path.join(FIXTURES, 'sent.otlp.json'), 'utf8')) as JsonObject;
    decodeTracesJson(body, store.builder, new TracesDecoder(store.builder));
    store.commit(0);
    for (const { query, traces } of rows.filter(
      ({ status, soft, traces }) => status === 200 && traces && soft !== true,
    )) {
      const found = await search(store, query);
      const theirs = new Map(traces!.map(({ traceId, spanIds }) => [traceId, new Set(spanIds)]));
      assert.deepEqual(found.map(({ traceId }) => traceId as string).sort(), [...theirs.keys()].sort(), query);
      const everything = query === '{}' || query === '{ true }';
      for (const { traceId, matched } of found) {
        const ids = theirs.get(traceId)!;
        assert.equal(matched.length, everything ? 0 : Math.min(ids.size, MOST_MATCHED), query);
        assert.ok(
          matched.every((id) => ids.has(id)),
          query,
        );
      }
    }
  });

  it('takes the eight queries that every source must answer', async () => {
    const at = (n: number) => ({ traceId: testTraceId(n) });
    const store = storeOf(
      encodeProtobuf({
        service: 'api-gateway',
        spans: [{ ...at(1), spanId: testSpanId(1), name: 'GET /', kind: 'SERVER' }],
      }),
      encodeProtobuf({
        service: 'payment-api',
        spans: [
          {
            ...at(1),
            spanId: testSpanId(2),
            parentSpanId: testSpanId(1),
            status: { code: 2 },
            endNs: TEST_START + 3_000_000_000n,
            attributes: { 'db.system': 'postgresql', 'http.status_code': 503 },
          },
          { ...at(2), spanId: testSpanId(3), attributes: { 'http.status_code': 200 } },
        ],
      }),
    );
    const ids = async (query: string) => (await search(store, query)).map(({ traceId }) => Number(`0x${traceId}`));
    assert.deepEqual(await ids('{resource.service.name = "payment-api"}'), [2, 1]);
    assert.deepEqual(await ids('{status = error}'), [1]);
    assert.deepEqual(await ids('{duration > 2s}'), [1]);
    const slow = '{resource.service.name = "payment-api" && span.db.system = "postgresql" && duration > 1s}';
    assert.deepEqual(await ids(slow), [1]);
    assert.deepEqual(await ids('{span.http.status_code >= 500}'), [1]);
    const below = '{resource.service.name = "api-gateway"} >> {resource.service.name = "payment-api"}';
    assert.deepEqual(await ids(below), [1]);
    assert.deepEqual(await ids('{status = error} | count() > 0'), [1]);
    assert.deepEqual(await ids('{resource.service.name = "payment-api"} | quantile_over_time(duration, 0.99)'), [2, 1]);
  });

  it('takes old and new names for one attribute where it is told to', async () => {
    const spans = [{ traceId: testTraceId(1), spanId: testSpanId(1), attributes: { 'http.method': 'GET' } }];
    const store = storeOf(encodeProtobuf({ service: 'shop', spans }));
    const query = '{ span.http.request.method = "GET" }';
    assert.equal((await search(store, query)).length, 0);
    assert.equal((await search(store, query, 10, true)).length, 1);
  });

  it('goes through the newest first and stops at the limit, however few runs match', async () => {
    const store = new EmbeddedStore();
    for (let trace = 1; trace <= 3000; trace++) {
      const from = store.builder.count;
      const spans = [{ traceId: testTraceId(trace), spanId: testSpanId(trace), attributes: { turn: trace % 1000 } }];
      decodeTracesProtobuf(encodeProtobuf({ service: 'shop', spans }), store.builder);
      store.commit(from);
    }
    const ids = async (query: string, limit: number) =>
      (await search(store, query, limit)).map(({ traceId }) => Number(`0x${traceId}`));
    assert.deepEqual(await ids('{ span.turn = 7 }', 10), [2007, 1007, 7]);
    assert.deepEqual(await ids('{ span.turn = 7 }', 2), [2007, 1007]);
    assert.deepEqual(await ids('{ span.turn < 2 && nestedSetParent < 0 }', 3), [3000, 2001, 2000]);
    assert.deepEqual(await ids('{ span.turn = nil }', 3), []);
  });

  it('keeps to a window of starts', async () => {
    const at = (n: number) => ({ traceId: testTraceId(n), startNs: TEST_START + BigInt(n) * 1_000_000_000n });
    const store = storeOf(encodeProtobuf({ service: 'shop', spans: [at(1), at(2), at(3)] }));
    const window = { from: nanos(TEST_START + 1_500_000_000n), to: nanos(TEST_START + 2_500_000_000n) };
    const found: TraceSummary[] = [];
    for await (const summary of store.search({ text: '{}', limit: 9, window }, NEVER)) found.push(summary);
    assert.deepEqual(
      found.map(({ traceId }) => traceId as string),
      [testTraceId(2)],
    );
  });

  it('stops between runs when it is told to', async () => {
    const abort = new AbortController();
    const store = storeOf(encodeProtobuf({ service: 'shop', spans: [{}] }));
    const found = store.search({ text: '{}', limit: 10 }, abort.signal);
    await found.next();
    abort.abort(new Error('enough'));
    await assert.rejects(found.next(), /enough/);
  });

  it('finds by its shortcuts what the evaluator finds without them', async () => {
    const traces = [1, 2, 3].map((trace) => ({ traceId: testTraceId(trace) }));
    const store = storeOf(
      encodeProtobuf({
        service: 'shop',
        resource: { region: 'eu', both: 'resource' },
        spans: [
          {
            ...traces[0],
            spanId: testSpanId(1),
            name: 'a',
            kind: 'SERVER',
            attributes: { n: 1, both: 'span', list: ['x', 'y'] },
          },
          {
            ...traces[0],
            spanId: testSpanId(2),
            name: 'b',
            parentSpanId: testSpanId(1),
            attributes: { 'db.system': 'redis' },
          },
          {
            ...traces[1],
            spanId: testSpanId(3),
            name: 'a',
            status: { code: 2, message: 'no' },
            attributes: { n: 2.5, map: { n: 1 } },
          },
        ],
      }),
      encodeProtobuf({
        service: undefined,
        spans: [
          { ...traces[2], spanId: testSpanId(4), name: 'c', events: [{ name: 'e', attributes: { n: 1 } }] },
          {
            ...traces[2],
            spanId: testSpanId(5),
            name: 'd',
            endNs: TEST_START + 5_000_000n,
            attributes: { n: 'text', 'db.system': ['redis'] },
          },
        ],
      }),
    );
    const leaves = [
      ...[
        'name = "a"',
        'name =~ "a|d"',
        'kind = server',
        'status != unset',
        'duration > 2ms',
        'span.n = 1',
        'span.n != 1',
      ],
      ...[
        'span.n > 1',
        '.both = "resource"',
        'resource.region = "eu"',
        'resource.region = nil',
        'span.n = nil',
        'span.map != nil',
      ],
      ...['span.db.system = "redis"', 'span.list = "x"', 'span.list != "x"', 'statusMessage = "no"', 'event.n = 1'],
      ...[
        'span:childCount = 1',
        'resource.service.name = ""',
        'span.n + 1 = 2',
        'span:parentID != ""',
        'true',
        '.n = "text"',
      ],
    ];
    const held = (await search(store, '{}')).map(({ traceId }) => store.traceNow(traceId)!);
    const check = async (query: string) => {
      const shortcuts = (await search(store, query)).map(({ traceId, matched }) => [traceId, ...matched].join(' '));
      const evaluated: string[] = [];
      for await (const { trace, spanIds } of evaluateTraces(requireTraceQl(query), held)) {
        evaluated.push([trace.id, ...(query === '{ true }' ? [] : spanIds)].join(' '));
      }
      assert.deepEqual(shortcuts, evaluated, query);
    };
    for (const left of leaves) {
      await check(`{ ${left} }`);
      await check(`{ !(${left}) }`);
      for (const right of leaves) {
        await check(`{ ${left} && !(${right}) }`);
        await check(`{ ${left} || ${right} && name != "b" }`);
        await check(`{ ${left} } || { ${right} } | count() > 0`);
      }
    }
  });
});
