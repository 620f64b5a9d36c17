import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readTraceFile } from '../../../../src/traces/files/readTraceFile';
import { summarizeTraces } from '../../../../src/traces/files/traceFileSummary';
import { newRelicRows } from '../../../support/servers/data/newRelicRows';
import { sentTraces } from '../../../support/servers/data/sentTraces';

describe('files with answers of New Relic', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'spanlight-newrelic-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const { spans, events } = newRelicRows(sentTraces(1_763_737_200_000_000_000n));
  const account = { spans: { results: spans }, events: { results: events } };
  const forms: Readonly<Record<string, string>> = {
    'an answer of NerdGraph': JSON.stringify({ data: { actor: { account } } }),
    'a list of rows': JSON.stringify([...spans, ...events]),
    'a row a line': [...spans, ...events].map((row) => JSON.stringify(row)).join('\n'),
  };

  for (const [form, content] of Object.entries(forms)) {
    it(`are opened as ${form}`, async () => {
      const file = path.join(folder, 'trace.json');
      writeFileSync(file, content);
      const { batch, format, rejectedSpans } = await readTraceFile(file);
      const summary = summarizeTraces(batch);
      const traces = new Set(spans.map((row) => row['trace.id'])).size;
      assert.deepEqual([format, rejectedSpans, summary.spans, summary.traces], ['newrelic', 0, spans.length, traces]);
      assert.equal(summary.eventCount, events.length);
    });
  }
});
