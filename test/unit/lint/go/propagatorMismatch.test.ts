import assert from 'node:assert/strict';
import { lintGo, TRACED } from './support';

async function found(propagator: string, before = ''): Promise<readonly string[]> {
  const { short } = await lintGo({
    'go.mod': TRACED['go.mod']!,
    'main.go': `package main

import (
	"net/http"

	"go.opentelemetry.io/contrib/propagators/b3"
	"go.opentelemetry.io/contrib/propagators/jaeger"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	otel.SetTracerProvider(trace.NewTracerProvider())
	${before}
	otel.SetTextMapPropagator(${propagator})
	http.ListenAndServe(":8080", nil)
}
`,
  });
  return short;
}

describe('PROP-MISMATCH in Go', () => {
  const here = ['PROP-MISMATCH main.go:16'];

  it('finds formats that the standard does not know', async () => {
    assert.deepEqual(await found('b3.New()'), here);
    assert.deepEqual(await found('b3.New(b3.WithInjectEncoding(b3.B3MultipleHeader))'), here);
    assert.deepEqual(await found('jaeger.Jaeger{}'), here);
    assert.deepEqual(await found('only', 'only := b3.New()'), here);
    assert.deepEqual(await found('propagation.NewCompositeTextMapPropagator(b3.New(), propagation.Baggage{})'), here);
  });

  it('leaves the standard, with others too, and what is not seen', async () => {
    assert.deepEqual(await found('propagation.TraceContext{}'), []);
    const both = 'propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, b3.New())';
    assert.deepEqual(await found(both), []);
    assert.deepEqual(await found('propagation.NewCompositeTextMapPropagator(mine(), b3.New())'), []);
    assert.deepEqual(await found('b3.New()', 'otel.SetTextMapPropagator(propagation.TraceContext{})'), []);
  });
});
