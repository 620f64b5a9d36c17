import { newRelicRows } from '../../../support/servers/data/newRelicRows';
import { sentTraces } from '../../../support/servers/data/sentTraces';
import { opensForms } from './openedForms';

const { spans, events } = newRelicRows(sentTraces(1_763_737_200_000_000_000n));
const account = { spans: { results: spans }, events: { results: events } };
const forms: Readonly<Record<string, string>> = {
  'an answer of NerdGraph': JSON.stringify({ data: { actor: { account } } }),
  'a list of rows': JSON.stringify([...spans, ...events]),
  'a row a line': [...spans, ...events].map((row) => JSON.stringify(row)).join('\n'),
};

opensForms({
  what: 'answers of New Relic',
  format: 'newrelic',
  spans: spans.length,
  traces: new Set(spans.map((row) => row['trace.id'])).size,
  events: events.length,
  forms,
});
