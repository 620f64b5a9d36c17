import assert from 'node:assert/strict';
import { SpanlightError } from '../../../../src/base/errors';
import { nullLogger } from '../../../../src/base/logger';
import { ActiveSource } from '../../../../src/engine/sources/activeSource';
import { BackendSource } from '../../../../src/engine/sources/backendSource';
import { EmbeddedSource } from '../../../../src/engine/sources/embeddedSource';
import type { OperationQuery, ServiceSummary } from '../../../../src/model/traceSource';
import { nanos, type TimeWindow } from '../../../../src/model/time';
import { decodeTracesProtobuf } from '../../../../src/traces/otlp/tracesDecoder';
import { EmbeddedStore } from '../../../../src/traces/store/embeddedStore';
import { encodeProtobuf, TEST_START, testTraceId } from '../../../support/otlpSpans';

const NEVER = new AbortController().signal;
const MINUTE = 60_000_000_000n;
const WINDOW: TimeWindow = { from: nanos(TEST_START - 5n * MINUTE), to: nanos(TEST_START + MINUTE) };

/** A store that can be told to be out of reach, as a backend can be. */
class RemoteStore extends EmbeddedStore {
  isDown = false;
  readonly asked: string[] = [];

  override services(signal: AbortSignal): Promise<ServiceSummary[]> {
    if (this.isDown) return Promise.reject(new SpanlightError('tempo.example refused the connection.'));
    return super.services(signal);
  }

  override operations(query: OperationQuery, signal: AbortSignal) {
    this.asked.push(query.service ?? '');
    return super.operations(query, signal);
  }
}

function remoteStore(): RemoteStore {
  const store = new RemoteStore({ now: () => Number(TEST_START / 1_000_000n) });
  for (const service of ['orders', 'payments']) {
    const from = store.builder.count;
    const attributes = { 'http.route': `/${service}` };
    const body = encodeProtobuf({ service, spans: [{ name: `GET /${service}`, kind: 'SERVER', attributes }] });
    decodeTracesProtobuf(body, store.builder);
    store.commit(from);
  }
  return store;
}

interface Bed {
  readonly store: RemoteStore;
  readonly source: BackendSource;
  readonly clock: { now: number };
}

function bed(relevant = (all: readonly ServiceSummary[]) => all.map(({ service }) => service)): Bed {
  const store = remoteStore();
  const clock = { now: 0 };
  const source = new BackendSource({ backend: store, logger: nullLogger, relevant, now: () => clock.now });
  return { store, source, clock };
}

/** Asks, and asks again each time the source says that it knows more, until it has settled. */
async function settled({ source }: Bed) {
  source.operations(WINDOW);
  while (source.state.state === 'loading' || source.state.state === 'waiting') {
    await new Promise<void>((resolve) => {
      const subscription = source.onDidChange(() => {
        subscription.dispose();
        resolve();
      });
    });
  }
  return source.operations(WINDOW);
}

const names = (stats: readonly { readonly key: { readonly name: string } }[]) =>
  stats.map(({ key }) => key.name).sort();

describe('backend source', () => {
  it('answers with nothing at first, and with what the backend said when it has', async () => {
    const made = bed();
    assert.deepEqual(made.source.operations(WINDOW), []);
    assert.deepEqual(names(await settled(made)), ['GET /orders', 'GET /payments']);
    assert.deepEqual(made.source.state, { state: 'ready' });
  });

  it('asks for the operations of the services that matter, and of no others', async () => {
    const made = bed(() => ['orders']);
    assert.deepEqual(names(await settled(made)), ['GET /orders']);
    assert.deepEqual(made.store.asked, ['orders']);
  });

  it('asks again after a while, but not when nobody has looked for long', async () => {
    const made = bed(() => ['orders']);
    await settled(made);
    made.clock.now += 10_000;
    made.source.operations(WINDOW);
    assert.equal(made.store.asked.length, 1);
    made.clock.now += 30_000;
    made.source.operations(WINDOW);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(made.store.asked.length, 2);
    made.clock.now += 3_600_000;
    made.source.operations(WINDOW);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(made.store.asked.length, 2);
    made.source.used();
    made.source.operations(WINDOW);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(made.store.asked.length, 3);
  });

  it('asks as seldom as what the service still takes lasts', async () => {
    const made = bed(() => ['orders']);
    const { store } = made;
    let requests = 0;
    // 100 may be used in the next 100 minutes, and a round takes one.
    const left = { remaining: 260, limit: 300, resetMs: Date.now() + 6_000_000 };
    Object.assign(store, {
      traffic: {
        left,
        get use() {
          return new Map([['', { asked: requests++, left }]]);
        },
      },
    });
    const services = store.services.bind(store);
    let listed = 0;
    store.services = (signal) => {
      listed++;
      return services(signal);
    };
    await settled(made);
    const asked = store.asked.length;
    for (const [seconds, rounds] of [
      [31, 0],
      [40, 1],
    ] as const) {
      made.clock.now += seconds * 1000;
      made.source.operations(WINDOW);
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(store.asked.length - asked, rounds, `after ${seconds} s more`);
    }
    assert.equal(listed, 1, 'services are asked for less often');
  });

  it('keeps the last numbers, marked as stale, while the backend does not answer, and says why', async () => {
    const made = bed();
    await settled(made);
    made.store.isDown = true;
    made.source.retry();
    made.source.operations(WINDOW);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const stale = made.source.operations(WINDOW);
    assert.deepEqual(made.source.state, {
      ...{ state: 'failed', brief: 'failed' },
      problem: 'tempo.example refused the connection.',
    });
    assert.deepEqual(names(stale), ['GET /orders', 'GET /payments']);
    assert.ok(stale.every(({ isStale }) => isStale === true));
    made.store.isDown = false;
    made.source.retry();
    made.source.operations(WINDOW);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(made.source.operations(WINDOW).every(({ isStale }) => isStale === undefined));
    assert.deepEqual(made.source.state, { state: 'ready' });
  });

  it('has fetched traces at hand, and samples those of an operation from its exemplars', async () => {
    const made = bed(() => ['orders']);
    const [orders] = await settled(made);
    const id = orders!.exemplars.slowest!.traceId;
    assert.equal(made.source.traceAtHand(id), undefined);
    const [trace] = await made.source.sampleTraces(orders!.id, NEVER);
    assert.equal(trace?.id, testTraceId(1));
    assert.equal(made.source.traceAtHand(id)?.id, id);
  });

  it('stops what is under way when it is let go', async () => {
    const { source } = bed();
    source.dispose();
    await assert.rejects(async () => {
      for await (const found of source.search({ text: '', limit: 1 }, NEVER)) assert.fail(found.rootName);
    });
  });
});

describe('active source', () => {
  it('shows one source after the other and tells that it did', async () => {
    const embedded = new EmbeddedSource(new EmbeddedStore());
    const made = bed();
    await settled(made);
    const active = new ActiveSource(embedded);
    let changes = 0;
    active.onDidChange(() => changes++);
    assert.deepEqual(active.operations(WINDOW), []);
    active.use(made.source);
    assert.equal(changes, 1);
    assert.deepEqual(names(active.operations(WINDOW)), ['GET /orders', 'GET /payments']);
    active.use(embedded);
    made.source.retry();
    assert.equal(changes, 2);
    assert.deepEqual(active.operations(WINDOW), []);
  });
});
