import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readTraceFile } from '../../../../src/traces/files/readTraceFile';
import { summarizeTraces } from '../../../../src/traces/files/traceFileSummary';
import { encodeJson } from '../../../support/otlpSpans';

const FOLDER = path.join(__dirname, '..', '..', '..', 'fixtures', 'files');
/** Counted from the files by other code, in another language. */
const EXPECTED = JSON.parse(readFileSync(path.join(FOLDER, 'expected.json'), 'utf8')) as Record<string, object>;

const FORMATS: Readonly<Record<string, string>> = {
  'datadog-agent.json': 'datadog',
  'datadog-search.json': 'datadog',
  'datadog-trace.json': 'datadog',
  'elastic-classic.json': 'elastic',
  'elastic-otel.jsonl': 'elastic',
  'jaeger-api.json': 'jaeger-json',
  'opensearch.json': 'opensearch',
  'signoz-raw.json': 'signoz',
  'signoz-waterfall.json': 'signoz',
  'tempo-v1.json': 'tempo-json',
  'tempo-v2.json': 'tempo-json',
  'xray-batch.json': 'xray',
  'xray-segments.jsonl': 'xray',
  'zipkin-v1.json': 'zipkin',
  'zipkin-v2.json': 'zipkin',
};

describe('readTraceFile with other formats', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'spanlight-formats-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function read(content: string | Uint8Array) {
    const name = path.join(folder, 'trace');
    writeFileSync(name, content);
    const { batch, ...rest } = await readTraceFile(name);
    return { ...rest, summary: summarizeTraces(batch) };
  }
  const fixture = (name: string) => readFileSync(path.join(FOLDER, name), 'utf8');

  it('has the counts of every file in its folder', () => {
    assert.deepEqual(Object.keys(EXPECTED), Object.keys(FORMATS));
  });

  for (const [name, format] of Object.entries(FORMATS)) {
    it(`reads ${name}, also packed`, async () => {
      for (const content of [fixture(name), gzipSync(fixture(name))]) {
        const { summary, format: found, rejectedSpans, badLines, badIds } = await read(content);
        const { inCycle, noStart, ...counts } = summary;
        assert.deepEqual(counts, EXPECTED[name]);
        assert.deepEqual([found, rejectedSpans, badLines, badIds, inCycle], [format, 0, 0, 0, 0]);
        assert.equal(noStart, name === 'zipkin-v2.json' ? 1 : 0);
      }
    });
  }

  it('reads one value a line, lists of lists, and what was put together from several answers', async () => {
    const zipkin = JSON.parse(fixture('zipkin-v2.json')) as object[];
    const lines = zipkin.map((span) => JSON.stringify(span)).join('\n');
    for (const content of [lines, `[${fixture('zipkin-v2.json')}]`]) {
      const { summary } = await read(content);
      assert.deepEqual({ ...summary, ...EXPECTED['zipkin-v2.json'] }, summary);
    }
    const jaeger = fixture('jaeger-api.json').replace(/\n */g, '');
    const twice = await read(`${jaeger}\n${jaeger}\n`);
    assert.deepEqual([twice.summary.spans, twice.summary.traces], [10, 2]);
  });

  it('reads a Jaeger line among lines of OTLP, and tells of it', async () => {
    const jaeger = fixture('jaeger-api.json').replace(/\n */g, '');
    const { summary, format, notes } = await read(`${encodeJson({ spans: [{}] })}\n${jaeger}\n`);
    assert.deepEqual([summary.spans, format], [6, 'otlp-json']);
    assert.match(notes.join(), /also holds values in other formats.*jaeger-json \(1\)/);
  });

  it('tells what else was among the documents of a search', async () => {
    const { otherValues, notes } = await read(fixture('elastic-classic.json'));
    assert.equal(otherValues, 1);
    assert.match(notes.join(), /hold no traces/);
  });

  it('lets a bad span of every format cost only itself', async () => {
    for (const [name, from, to] of [
      ['datadog-agent.json', '"span_id": 17', '"span_id": 0'],
      ['datadog-trace.json', '"startTime":1763745472124456789', '"startTime":"soon"'],
      ['elastic-otel.jsonl', '"span_id": "b7ad6b7169203332"', '"span_id": ""'],
      ['jaeger-api.json', '"spanID": "aa"', '"spanID": ""'],
      ['opensearch.json', '2025-11-21T12:00:00.123556789Z', 'soon'],
      ['signoz-waterfall.json', '"time_unix":1763726400123556789,"duration_nano":1000', '"time_unix":"soon"'],
      ['tempo-v1.json', '"startTimeUnixNano": "1763726400133456789"', '"startTimeUnixNano": "soon"'],
      ['xray-segments.jsonl', '"start_time": 1763745473', '"start_time": "soon"'],
      ['zipkin-v2.json', '"timestamp": 1763706604174000', '"timestamp": "soon"'],
    ] as const) {
      const content = fixture(name).replace(from, to);
      assert.notEqual(content, fixture(name), name);
      const { summary, rejectedSpans, rejections } = await read(content);
      assert.deepEqual([summary.spans, rejectedSpans], [(EXPECTED[name] as { spans: number }).spans - 1, 1], name);
      assert.match(rejections[0]!, /^1 span rejected: /);
    }
  });

  it('mends ids that are no ids', async () => {
    const trace = (id: string, parent: string) => ({ traceId: 'order 17', id, parentId: parent, timestamp: 1e15 });
    const { summary, badIds } = await read(JSON.stringify([trace('first', ''), trace('second', 'first')]));
    assert.deepEqual([summary.roots, summary.orphans, summary.maxDepth, badIds], [1, 0, 1, 2]);
  });

  it('survives a hundred thousand spans in one value', async function () {
    this.timeout(60_000);
    const span = (i: number) => ({
      traceID: 'abc',
      spanID: (i + 1).toString(16),
      operationName: `GET /${i % 50}`,
      references:
        i === 0 ? [] : [{ refType: 'CHILD_OF', traceID: 'abc', spanID: ((i >> 3) + (i < 8 ? 1 : 0)).toString(16) }],
      startTime: 1763706600000000 + i,
      duration: 10,
      tags: [{ key: 'span.kind', type: 'string', value: 'server' }],
      logs: [],
      processID: `p${i % 3}`,
    });
    const processes = Object.fromEntries([0, 1, 2].map((i) => [`p${i}`, { serviceName: `s${i}`, tags: [] }]));
    const spans = Array.from({ length: 100_000 }, (_, i) => span(i));
    const { summary } = await read(JSON.stringify({ data: [{ traceID: 'abc', spans, processes }] }));
    assert.deepEqual([summary.spans, summary.roots, summary.orphans, summary.services.length], [100_000, 1, 0, 3]);
  });
});
