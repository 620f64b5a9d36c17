import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readTraceFile } from '../../../../src/traces/files/readTraceFile';
import { summarizeTraces } from '../../../../src/traces/files/traceFileSummary';
import { googleRows } from '../../../support/servers/data/googleRows';
import { googleTraces } from '../../../support/servers/data/googleTraces';
import { placedSpans, spansByTrace } from '../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../support/servers/data/sentTraces';

describe('files with answers of Google Cloud', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'spanlight-google-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const sent = sentTraces(1_763_737_200_000_000_000n);
  const traces = googleTraces(sent, 'shop');
  const rows = googleRows(sent);
  const forms: Readonly<Record<string, string>> = {
    'a list of traces': JSON.stringify({ traces, nextPageToken: 'more' }),
    'a trace a line': traces.map((trace) => JSON.stringify(trace)).join('\n'),
    'a list of rows': JSON.stringify(rows, null, 2),
    'a row a line': rows.map((row) => JSON.stringify(row)).join('\n'),
  };

  for (const [form, content] of Object.entries(forms)) {
    it(`are opened as ${form}`, async () => {
      const file = path.join(folder, 'trace.json');
      writeFileSync(file, content);
      const { batch, format, rejectedSpans } = await readTraceFile(file);
      const summary = summarizeTraces(batch);
      assert.deepEqual([format, rejectedSpans], ['googlecloud', 0]);
      assert.deepEqual([summary.spans, summary.traces], [placedSpans(sent).length, spansByTrace(sent).size]);
      const [first] = traces;
      if (form === 'a trace a line') assert.ok(first!.spans.every(({ spanId }) => /^\d+$/.test(spanId)));
    });
  }
});
