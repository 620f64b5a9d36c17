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
  const forms: Readonly<Record<string, string>> = {
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
    });
  }
});
