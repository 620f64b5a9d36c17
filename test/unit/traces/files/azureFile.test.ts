import { azureTable, inClassicColumns } from '../../../support/servers/data/azureAnswers';
import { azureRows } from '../../../support/servers/data/azureRows';
import { sentTraces } from '../../../support/servers/data/sentTraces';
import { opensForms } from './openedForms';

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

opensForms({
  what: 'answers of Azure Monitor',
  format: 'azuremonitor',
  spans: spans.length,
  traces: new Set(spans.map((row) => row['OperationId'])).size,
  events: events.length,
  forms,
});
