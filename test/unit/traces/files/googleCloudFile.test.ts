import assert from 'node:assert/strict';
import { googleRows } from '../../../support/servers/data/googleRows';
import { googleTraces } from '../../../support/servers/data/googleTraces';
import { placedSpans, spansByTrace } from '../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../support/servers/data/sentTraces';
import { opensForms } from './openedForms';

const sent = sentTraces(1_763_737_200_000_000_000n);
const traces = googleTraces(sent, 'shop');
const rows = googleRows(sent);
const forms: Readonly<Record<string, string>> = {
  'a list of traces': JSON.stringify({ traces, nextPageToken: 'more' }),
  'a trace a line': traces.map((trace) => JSON.stringify(trace)).join('\n'),
  'a list of rows': JSON.stringify(rows, null, 2),
  'a row a line': rows.map((row) => JSON.stringify(row)).join('\n'),
};

opensForms({
  what: 'answers of Google Cloud',
  format: 'googlecloud',
  spans: placedSpans(sent).length,
  traces: spansByTrace(sent).size,
  forms,
});

describe('spans of Google Cloud in files', () => {
  it('have the decimal ids that the API writes', () => {
    assert.ok(traces[0]!.spans.every(({ spanId }) => /^\d+$/.test(spanId)));
  });
});
