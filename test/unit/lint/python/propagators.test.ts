import assert from 'node:assert/strict';
import { expectFindings, tracedProject } from './support';

const setup = (given: string): Record<string, string> =>
  tracedProject([], {
    'app/formats.py': `from opentelemetry.propagate import set_global_textmap
from opentelemetry.propagators.b3 import B3MultiFormat
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

both = CompositePropagator([B3MultiFormat(), TraceContextTextMapPropagator()])
set_global_textmap(${given})
`,
  });
const environment = (value: string): Record<string, string> => ({
  ...tracedProject([], { 'app/main.py': 'import app.tracing\n' }),
  Dockerfile: `FROM python:3.12\nENV OTEL_PROPAGATORS=${value}\nCMD ["python", "-m", "app.main"]\n`,
});

describe('lint python: PROP-MISMATCH', () => {
  it('hints at a format that is not the standard, alone', async () => {
    const { findings } = await expectFindings(setup('B3MultiFormat()'), ['PROP-MISMATCH app/formats.py:7']);
    assert.equal(findings[0]?.severity, 'hint');
  });
  it('leaves it beside the standard', async () => {
    await expectFindings(setup('both'), []);
    await expectFindings(setup('CompositePropagator([TraceContextTextMapPropagator(), B3MultiFormat()])'), []);
  });
  it('leaves the standard', async () => {
    await expectFindings(setup('TraceContextTextMapPropagator()'), []);
  });
  it('hints at propagation that is switched off', async () => {
    await expectFindings(environment('none'), ['PROP-MISMATCH Dockerfile:2']);
  });
  it('hints at another format in the environment', async () => {
    await expectFindings(environment('xray'), ['PROP-MISMATCH Dockerfile:2']);
    await expectFindings(environment('tracecontext,baggage,b3'), []);
  });
  it('hints at a header that is read by its place', async () => {
    const code = (read: string): string =>
      `from opentelemetry.propagate import extract\n\n\ndef handle(message):\n    return extract({"traceparent": ${read}})\n`;
    await expectFindings(tracedProject([], { 'app/work.py': code('message.headers[0][1].decode()') }), [
      'PROP-MISMATCH app/work.py:5',
    ]);
    await expectFindings(tracedProject([], { 'app/work.py': code('dict(message.headers)["traceparent"]') }), []);
  });
});
