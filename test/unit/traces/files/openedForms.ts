import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readTraceFile } from '../../../../src/traces/files/readTraceFile';
import { summarizeTraces } from '../../../../src/traces/files/traceFileSummary';

/** What is in every one of some files that say the same. */
export interface OpenedForms {
  /** `answers of Honeycomb`. */
  readonly what: string;
  readonly format: string;
  readonly spans: number;
  readonly traces: number;
  /** Not looked at where left out. */
  readonly events?: number;
  readonly links?: number;
  /** What files hold, by what it is called: `a list of rows`. */
  readonly forms: Readonly<Record<string, string>>;
}

/** Tests that files of every form are opened as what they are, whole. */
export function opensForms({ what, format, forms, events, links, ...counts }: OpenedForms): void {
  describe(`files with ${what}`, () => {
    let folder = '';
    before(() => (folder = mkdtempSync(path.join(tmpdir(), 'spanlight-opened-'))));
    after(() => rmSync(folder, { recursive: true, force: true }));

    for (const [form, content] of Object.entries(forms)) {
      it(`are opened as ${form}`, async () => {
        const file = path.join(folder, 'trace.json');
        writeFileSync(file, content);
        const read = await readTraceFile(file);
        const { spans, traces, eventCount, linkCount } = summarizeTraces(read.batch);
        assert.deepEqual([read.format, read.rejectedSpans, { spans, traces }], [format, 0, counts]);
        if (events !== undefined) assert.equal(eventCount, events);
        if (links !== undefined) assert.equal(linkCount, links);
      });
    }
  });
}
