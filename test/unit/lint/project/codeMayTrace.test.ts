import assert from 'node:assert/strict';
import { codeMayTrace } from '../../../../src/lint/project/mayTrace';

describe('lint: code that may trace by itself', () => {
  const tracing = [
    'from opentelemetry import trace',
    'import opentelemetry.instrumentation.requests as r',
    'def f():\n    from ddtrace import tracer',
    'from .app_otel import set_up',
    'try: import ddtrace',
    'importlib.import_module("opentelemetry.trace")',
    'os.environ["OTEL_SERVICE_NAME"] = "a"',
  ];
  for (const text of tracing) it(`is ${text}`, () => assert.equal(codeMayTrace('python', text), true));

  it('is no script of Python that speaks of tracing and imports nothing of it', () =>
    assert.equal(codeMayTrace('python', 'import os\nURL = "https://github.com/acme/jaeger"  # from jaeger\n'), false));

  it('is all that speaks of it in other languages', () =>
    assert.equal(codeMayTrace('dotnet', 'builder.Services.AddOpenTelemetry();'), true));
});
