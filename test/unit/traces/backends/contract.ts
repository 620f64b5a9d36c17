import assert from 'node:assert/strict';
import { SpanlightError } from '../../../../src/base/errors';
import type { TraceId } from '../../../../src/model/ids';
import { nanos, type TimeWindow } from '../../../../src/model/time';
import type { Trace } from '../../../../src/model/trace';
import { MOST_MATCHED, type TraceSummary } from '../../../../src/model/traceSource';
import type { Backend } from '../../../../src/traces/backends/backend';
import type { BackendConfig } from '../../../../src/traces/backends/backendConfig';
import { BackendError, type BackendFault } from '../../../../src/traces/backends/backendError';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { prepareSearch } from '../../../../src/traces/traceql/plan/prepareSearch';
import { placedSpans, type OtlpTraces } from '../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../support/servers/data/sentTraces';
import type { ServerKind } from '../../../support/servers/serverKinds';
import { isLeftOut, skipSuite } from '../../../support/wire/skipSuite';
import { backendDeps, TestLog, TestSecrets } from '../../../support/wire/backendBed';
import { startFaultServer, type Fault, type FaultServer } from '../../../support/wire/faultServer';
import { manyTraces } from '../../../support/wire/manyTraces';
import { TWELVE_FAULTS } from '../../../support/wire/twelveFaults';
import { plainSent, plainSpans, type PlainSpan } from '../../../support/wire/plainSpans';
import { refusalOf } from '../../../support/refusal';

/** More than any page holds. */
const MANY = 230;
const HOUR_NS = 3_600_000_000_000n;
const UNKNOWN = '0123456789abcdef0123456789abcdef' as TraceId;

/** A backend with traces in it. */
export interface StartedBackend {
  readonly config: BackendConfig;
  readonly secrets?: TestSecrets;
  /** What it took of what it was to be given. */
  readonly taken: OtlpTraces;
  stop(): Promise<void>;
}

/** One backend, real or by its wire shapes, and what is known of it. */
export interface BackendContract {
  /** `Jaeger 1.76`. */
  readonly title: string;
  /** The real server it needs, for a word about why it cannot be had. */
  readonly server?: ServerKind;
  /** Starts it and writes traces; or says why it cannot be had here, in a sentence. */
  start(traces: OtlpTraces): Promise<StartedBackend | string>;
  /** What its format keeps of a span; the identity where nothing is lost. */
  readonly keeps: (span: PlainSpan, trace: readonly PlainSpan[]) => PlainSpan;
  /** Before comparing, what came back is made alike: for what cannot be told from what was sent. */
  readonly received?: (span: PlainSpan) => PlainSpan;
  /** What services are called there. */
  readonly serviceName?: (service: string) => string;
  /** The services that it lists, where these are others than those that were sent. */
  readonly lists?: () => readonly string[];
  /** How its pages write the id of a trace; as it is where left out. */
  readonly traceInLink?: (id: string) => string;
  /** How it answers when it has no traces at all. */
  readonly empty: Fault | readonly Fault[];
  /** How finely its searches tell the length of a trace, in nanoseconds; to the nanosecond where left out. */
  readonly summaryStepNs?: number;
  /** False where a trace page of its own does not exist. */
  readonly hasDeepLink?: boolean;
  /** False where it does not tell callers of services from others. */
  readonly hasServiceGraph?: boolean;
  /** Requests that the first hints of a file may take; 5 where left out. */
  readonly hintRequests?: number;
  /** What opens single spans comes with the second answer: the first took all the requests that hints may cost. */
  readonly opensSpansLater?: boolean;
  /** Faults that mean something else there than in general. */
  readonly faults?: Readonly<Record<string, BackendFault>>;
}

/** One of each kind: a service, a status, a duration, attributes, relations, counts and a metrics query. */
const QUERIES: readonly string[] = [
  '{resource.service.name = "payment-api"}',
  '{status = error}',
  '{duration > 2s}',
  '{resource.service.name = "payment-api" && span.db.system = "postgresql" && duration > 1s}',
  '{span.http.status_code >= 500}',
  '{resource.service.name = "api-gateway"} >> {resource.service.name = "payment-api"}',
  '{status = error} | count() > 0',
  '{resource.service.name = "payment-api"} | quantile_over_time(duration, 0.99)',
  '{name = "POST /orders" || span.http.route = "/orders"}',
  '{span.http.route = "/orders" && kind = server}',
  '{duration < 10us}',
  'error service=payment-api',
];

/** What every backend must do, whatever it is. */
export function backendContract(contract: BackendContract): void {
  const title = `${contract.title} keeps the contract of backends`;
  if (isLeftOut(title, contract.server)) return;
  describe(title, function () {
    this.timeout(120_000);
    const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
    const window: TimeWindow = { from: nanos(nowNs - HOUR_NS), to: nanos(nowNs + 60_000_000_000n) };
    const { signal } = new AbortController();
    const log = new TestLog();
    let started: StartedBackend;
    let backend: Backend;
    let gate: FaultServer;
    let truth: Map<string, PlainSpan[]>;
    /** What was sent, as the backend gives it back: asked for once, and not for every query. */
    let kept: Promise<Trace[]> | undefined;

    before(async function () {
      this.timeout(600_000);
      const shop = sentTraces(nowNs);
      const many = manyTraces(MANY, nowNs - 60_000_000_000n);
      const answer = await contract.start({ resourceSpans: [...shop.resourceSpans, ...many.resourceSpans] });
      if (typeof answer === 'string') return skipSuite(this, answer);
      started = answer;
      truth = plainSent(started.taken);
      gate = await startFaultServer(new URL(started.config.url).origin);
      backend = open();
    });

    after(async () => {
      backend?.dispose();
      await gate?.close();
      await started?.stop();
    });

    afterEach(() => gate?.next({ kind: 'pass' }));

    /** A backend behind the gate, which can be told to fail. */
    function open(timeouts: object = {}): Backend {
      const { config, secrets = new TestSecrets() } = started;
      const { pathname } = new URL(config.url);
      const url = `${gate.url}${pathname}`.replace(/\/$/, '');
      const transport = { ...backendDeps().transport, ...timeouts };
      return createBackend({ ...config, url }, backendDeps({ logger: log, secrets, transport }));
    }

    function keptTraces(): Promise<Trace[]> {
      return (kept ??= Promise.all(
        [...truth.keys()].map(async (id) => {
          const trace = await backend.trace(id as TraceId, signal);
          assert.ok(trace, `no trace ${id} (${truth.get(id)?.[0]?.name})`);
          assert.equal(trace.id, id);
          return trace;
        }),
      ));
    }

    async function found(text: string, limit: number, within = window): Promise<TraceSummary[]> {
      const summaries: TraceSummary[] = [];
      for await (const summary of backend.search({ text, window: within, limit }, signal)) summaries.push(summary);
      return summaries;
    }

    it('gives back every trace as it was sent, but for what the format loses', async () => {
      const { keeps, received = (span: PlainSpan) => span } = contract;
      // Anew, where this is the second try.
      kept = undefined;
      for (const trace of await keptTraces()) {
        const sent = truth.get(trace.id)!;
        assert.deepEqual(
          plainSpans(trace).map(received),
          sent.map((span) => keeps(span, sent)),
          `trace ${trace.id} (${sent[0]?.name})`,
        );
      }
    });

    it('does not know a trace that was never sent', async () => {
      assert.equal(await backend.trace(UNKNOWN, signal), undefined);
    });

    it('lists the services', async () => {
      const { serviceName = (name: string) => name } = contract;
      const listed = (await backend.services(signal)).map(({ service }) => service);
      const sent = contract.lists?.() ?? placedSpans(started.taken).map(({ service }) => serviceName(service));
      assert.deepEqual(listed.sort(), [...new Set(sent)].sort());
    });

    it('finds every trace once, page by page to the end', async () => {
      const ids = (await found('', 10_000)).map(({ traceId }) => traceId);
      assert.equal(new Set(ids).size, ids.length);
      assert.deepEqual(ids.sort(), [...truth.keys()].sort());
    });

    it('finds no more than are asked for, and nothing where nothing is', async () => {
      assert.equal((await found('', 7)).length, 7);
      const longAgo = { from: nanos(nowNs - 40n * HOUR_NS), to: nanos(nowNs - 39n * HOUR_NS) };
      assert.deepEqual(await found('', 10, longAgo), []);
    });

    it('summarises what it finds', async () => {
      const [summary] = await found('', 1);
      const trace = await backend.trace(summary!.traceId, signal);
      assert.equal(summary?.spanCount, trace?.count);
      const step = contract.summaryStepNs ?? 1;
      assert.equal(summary?.durationNs, Math.floor(trace!.durationNs / step) * step);
      assert.equal(summary?.startNs, trace?.startNs);
    });

    for (const query of QUERIES) {
      it(`finds what ${query} finds in its traces, and nothing else`, async () => {
        const prepared = prepareSearch({ text: query });
        const expected: [string, readonly string[]][] = [];
        for (const trace of await keptTraces()) {
          const matched = prepared.match(trace)?.spanIds.slice(0, MOST_MATCHED);
          if (matched !== undefined) expected.push([trace.id, [...matched].sort()]);
        }
        // Who has the trace as rows of a table knows no order of its tree.
        const actual = (await found(query, 10_000)).map(({ traceId, matched }) => [traceId, [...matched].sort()]);
        assert.deepEqual(actual.sort(), expected.sort());
      });
    }

    it('refuses a query that it cannot read, saying where', async () => {
      await assert.rejects(found('{ span.http.route = }', 1), (error) => error instanceof SpanlightError);
    });

    it('tells the same times in every time zone', async () => {
      const zone = process.env['TZ'];
      try {
        process.env['TZ'] = 'Pacific/Chatham';
        const middle = nanos(nowNs - 60_000_000_000n - BigInt(MANY / 2) * 100_000_000n);
        const late = await found('', 10_000, { from: middle, to: window.to });
        const starts = [...truth.values()].filter((spans) => spans.some(({ startNs }) => startNs >= middle));
        assert.equal(late.length, starts.length);
      } finally {
        if (zone === undefined) delete process.env['TZ'];
        else process.env['TZ'] = zone;
      }
    });

    it('knows the operations, as exactly as it says', async () => {
      const { serviceName = (name: string) => name } = contract;
      for (const service of ['payment-api', 'api-gateway'].map(serviceName)) {
        if (contract.opensSpansLater === true) await backend.operations({ window, service }, signal);
        const stats = await backend.operations({ window, service }, signal);
        // Some find out what they can do by doing it.
        const exact = backend.capabilities.operations === 'exact';
        const sent = [...truth.values()].flatMap((spans) =>
          spans.map((span) => contract.keeps(span, spans)).filter((span) => span.service === service),
        );
        assert.ok(stats.length > 0, service);
        for (const { key, count, errorCount, latency, exemplars, exact: isExact, estimate } of stats) {
          const alike = sent.filter((span) => span.name === key.name);
          const name = `${service}: ${key.name}`;
          assert.equal(key.service, service);
          assert.ok(alike.length > 0, name);
          assert.ok(count <= alike.length, name);
          assert.ok(latency.count <= count, name);
          assert.equal(isExact, exact, name);
          assert.ok(isExact || estimate !== undefined, name);
          if (errorCount > 0) assert.ok(exemplars.error, name);
          for (const exemplar of [exemplars.slowest, exemplars.typical, exemplars.error]) {
            if (exemplar === undefined) continue;
            const trace = truth.get(exemplar.traceId);
            assert.ok(
              trace?.some(({ spanId }) => spanId === exemplar.spanId),
              name,
            );
          }
        }
        if (exact)
          assert.equal(
            stats.reduce((sum, { count }) => sum + count, 0),
            sent.length,
            service,
          );
      }
    });

    it('asks for a file’s hints in few requests and within a megabyte, also the first time', async () => {
      const fresh = open();
      try {
        await fresh.operations({ window, service: (contract.serviceName ?? String)('api-gateway') }, signal);
        const { bytesReceived, requests } = fresh.traffic;
        assert.ok(bytesReceived <= 1 << 20, `${bytesReceived} bytes`);
        assert.ok(requests <= (contract.hintRequests ?? 5), `${requests} requests`);
      } finally {
        fresh.dispose();
      }
    });

    it('knows who calls whom', async function () {
      if (contract.hasServiceGraph === false) {
        assert.equal(backend.capabilities.serviceGraph, 'missing');
        return;
      }
      const { serviceName = (name: string) => name } = contract;
      const { edges, estimate } = await backend.serviceGraph!(window, signal);
      if (backend.capabilities.serviceGraph === 'exact') assert.equal(estimate, undefined);
      for (const [caller, callee] of [
        ['api-gateway', 'orders-api'],
        ['orders-api', 'payment-api'],
      ] as const) {
        const edge = edges.find((e) => e.caller === serviceName(caller) && e.callee === serviceName(callee));
        assert.ok(edge !== undefined && edge.count > 0, `${caller} → ${callee}`);
      }
    });

    it('leads to its own page for a trace', () => {
      const link = backend.deepLink(UNKNOWN);
      if (contract.hasDeepLink === false) assert.equal(link, undefined);
      else
        assert.ok(link?.startsWith('http') === true && link.includes((contract.traceInLink ?? String)(UNKNOWN)), link);
    });

    it('says in a test of the connection that all is well', async () => {
      const steps = [];
      for await (const step of backend.testConnection(signal)) steps.push(step);
      assert.deepEqual(
        steps.map(({ step, result }) => `${step} ${result}`),
        ['reachable ok', 'authorised ok', 'traces ok', 'code ok'],
      );
    });

    it('knows no service where there is none', async () => {
      const fresh = open();
      try {
        gate.next(...[contract.empty].flat());
        assert.deepEqual(await fresh.services(signal), []);
      } finally {
        fresh.dispose();
      }
    });

    it('waits as long as Retry-After says, and asks again', async () => {
      const expected = await backend.services(signal);
      gate.next({ kind: 'status', status: 429, headers: { 'retry-after': '1' } }, { kind: 'pass' });
      const before = performance.now();
      assert.deepEqual(await backend.services(signal), expected);
      assert.ok(performance.now() - before >= 990);
    });

    const asks: readonly (readonly [string, (source: Backend, within: AbortSignal) => Promise<unknown>])[] = [
      ['services', (source, within) => source.services(within)],
      ['trace', (source, within) => source.trace([...truth.keys()][0] as TraceId, within)],
      ['operations', (source, within) => source.operations({ window, service: 'payment-api' }, within)],
      ['search', (source, within) => drain(source.search({ text: '', window, limit: 20 }, within))],
    ];

    for (const [what, ask] of asks) {
      for (const [name, fault, expected] of TWELVE_FAULTS) {
        it(`says what ${name} means for ${what}`, async () => {
          const { secrets } = started;
          const fresh = open({ headersTimeoutMs: 100, bodyTimeoutMs: 100 });
          try {
            // What is asked once, such as the version, is asked before.
            await fresh.services(signal);
            gate.next(fault);
            const error = await refusalOf(ask(fresh, signal), BackendError);
            assert.equal(error.fault, contract.faults?.[`${name}, ${what}`] ?? expected, error.describe());
            assert.ok(error.cure !== undefined && error.place !== undefined);
            const said = [error.describe(), String(error.stack), String(error.cause), ...log.lines].join('\n');
            for (const { prompt } of secrets?.asked ?? []) assert.ok(prompt.length > 0);
            assert.ok(!said.includes('correct-horse-battery'));
          } finally {
            fresh.dispose();
          }
        });
      }

      it(`ends ${what} at once when cancelled in the middle`, async () => {
        const fresh = open();
        try {
          await fresh.services(signal);
          for (const fault of [{ kind: 'silence' }, { kind: 'passStall' }] as const) {
            gate.next(fault);
            const abort = new AbortController();
            const reason = new Error('enough');
            const work = ask(fresh, abort.signal);
            setTimeout(() => abort.abort(reason), 50);
            await assert.rejects(work, (error) => error === reason);
          }
        } finally {
          fresh.dispose();
        }
      });
    }

    it('says that nothing listens', async () => {
      const { config, secrets = new TestSecrets() } = started;
      const gone = await startFaultServer();
      await gone.close();
      const nobody = createBackend({ ...config, url: gone.url }, backendDeps({ secrets }));
      try {
        const steps = [];
        for await (const step of nobody.testConnection(signal)) steps.push(step);
        assert.deepEqual(
          steps.map(({ step, result }) => `${step} ${result}`),
          ['reachable failed'],
        );
        assert.match(steps[0]!.message, /Nothing accepts connections/);
      } finally {
        nobody.dispose();
      }
    });
  });
}

async function drain(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const item of items) if (item !== undefined) count++;
  return count;
}
