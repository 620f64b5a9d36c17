import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TraceId } from '../../../../../src/model/ids';
import type { OperationStats } from '../../../../../src/model/operation';
import { millisLossy, nanos, type TimeWindow } from '../../../../../src/model/time';
import type { Trace } from '../../../../../src/model/trace';
import type { Backend } from '../../../../../src/traces/backends/backend';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import type { JsonObject } from '../../../../../src/traces/otlp/jsonFields';
import { TracesDecoder } from '../../../../../src/traces/otlp/tracesDecoder';
import { decodeTracesJson } from '../../../../../src/traces/otlp/tracesJson';
import { EmbeddedStore } from '../../../../../src/traces/store/embeddedStore';
import { prepareSearch } from '../../../../../src/traces/traceql/plan/prepareSearch';
import { describeServer } from '../../../../support/servers/describeServer';
import { placedSpans, spansByTrace, type OtlpTraces, type Span } from '../../../../support/servers/data/otlpTraces';
import { moved, sentTraces } from '../../../../support/servers/data/sentTraces';
import { writeTo } from '../../../../support/servers/writeTraces';
import { backendConfig, backendDeps } from '../../../../support/wire/backendBed';
import { searchedQueries } from '../../../../support/wire/searchedQueries';
import { matchesFound, matchesIn } from '../../../../support/wire/matches';

const FIXTURES = path.join(__dirname, '../../../../fixtures/tempo');
const { signal } = new AbortController();
// Every request under way listens to it.
setMaxListeners(0, signal);

/** Queries that a real Tempo answered, and others for what a mapping can do to a condition. */
const QUERIES = searchedQueries([
  '{ name =~ "GET.*" }',
  '{ name =~ "POST /orders|GET /.*" }',
  '{ resource.service.name =~ "(orders|payment)-api" }',
  '{ resource.service.name =~ "orders-.*" }',
  '{ resource.service.name != "orders-api" }',
  '{ span.http.route =~ "/orders.?.*" }',
  '{ .http.route != nil }',
  '{ span.http.route = nil && kind = server }',
  '{ span.http.response.status_code = 200 }',
  '{ span.http.response.status_code != 200 }',
  '{ span.http.response.status_code < 300 && span.http.response.status_code >= 200 }',
  '{ span.http.response.status_code = "200" }',
  '{ .service.name = "orders-api" }',
  '{ span.cached = true }',
  '{ span.cached != true }',
  '{ span.odd.double < 1 }',
  '{ span.odd.int64.max > 5 }',
  '{ span.odd.map != nil }',
  '{ span.odd.map = nil && name = "odd values" }',
  '{ span.odd.list.doubles = 0.5 }',
  '{ span.odd.empty = "" }',
  '{ span.odd.number.text = "00042" }',
  '{ span.no.such.attribute = 5 }',
  '{ span.no.such.attribute = nil && status = error }',
  '{ event:name = "exception" }',
  '{ event.exception.type != nil }',
  '{ instrumentation:name = "http" }',
  '{ link:traceID != nil }',
  '{ name =~ "long x+" }',
  '{ kind != internal && status != error }',
  '{ status = unset }',
  '{ duration = 400us }',
  '{ duration >= 1ns && duration < 2ns }',
  '{ span:parentID = "0123456789abcdef" }',
  '{ statusMessage =~ ".+" }',
]);

/**
 * Without the attributes whose names begin others': as Data Prepper's format `otel` has them, a mapping takes `db.system` or
 * `db.system.name`, not both.
 */
function withoutPrefixes({ resourceSpans }: OtlpTraces): OtlpTraces {
  const spans = placedSpans({ resourceSpans }).map(({ span }) => span);
  const names = new Set(spans.flatMap(({ attributes }) => attributes.map(({ key }) => key)));
  const isPrefix = (key: string): boolean => [...names].some((name) => name.startsWith(`${key}.`));
  const prefixes = new Set([...names].filter(isPrefix));
  const kept = (span: Span): Span => ({ ...span, attributes: span.attributes.filter(({ key }) => !prefixes.has(key)) });
  return {
    resourceSpans: resourceSpans.map(({ resource, scopeSpans }) => ({
      resource,
      scopeSpans: scopeSpans.map((scope) => ({ ...scope, spans: scope.spans.map(kept) })),
    })),
  };
}

/** The recorded requests leave out what is empty. */
function whole({ resourceSpans }: OtlpTraces): OtlpTraces {
  const none = { traceState: '', kind: 0, attributes: [], events: [], links: [], status: {} };
  return {
    resourceSpans: resourceSpans.map(({ resource, scopeSpans }) => ({
      resource,
      scopeSpans: scopeSpans.map(({ scope, spans }) => ({
        scope: { ...{ name: '', version: '' }, ...scope },
        spans: spans.map((span) => ({
          ...none,
          ...span,
          parentSpanId: span.parentSpanId === '' ? undefined : span.parentSpanId,
          events: (span.events ?? []).map((event) => ({ ...event, attributes: event.attributes ?? [] })),
          links: (span.links ?? []).map((link) => ({ ...link, attributes: link.attributes ?? [] })),
        })),
      })),
    })) as OtlpTraces['resourceSpans'],
  };
}

for (const format of ['opensearch', 'otel'] as const) {
  describeServer('opensearch', `OpenSearch with Data Prepper's format ${format}`, (server) => {
    let backend: Backend;
    let window: TimeWindow;
    let taken: OtlpTraces;
    const kept: Trace[] = [];

    before(async function () {
      this.timeout(60_000);
      const recorded = whole(JSON.parse(readFileSync(path.join(FIXTURES, 'sent.otlp.json'), 'utf8')) as OtlpTraces);
      const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
      // As recorded they would be older, sooner or later, than anything keeps them.
      const recent = moved(recorded, nowNs - 120_000_000_000n);
      const all = { resourceSpans: [...recent.resourceSpans, ...sentTraces(nowNs).resourceSpans] };
      const sent = format === 'otel' ? withoutPrefixes(all) : all;
      taken = await writeTo(server(), sent, { dataPrepper: format });
      backend = createBackend(backendConfig({ kind: 'opensearch', url: server().url }), backendDeps());
      const times = placedSpans(taken).map(({ span }) => BigInt(span.startTimeUnixNano));
      times.sort((a, b) => (a < b ? -1 : 1));
      window = { from: nanos(times[0]!), to: nanos(times.at(-1)! + 1n) };
      const ids = [...spansByTrace(taken).keys()];
      kept.push(...(await Promise.all(ids.map(async (id) => (await backend.trace(id as TraceId, signal))!))));
    });

    after(() => backend?.dispose());

    const found = (text: string, within = window, anySemconv = false) =>
      matchesFound(backend, { text, limit: 1000, window: within, anySemconv }, signal);
    const expected = (text: string, anySemconv = false) => matchesIn(kept, { text, anySemconv });

    it('finds what queries find in the traces, whatever of them is asked of the server', async () => {
      let hits = 0;
      for (const query of QUERIES) {
        const [ours, theirs] = [await found(query), expected(query)];
        assert.deepEqual([...ours.keys()].sort(), [...theirs.keys()].sort(), query);
        if (prepareSearch({ text: query }).isEmpty) continue;
        for (const [id, matched] of ours) assert.deepEqual(matched, theirs.get(id), `${query} in ${id}`);
        hits += ours.size;
      }
      assert.ok(hits > 500, `${hits} traces in all`);
    }).timeout(240_000);

    it('takes old and new names of attributes for one where that is asked for', async () => {
      const query = '{ span.http.status_code >= 500 }';
      const theirs = expected(query, true);
      assert.deepEqual([...(await found(query, window, true)).keys()].sort(), [...theirs.keys()].sort());
      assert.ok(theirs.size > expected(query).size);
    });

    it('begins and ends a search with its window, to the nanosecond', async () => {
      const starts = kept.map(({ startNs }) => startNs).sort((a, b) => (a < b ? -1 : 1));
      const [first] = starts;
      assert.ok((await found('', { from: first!, to: nanos(first! + 1n) })).size > 0);
      assert.equal((await found('', { from: nanos(first! - 5n), to: first! })).size, 0);
    });

    it('counts operations as the embedded store does, and names them alike', async () => {
      const store = new EmbeddedStore({ now: () => millisLossy(window.to), keepMinutes: 24 * 60 });
      decodeTracesJson(
        JSON.parse(JSON.stringify(taken)) as JsonObject,
        store.builder,
        new TracesDecoder(store.builder),
      );
      store.commit(0);
      const minute = 60_000_000_000n;
      const whole = { from: nanos((window.from / minute) * minute), to: nanos((window.to / minute + 1n) * minute) };
      const ours = await backend.operations({ window: whole }, signal);
      const theirs = new Map(store.operationStats(whole).map((stats) => [stats.id, stats]));
      const describe = ({ key }: OperationStats): string => `${key.service} ${key.kind} ${key.name}`;
      assert.deepEqual(ours.map(describe).sort(), [...theirs.values()].map(describe).sort());
      for (const stats of ours) {
        const known = theirs.get(stats.id);
        assert.ok(known, `${describe(stats)} is known there by another id`);
        assert.equal(stats.count, known.count, describe(stats));
        assert.equal(stats.errorCount, known.errorCount, describe(stats));
        assert.equal(stats.latency.count, known.count, describe(stats));
        assert.equal(
          stats.trend.reduce((sum, { count }) => sum + count, 0),
          known.count,
          describe(stats),
        );
        assert.equal(stats.latency.max, known.latency.max, describe(stats));
        assert.equal(stats.exemplars.slowest?.durationNs, known.latency.max, describe(stats));
        const [typical, ideal] = [stats.latency.quantile(0.5), known.latency.quantile(0.5)];
        // Of a few calls, "the middle one" is a matter of taste.
        if (stats.count >= 20)
          assert.ok(Math.abs(Math.log(typical / ideal)) < 0.1, `${describe(stats)}: ${typical} for ${ideal}`);
      }
      const failed = ours.find(({ exemplars }) => exemplars.error?.stack !== undefined);
      assert.match(failed?.exemplars.error?.stack ?? '', /\n/);
      assert.ok(ours.some(({ key }) => key.resource.size > 0));
    });

    it('completes names and values of attributes from the mapping', async () => {
      const names = await backend.attributeNames!({ window }, signal);
      for (const name of ['span.http.route', 'resource.service.name', 'span.http.response.status_code', 'duration']) {
        assert.ok(names.includes(name), name);
      }
      assert.deepEqual(
        names.filter((name) => name.includes('@') || name.endsWith('.keyword')),
        [],
      );
      const ask = (name: string, service?: string) =>
        backend.attributeValues!(name, service === undefined ? { window } : { window, service }, signal);
      const routes = placedSpans(taken).flatMap(({ span }) =>
        span.attributes.flatMap(({ key, value }) => (key === 'http.route' ? [value.stringValue!] : [])),
      );
      assert.deepEqual([...(await ask('span.http.route'))].sort(), [...new Set(routes)].sort());
      assert.ok((await ask('resource.service.name')).includes('payment-api'));
      assert.ok((await ask('name', 'payment-api')).length > 0);
      assert.deepEqual(await ask('status'), ['unset', 'ok', 'error']);
      assert.deepEqual(await ask('span.cached'), ['false']);
      assert.deepEqual(await ask('span.no.such.attribute'), []);
    });
  });
}
