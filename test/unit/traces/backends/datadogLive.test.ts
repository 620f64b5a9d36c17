import assert from 'node:assert/strict';
import { nanos, nanosFromMillis } from '../../../../src/model/time';
import type { TraceSummary } from '../../../../src/model/traceSource';
import type { Backend } from '../../../../src/traces/backends/backend';
import { readBackendConfig } from '../../../../src/traces/backends/backendConfig';
import { BACKEND_TYPES, createBackend } from '../../../../src/traces/backends/createBackend';
import { backendDeps, TestSecrets } from '../../../support/wire/backendBed';
import { describeUnnamed, liveParts } from '../../../support/wire/liveService';

/** Names an account: its site, an API key and an application key with the scope apm_read. */
const VARIABLE = 'SPANLIGHT_TEST_DATADOG';
const [site = '', apiKey = '', applicationKey = ''] = liveParts(VARIABLE);
const HOUR_MS = 3_600_000;

if (site === '') {
  describeUnnamed('a Datadog account', VARIABLE, '<site>,<API key>,<application key>');
} else {
  // What an account holds is its own, and an hour lets 300 questions through: what it answers is held against itself.
  describe(`the Datadog account at ${site}`, function () {
    this.timeout(120_000);
    const { signal } = new AbortController();
    const window = { from: nanosFromMillis(Date.now() - HOUR_MS), to: nanosFromMillis(Date.now()) };
    let backend: Backend;
    let services: readonly string[];

    before(async () => {
      const config = readBackendConfig({ kind: 'datadog', url: site, name: 'live' }, VARIABLE, BACKEND_TYPES);
      const environment = { DD_API_KEY: apiKey, DD_APP_KEY: applicationKey };
      const transport = { headersTimeoutMs: 60_000, bodyTimeoutMs: 60_000 };
      backend = createBackend(config, backendDeps({ secrets: new TestSecrets(''), environment, transport }));
      services = (await backend.services(signal)).map(({ service }) => service);
    });

    after(() => backend?.dispose());

    it('lists services, and says what is left of its limit', () => {
      assert.ok(services.length > 0, 'no span of the last hour was kept');
      assert.ok((backend.traffic.left?.remaining ?? 0) > 0);
    });

    it('counts operations within five requests and a megabyte, with spans to open', async () => {
      const { requests, bytesReceived } = backend.traffic;
      const stats = await backend.operations({ window, service: services[0]! }, signal);
      const [asked, bytes] = [backend.traffic.requests - requests, backend.traffic.bytesReceived - bytesReceived];
      console.log(
        `    ${stats.length} operations of ${services[0]}: ${asked} requests, ${Math.ceil(bytes / 1024)} KiB`,
      );
      assert.ok(asked <= 5 && bytes <= 1 << 20, `${asked} requests, ${bytes} bytes`);
      for (const { key, count, latency, exemplars } of stats) {
        assert.ok(count > 0 && latency.max > 0 && latency.quantile(0.5) <= latency.quantile(0.95), key.name);
        if (exemplars.slowest !== undefined) assert.ok(exemplars.slowest.durationNs <= latency.max * 1.05, key.name);
      }
      assert.ok(stats.some(({ exemplars }) => exemplars.slowest !== undefined));
    });

    it('finds traces whose spans fit a search, and gives them by their ids', async () => {
      const found: TraceSummary[] = [];
      const text = `{ resource.service.name = "${services[0]}" && duration > 0ns }`;
      for await (const one of backend.search({ text, window, limit: 5 }, signal)) found.push(one);
      assert.ok(found.length > 0 && found.every(({ matched }) => matched.length > 0));
      const trace = await backend.trace(found[0]!.traceId, signal);
      assert.equal(trace?.id, found[0]!.traceId);
      assert.ok(trace.count >= found[0]!.spanCount, 'as a whole a trace has no fewer spans');
    });

    it('does not know a trace that was never sent, nor a service of long ago', async () => {
      assert.equal(
        await backend.trace('0123456789abcdef0123456789abcdef' as TraceSummary['traceId'], signal),
        undefined,
      );
      const longAgo = { from: nanos(0n), to: nanos(1_000_000_000n) };
      assert.deepEqual(await backend.operations({ window: longAgo, service: services[0]! }, signal), []);
    });
  });
}
