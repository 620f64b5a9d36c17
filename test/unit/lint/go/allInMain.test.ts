import assert from 'node:assert/strict';
import { lintGo, TRACED } from './support';

/** A small service in one function: what sets tracing up stands around what sends or reads messages. */
function main(imports: readonly string[], work: string, more = ''): Record<string, string> {
  const paths = [
    'context',
    ...imports,
    'go.opentelemetry.io/otel',
    'go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc',
    'go.opentelemetry.io/otel/propagation',
    'go.opentelemetry.io/otel/sdk/trace',
  ];
  return {
    'go.mod': TRACED['go.mod']!,
    'main.go': `package main

import (
${paths.map((one) => `\t"${one}"`).join('\n')}
)

func main() {
	ctx := context.Background()
	exporter, _ := otlptracegrpc.New(ctx)
	otel.SetTracerProvider(trace.NewTracerProvider(trace.WithBatcher(exporter)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	${work}
}
${more}`,
  };
}

describe('Go services in one function', () => {
  it('takes neither the propagator nor the batches of the exporter for the messages’ own', async () => {
    const loop = `reader := kafka.NewReader(kafka.ReaderConfig{Topic: "orders"})
	for {
		message, err := reader.ReadMessage(ctx)
		if err != nil {
			return
		}
		handle(ctx, message.Value)
	}`;
    const handle = `
func handle(ctx context.Context, body []byte) {
	_, span := otel.Tracer("orders").Start(ctx, "handle")
	defer span.End()
}
`;
    const { short } = await lintGo(main(['github.com/segmentio/kafka-go'], loop, handle));
    assert.deepEqual(short, ['GO-KAFKA-CONSUME-DROP main.go:19']);
  });

  it('sees that what a handler sends carries nothing', async () => {
    const serve = `writer := &kafka.Writer{Topic: "orders"}
	http.HandleFunc("/orders", func(w http.ResponseWriter, r *http.Request) {
		writer.WriteMessages(r.Context(), kafka.Message{Value: []byte("placed")})
	})
	http.ListenAndServe(":8080", otelhttp.NewHandler(http.DefaultServeMux, "orders"))`;
    const otelhttp = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';
    const { short } = await lintGo(main(['github.com/segmentio/kafka-go', 'net/http', otelhttp], serve));
    assert.deepEqual(short, ['GO-KAFKA-PRODUCE-NO-INJECT main.go:21']);
  });
});
