import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readTraceFile } from '../../../../src/traces/files/readTraceFile';
import { summarizeTraces } from '../../../../src/traces/files/traceFileSummary';
import { honeycombRows } from '../../../support/servers/data/honeycombRows';
import { sentTraces } from '../../../support/servers/data/sentTraces';

describe('files with answers of Honeycomb', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'spanlight-honeycomb-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const rows = honeycombRows(sentTraces(1_763_737_200_000_000_000n));
  const results = rows.map(({ columns, seconds }) => ({ data: { ...columns, COUNT: 1, 'spanlight.start': seconds } }));
  const events = rows.map(({ columns, seconds }) => ({
    ...columns,
    Timestamp: new Date(seconds * 1000).toISOString(),
  }));
  /** Under a name of one's own, and in another unit. */
  const timed = (name: string, factor: number) => ({
    data: {
      results: rows.map(({ columns, seconds }) => ({ data: { ...columns, [name]: Math.round(seconds * factor) } })),
    },
  });
  const sentAt = (seconds: number): string => new Date(seconds * 1000).toISOString();
  const sent = rows.map(({ columns, seconds }) => ({ time: sentAt(seconds), samplerate: 1, data: columns }));
  const forms: Readonly<Record<string, string>> = {
    'events as they are sent in a batch': JSON.stringify(sent),
    'events with their times as seconds': JSON.stringify(
      rows.map(({ columns, seconds }) => ({ timestamp: seconds, ...columns })),
    ),
    'the result of a query with its own column of times': JSON.stringify(timed('ts', 1)),
    'the result of a query with calculated times in milliseconds': JSON.stringify(timed('MIN(start_ms)', 1000)),
    'the result of a query': JSON.stringify({ id: 'r', complete: true, data: { results, series: [] } }),
    'a list of events': JSON.stringify(events),
    'an event a line': events.map((event) => JSON.stringify(event)).join('\n'),
  };
  const isOf = (type: string | undefined) =>
    rows.filter(({ columns }) => columns['meta.annotation_type'] === type).length;

  for (const [form, content] of Object.entries(forms)) {
    it(`are opened as ${form}`, async () => {
      const file = path.join(folder, 'trace.json');
      writeFileSync(file, content);
      const { batch, format, rejectedSpans } = await readTraceFile(file);
      const { spans, traces, eventCount, linkCount } = summarizeTraces(batch);
      const count = new Set(rows.map(({ columns }) => columns['trace.trace_id'])).size;
      assert.deepEqual([format, rejectedSpans, spans, traces], ['honeycomb', 0, isOf(undefined), count]);
      assert.deepEqual([eventCount, linkCount], [isOf('span_event'), isOf('link')]);
      const ofSpans = rows.filter(({ columns }) => columns['meta.annotation_type'] === undefined);
      const first = Math.min(...ofSpans.map(({ seconds }) => seconds));
      const read = Math.min(...Array.from(batch.startNs.subarray(0, batch.count), Number)) / 1e9;
      assert.ok(Math.abs(read - first) < 1, `${read} for ${first}`);
    });
  }

  it('say how to get the times that they lack', async () => {
    const file = path.join(folder, 'trace.json');
    // A number that is no time of our days is none.
    const results = rows.map(({ columns }) => ({ data: { ...columns, start: 5 } }));
    writeFileSync(file, JSON.stringify({ data: { results } }));
    await assert.rejects(readTraceFile(file), /a row says no time: .*EVENT_TIMESTAMP\(\)/);
  });
});
