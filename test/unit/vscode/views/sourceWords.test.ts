import assert from 'node:assert/strict';
import type { SourceStatus } from '../../../../src/protocol/backends';
import { sourceContext, sourceLines, sourceWords } from '../../../../src/vscode/views/sourceWords';

const TEMPO: SourceStatus = {
  ...{ name: 'Tempo staging', kind: 'tempo', label: 'Grafana Tempo', url: 'https://tempo.example.com' },
  ...{ state: 'ready', operations: 'exact', reasons: [], requests: 12, bytesReceived: 34_000 },
};
const EMBEDDED: SourceStatus = { ...TEMPO, name: 'embedded', kind: 'embedded', requests: 0, bytesReceived: 0 };

const lines = (status: SourceStatus): string =>
  sourceLines(status, (words, command) => `[${words}](${command})`)
    .join('\n')
    .replaceAll('\\', '');

describe('a source in the status bar', () => {
  it('is named while it answers, and while it is waited for', () => {
    assert.equal(sourceWords(TEMPO), '$(cloud) Tempo staging');
    assert.equal(sourceWords({ ...TEMPO, state: 'loading' }), '$(loading~spin) Tempo staging');
    assert.equal(sourceWords({ ...TEMPO, state: 'waiting' }), '$(loading~spin) Tempo staging');
    assert.equal(sourceWords({ ...TEMPO, name: 'x'.repeat(80) })?.length, '$(cloud) '.length + 30);
  });

  it('says in a word why it fails', () => {
    const failed: SourceStatus = { ...TEMPO, name: 'Tempo', state: 'failed', brief: '401', problem: 'Who asks?' };
    assert.equal(sourceWords(failed), '$(warning) Tempo: 401');
    assert.equal(sourceContext(failed), 'backendFailed');
    const withPage = { ...failed, problem: 'Make a key at https://tempo.example.com/keys.' };
    assert.match(lines(withPage), /Make a key at \[https:\/\/tempo.example.com\/keys\]\(<https:.*\/keys>\)\./);
    assert.match(lines(failed), /\$\(warning\) Who asks\?\n\[Try Again\]\(spanlight.retryBackend\)/);
  });

  it('says nothing of the embedded one, unless another was chosen that is not there', () => {
    assert.equal(sourceWords(EMBEDDED), undefined);
    assert.equal(lines(EMBEDDED), '');
    const chosen: SourceStatus = { ...EMBEDDED, state: 'failed', brief: 'no backend “x”', problem: 'There is none.' };
    assert.equal(sourceWords(chosen), '$(warning) no backend “x”');
    assert.match(lines(chosen), /There is none\.\n\[Choose Backend\]/);
    assert.deepEqual([sourceContext(undefined), sourceContext(chosen)], ['embedded', 'embedded']);
  });

  it('tells in the tooltip how exact it is, why, and what was asked of it', () => {
    assert.match(lines(TEMPO), /\*\*Tempo staging\*\* has \(Grafana Tempo at `https:\/\/tempo.example.com`\)/);
    assert.match(lines(TEMPO), /Its numbers are exact\.\n12 requests, 34 kB received so far/);
    const counted: SourceStatus = { ...TEMPO, reasons: ['It estimates percentiles.'] };
    assert.match(lines(counted), /Its counts are exact\. It estimates percentiles\./);
    const sampled: SourceStatus = { ...TEMPO, operations: 'sampled', reasons: ['It does not count.'] };
    assert.match(lines(sampled), /estimated from samples, marked with ≈\. It does not count\./);
    const left = { remaining: 12, limit: 300, resetMs: Date.now() + 59_000 };
    assert.match(lines({ ...TEMPO, left }), /received so far · 12 of 300 requests left, more in 59.s/);
    assert.match(lines({ ...TEMPO, state: 'loading' }), /It has not answered yet/);
  });
});
