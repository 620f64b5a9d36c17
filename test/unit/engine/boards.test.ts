import assert from 'node:assert/strict';
import { nullLogger } from '../../../src/base/logger';
import { ErrorPlaces } from '../../../src/engine/hints/errorPlaces';
import { ParentPlaces } from '../../../src/engine/hints/parentPlaces';
import { LiveHints } from '../../../src/engine/hints/liveHints';
import { mappingHealth, mappingReport } from '../../../src/engine/boards/mappingHealth';
import { SpanSamples } from '../../../src/engine/hints/spanSamples';
import { OperationBoard } from '../../../src/engine/boards/operationBoard';
import { PlaceFinder } from '../../../src/engine/hints/placeFinder';
import { sourceOfSpan } from '../../../src/engine/hints/spanPlaces';
import { Pulse } from '../../../src/engine/pulse';
import { serviceTree } from '../../../src/engine/boards/serviceTree';
import { isInside, whyNothing, type KnownState } from '../../../src/engine/hints/whyNothing';
import { hintText } from '../../../src/hints/fileHints';
import type { Mapping } from '../../../src/model/location';
import type { OperationStats } from '../../../src/model/operation';
import { nanos } from '../../../src/model/time';
import { OtlpIngest } from '../../../src/traces/ingest';
import { EmbeddedStore } from '../../../src/traces/store/embeddedStore';
import type { EngineStatus } from '../../../src/protocol/engine';
import { madeKey, madeLocation, madeStats, plainSpaces, SETTINGS, spread } from '../hints/madeStats';

const answers: Record<string, Mapping> = {
  mapped: { status: 'mapped', location: madeLocation(3), alternatives: [{ ...madeLocation(50), confidence: 0.75 }] },
  call: { status: 'mapped', location: madeLocation(5, 'callsite'), alternatives: [] },
  twice: {
    status: 'ambiguous',
    candidates: [madeLocation(10), madeLocation(20)],
    reason: { code: 'ambiguous', text: 'Two functions answer it.', cure: 'Open one of them.' },
  },
  query: { status: 'unmapped', candidates: [], reason: { code: 'library-call', text: 'pg made it.' } },
  weak: {
    status: 'unmapped',
    candidates: [{ ...madeLocation(30), confidence: 0.5 }],
    reason: { code: 'low-confidence', text: 'Nothing is certain enough.' },
  },
};

async function placesFor(stats: readonly OperationStats[]): Promise<PlaceFinder> {
  const places = new PlaceFinder(nullLogger);
  places.use({ peek: () => answers['weak'], map: (key) => Promise.resolve(answers[key.name] ?? answers['weak']!) });
  for (const one of stats) places.want(one.id, one.key);
  await places.settled(1000);
  return places;
}

const orders = madeStats(madeKey('mapped'), spread(30, 10, 12));
const noCallees = { serviceOf: () => undefined };
const noErrors = new ErrorPlaces(nullLogger);
const noParents = new ParentPlaces(() => undefined);
const noSamples = new SpanSamples(() => undefined);

describe('operation board', () => {
  it('finds the operations of a file, with whom they call and who consumes', async () => {
    const kafka = { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' };
    const producer = madeStats(madeKey('call', 'PRODUCER', kafka), [1, 2]);
    const consumers = ['x', 'y'].map((name) => madeStats(madeKey(name, 'CONSUMER', kafka), [1]));
    const all = [orders, producer, ...consumers];
    const board = new OperationBoard(await placesFor(all), noCallees, noErrors, noParents, noSamples);
    board.update(all);
    const placed = board.inFile('/shop/orders.ts');
    assert.deepEqual(
      placed.map(({ stats, consumers: count }) => [stats.key.name, count]),
      [
        ['mapped', 0],
        ['call', 2],
      ],
    );
    assert.deepEqual(board.inFile('/shop/other.ts'), []);
  });

  it('has the calls of libraries inside the function of the span around them, if that is certain', async () => {
    const store = new EmbeddedStore();
    const at = BigInt(Date.now()) * 1_000_000n;
    const span = (name: string, id: string, parentSpanId: string, kind: number) => ({
      ...{ traceId: '1'.repeat(32), spanId: id.repeat(16), parentSpanId, name, kind },
      ...{ startTimeUnixNano: String(at - 5_000_000n), endTimeUnixNano: String(at) },
    });
    const spans = [
      span('mapped', '1', '', 2),
      span('pool', '2', '1'.repeat(16), 1),
      span('query', '3', '2'.repeat(16), 3),
      span('call', '4', '1'.repeat(16), 3),
      span('inner', '5', '4'.repeat(16), 3),
    ];
    new OtlpIngest(store).traces(Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })), 'json');
    const now = nanos(BigInt(Date.now()) * 1_000_000n);
    const all = store.operationStats({ from: nanos(at - 60_000_000_000n), to: now });
    const places = await placesFor(all);
    const parents = new ParentPlaces((id) => store.traceNow(id));
    const board = new OperationBoard(places, noCallees, noErrors, parents, noSamples);
    board.update(all);
    assert.deepEqual(
      board.inFile('/shop/orders.ts').map(({ stats, location, states }) => [stats.key.name, location.line, states]),
      [
        ['mapped', 3, undefined],
        ['query', 3, ['inside']],
        ['call', 5, undefined],
      ],
    );
    const [hint] = new LiveHints(board, () => SETTINGS).of('/shop/orders.ts', 'file:///shop/orders.ts');
    assert.match(plainSpaces(hintText(hint!)), /→ query ~ 1 call · 5 ms$/);
  });
});

describe('spans that make others', () => {
  it('are of one request: a service that calls itself answers elsewhere than where it sends', async () => {
    const store = new EmbeddedStore();
    const at = BigInt(Date.now()) * 1_000_000n;
    const span = (name: string, id: string, parent: string, kind: number) => ({
      ...{ traceId: '2'.repeat(32), spanId: id.repeat(16), parentSpanId: parent.repeat(16), name, kind },
      ...{ startTimeUnixNano: String(at - 5_000_000n), endTimeUnixNano: String(at) },
    });
    const spans = [
      span('mapped', '1', '', 2),
      span('send', '2', '1', 3),
      span('answer', '3', '2', 2),
      span('query', '4', '3', 3),
      span('query', '5', '1', 3),
      span('nested', '6', '1', 2),
    ];
    new OtlpIngest(store).traces(Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })), 'json');
    const from = nanos(at - 60_000_000_000n);
    const all = store.operationStats({ from, to: nanos(BigInt(Date.now()) * 1_000_000n) });
    const places = await placesFor(all);
    const trace = store.traceNow(all[0]!.exemplars.slowest!.traceId)!;
    const lines = await Promise.all(
      Array.from(trace.parent, async (_, row) => {
        const source = await sourceOfSpan(trace, row, places, undefined);
        const { name } = trace.operationKeys[trace.operation[row]!]!;
        return `${name} ${'line' in source ? source.line : '–'}`;
      }),
    );
    assert.deepEqual(lines.sort(), ['answer –', 'mapped 3', 'nested 3', 'query 3', 'query –', 'send 3']);
  });
});

describe('live hints', () => {
  it('tell of a file only when its words differ from what was told', async () => {
    const board = new OperationBoard(await placesFor([orders]), noCallees, noErrors, noParents, noSamples);
    const live = new LiveHints(board, () => SETTINGS);
    board.update([orders]);
    assert.deepEqual(live.changed(), []);
    const told = live.of('/shop/orders.ts', 'file:///shop/orders.ts');
    assert.match(plainSpaces(hintText(told[0]!)), /^p50 1[01](\.9)? ms · p95 11\.\d ms · 30$/);
    board.update([madeStats(madeKey('mapped'), spread(30, 10, 12))]);
    assert.deepEqual(live.changed(), []);
    board.update([madeStats(madeKey('mapped'), spread(31, 10, 12))]);
    assert.deepEqual(live.changed(), ['file:///shop/orders.ts']);
    assert.deepEqual(live.changed(), []);
    live.forget('/shop/orders.ts');
    board.update([]);
    assert.deepEqual(live.changed(), []);
  });
});

describe('mapping health', () => {
  const all = [
    orders,
    madeStats(madeKey('twice'), [1]),
    madeStats(madeKey('weak'), [1]),
    madeStats(madeKey('w|*2'), [1, 2]),
    madeStats(madeKey('query'), [1]),
  ];

  it('counts what has a place and says why the rest has none', async () => {
    const places = await placesFor(all);
    assert.deepEqual(mappingHealth(all, places), {
      mapped: 1,
      ambiguous: 1,
      unmapped: 2,
      library: 1,
      reasons: [
        { text: 'The evidence is too weak to show a place', count: 2, examples: ['w|*2', 'weak'] },
        { text: 'Several places fit equally well', count: 1, examples: ['twice'], cure: 'Open one of them.' },
      ],
    });
  });

  it('is a report a person can read, whatever the names hold', async () => {
    const report = mappingReport(all, await placesFor(all), (file, line) => `${file.slice(6)}:${line + 1}`);
    assert.ok(
      report.includes(
        '1 of 4 operations have a place in this workspace; 1 are ambiguous, 2 have none. 1 more are made',
      ),
    );
    assert.ok(report.includes('## Several places fit equally well (1)\n\nCure: Open one of them.'));
    assert.ok(report.includes('Two functions answer it. Possible: `orders.ts:11` (0.92), `orders.ts:21` (0.92).'));
    assert.match(report, /## Made by libraries, .* \(1\)\n\n\* orders-api server `query`: pg made it\./);
    assert.ok(report.includes('`w\\|*2`'));
    assert.ok(report.includes('| `orders.ts:4` | 0.92 |'));
  });

  it('is told by service where there are several', async () => {
    const elsewhere = madeStats({ ...madeKey('weak'), service: 'pay|ments' }, [1]);
    const report = mappingReport([...all, elsewhere], await placesFor([...all, elsewhere]), () => '');
    assert.ok(report.includes('| orders-api | 1 | 1 | 2 | 1 |\n| pay\\|ments | 0 | 0 | 1 | 0 |\n'));
    assert.doesNotMatch(
      mappingReport(all, await placesFor(all), () => ''),
      /\| service \|/,
    );
  });

  it('says so when there is nothing to report', async () => {
    assert.match(
      mappingReport([], await placesFor([]), () => ''),
      /nothing to map/,
    );
  });
});

describe('services view', () => {
  it('groups by service and tells place or reason', async () => {
    const all = [orders, madeStats(madeKey('weak'), [1], { errors: 1 })];
    const [service] = serviceTree(all, await placesFor(all), SETTINGS, () => 'services/orders');
    assert.equal(service!.service, 'orders-api');
    assert.equal(service!.folder, 'services/orders');
    const [first, second] = service!.operations;
    assert.deepEqual([first!.name, first!.location?.line, first!.reason], ['mapped', 3, undefined]);
    assert.deepEqual([second!.reason, second!.severity], ['Nothing is certain enough.', 'error']);
    assert.ok(second!.failed);
  });
});

describe('why nothing is shown', () => {
  const status = (more: Partial<EngineStatus>): EngineStatus => ({
    pid: 1,
    receiver: {
      state: 'listening',
      rejectedRequests: 0,
      openToNetwork: false,
      http: { url: 'http://127.0.0.1:4318', port: 4318, wanted: 4318 },
    },
    source: {
      name: 'embedded',
      kind: 'embedded',
      state: 'ready',
      operations: 'exact',
      reasons: [],
      requests: 0,
      bytesReceived: 0,
    },
    spans: 10,
    traces: 1,
    operations: 1,
    droppedSpans: 0,
    retainedBytes: 0,
    mapping: { mapped: 0, ambiguous: 0, unmapped: 0, library: 0, reasons: [] },
    ...more,
  });

  async function known(more: Partial<KnownState> = {}): Promise<KnownState> {
    const operations = [orders, madeStats(madeKey('twice'), [1]), madeStats(madeKey('weak'), [1])];
    return {
      status: status({}),
      operations,
      places: await placesFor(operations),
      windowMinutes: 15,
      readingCancelled: false,
      folders: ['/shop'],
      services: ['orders-api'],
      folderOf: () => '/shop',
      lastCallAgo: () => 60_000,
      describePlace: (file, line) => `${file.slice(6)}:${line + 1}`,
      describeFile: (file) => file.slice(6),
      ...more,
    };
  }
  const at = (line: number): { file: string; line: number } => ({ file: '/shop/orders.ts', line });

  it('names what concerns the function itself', async () => {
    const state = await known();
    assert.deepEqual(whyNothing(at(3), state), {
      kind: 'outsideWindow',
      operation: 'mapped',
      windowMinutes: 15,
      lastCallAgoMs: 60_000,
    });
    const ambiguous = whyNothing(at(10), state);
    assert.ok(ambiguous.kind === 'ambiguous' && ambiguous.others[0]!.label === 'orders.ts:21');
    assert.equal(whyNothing(at(30), state).kind, 'lowConfidence');
    const elsewhere = whyNothing(at(50), state);
    assert.ok(elsewhere.kind === 'mappedElsewhere' && elsewhere.place.label === 'orders.ts:4');
  });

  it('names what concerns everything', async () => {
    const kind = async (more: Partial<KnownState>): Promise<string> => whyNothing(at(99), await known(more)).kind;
    assert.equal(await kind({ status: status({ indexing: { done: 1, total: 2 } }) }), 'indexing');
    assert.equal(await kind({ readingCancelled: true }), 'readingCancelled');
    assert.equal(await kind({ folders: ['/elsewhere'] }), 'outsideWorkspace');
    const off = { state: 'off', rejectedRequests: 0, openToNetwork: false } as const;
    assert.equal(await kind({ status: status({ spans: 0, receiver: off }) }), 'receiverOff');
    assert.equal(await kind({ status: status({ receiver: { ...off, state: 'failed' } }) }), 'receiverFailed');
    assert.equal(await kind({ status: status({ spans: 0 }) }), 'noSpans');
    assert.equal(await kind({ folderOf: () => '/elsewhere' }), 'serviceUnknown');
    assert.equal(await kind({ operations: [] }), 'serviceSilent');
    assert.equal(await kind({}), 'notCalled');
    const sampled = { ...orders, exact: false, estimate: 'Tempo keeps one in ten' };
    assert.deepEqual(whyNothing(at(99), await known({ operations: [sampled] })), {
      ...{ kind: 'notCalled', service: 'orders-api', unplaced: 0, sampled: 'Tempo keeps one in ten' },
    });
  });

  it('does not take a folder whose name begins alike for the same', () => {
    assert.ok(isInside('/w/orders/a.ts', '/w/orders'));
    assert.ok(!isInside('/w/orders-old/a.ts', '/w/orders'));
  });
});

describe('pulse', () => {
  it('beats at most once an interval, however often it is asked', async () => {
    let beats = 0;
    const pulse = new Pulse(40, () => beats++);
    const end = performance.now() + 100;
    while (performance.now() < end) {
      for (let i = 0; i < 100; i++) pulse.request();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.ok(beats >= 1 && beats <= 4, `${beats} beats`);
    pulse.dispose();
    const after = beats;
    pulse.request();
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(beats, after);
  });
});
