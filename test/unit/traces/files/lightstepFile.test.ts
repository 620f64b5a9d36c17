import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readTraceFile } from '../../../../src/traces/files/readTraceFile';
import { summarizeTraces } from '../../../../src/traces/files/traceFileSummary';
import { lightstepTraces } from '../../../support/servers/data/lightstepTraces';
import { placedSpans, spansByTrace } from '../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../support/servers/data/sentTraces';

describe('files with stored traces of Lightstep', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'spanlight-lightstep-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const sent = sentTraces(1_763_737_200_000_000_000n);
  const traces = lightstepTraces(sent);
  const forms: Readonly<Record<string, string>> = {
    'an answer': JSON.stringify({ data: traces }),
    'a trace a line': traces.map((trace) => JSON.stringify(trace)).join('\n'),
    'an answer a line': traces.map((trace) => JSON.stringify({ data: [trace] })).join('\n'),
    'a list of answers': JSON.stringify(traces.map((trace) => ({ data: [trace] }))),
  };

  for (const [form, content] of Object.entries(forms)) {
    it(`are opened as ${form}`, async () => {
      const file = path.join(folder, 'trace.json');
      writeFileSync(file, content);
      const { batch, format, rejectedSpans } = await readTraceFile(file);
      const summary = summarizeTraces(batch);
      assert.deepEqual([format, rejectedSpans], ['lightstep', 0]);
      assert.deepEqual([summary.spans, summary.traces], [placedSpans(sent).length, spansByTrace(sent).size]);
    });
  }
});
