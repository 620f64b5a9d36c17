import { lightstepTraces } from '../../../support/servers/data/lightstepTraces';
import { placedSpans, spansByTrace } from '../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../support/servers/data/sentTraces';
import { opensForms } from './openedForms';

const sent = sentTraces(1_763_737_200_000_000_000n);
const traces = lightstepTraces(sent);
const forms: Readonly<Record<string, string>> = {
  'an answer': JSON.stringify({ data: traces }),
  'a trace a line': traces.map((trace) => JSON.stringify(trace)).join('\n'),
  'an answer a line': traces.map((trace) => JSON.stringify({ data: [trace] })).join('\n'),
  'a list of answers': JSON.stringify(traces.map((trace) => ({ data: [trace] }))),
};

opensForms({
  what: 'stored traces of Lightstep',
  format: 'lightstep',
  spans: placedSpans(sent).length,
  traces: spansByTrace(sent).size,
  forms,
});
