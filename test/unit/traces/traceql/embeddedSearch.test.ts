import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TraceSummary } from '../../../../src/model/traceSource';
import type { JsonObject } from '../../../../src/traces/otlp/jsonFields';
import { TracesDecoder } from '../../../../src/traces/otlp/tracesDecoder';
import { decodeTracesJson } from '../../../../src/traces/otlp/tracesJson';
import { EmbeddedStore } from '../../../../src/traces/store/embeddedStore';
import { evaluateTraces } from '../../../../src/traces/traceql/evaluateTraces';
import { requireTraceQl } from '../../../../src/traces/traceql/parseTraceQl';
import { encodeProtobuf, testSpanId, testTraceId, type TestSpan } from '../../../support/otlpSpans';
import { decodeTracesProtobuf } from '../../../../src/traces/otlp/tracesDecoder';

const FIXTURES = path.join(__dirname, '../../../fixtures/tempo');
/** Spans that a summary names at most. */
const MAX_MATCHED = 20;
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
    for (const { query, traces } of rows.filter(({ status, soft, traces }) => status === 200 && traces && soft !== true)) {
      const found = await search(store, query);
      const theirs = new Map(traces!.map(({ traceId, spanIds }) => [traceId, new Set(spanIds)]));
      assert.deepEqual(found.map(({ traceId }) => traceId as string).sort(), [...theirs.keys()].sort(), query);
      const everything = query === '{}' || query === '{ true }';
      for (const { traceId, matched } of found) {
        const ids = theirs.get(traceId)!;
        assert.equal(matched.length, everything ? 0 : Math.min(ids.size, MAX_MATCHED), query);
        assert.ok(matched.every((id) => ids.has(id)), query);
      }
    }
  });
});
