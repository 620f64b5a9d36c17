import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readTraceFile } from '../../../../src/traces/files/readTraceFile';
import { summarizeTraces } from '../../../../src/traces/files/traceFileSummary';
import { azureTable, inClassicColumns } from '../../../support/servers/data/azureAnswers';
import { azureRows } from '../../../support/servers/data/azureRows';
import { sentTraces } from '../../../support/servers/data/sentTraces';

describe('files with answers of Azure Monitor', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'spanlight-azure-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const { AppRequests, AppDependencies, AppExceptions, AppTraces } = azureRows(sentTraces(1_763_737_200_000_000_000n));
  const spans = [...AppRequests, ...AppDependencies];
  const events = [...AppExceptions, ...AppTraces];
  const classic = [...spans, ...events].map(inClassicColumns);
  const forms: Readonly<Record<string, string>> = {
    'an answer for a workspace': JSON.stringify({ tables: [azureTable([...spans, ...events])] }),
    'an answer with several tables': JSON.stringify({ tables: [azureTable(spans), azureTable(events)] }),
    'an answer of classic Application Insights': JSON.stringify({ tables: [azureTable(classic)] }),
    'a list of rows': JSON.stringify([...spans, ...events]),
    'a classic row a line': classic.map((row) => JSON.stringify(row)).join('\n'),
  };

  for (const [form, content] of Object.entries(forms)) {
    it(`are opened as ${form}`, async () => {
      const file = path.join(folder, 'trace.json');
      writeFileSync(file, content);
      const { batch, format, rejectedSpans } = await readTraceFile(file);
      const summary = summarizeTraces(batch);
      const traces = new Set(spans.map((row) => row['OperationId'])).size;
      assert.deepEqual([format, rejectedSpans], ['azuremonitor', 0]);
      assert.deepEqual([summary.spans, summary.traces, summary.eventCount], [spans.length, traces, events.length]);
    });
  }
});
