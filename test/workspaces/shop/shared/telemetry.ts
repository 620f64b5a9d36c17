/** Loaded before a service (`node --require`): spans go to OTEL_EXPORTER_OTLP_ENDPOINT, as OTEL_SERVICE_NAME. */
import { FastifyOtelInstrumentation } from '@fastify/otel';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { NestInstrumentation } from '@opentelemetry/instrumentation-nestjs-core';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK, tracing } from '@opentelemetry/sdk-node';
import { CodeLocations } from './codeLocations';
import { exporterFor } from './exporter';

const sdk = new NodeSDK({
  instrumentations: [
    new HttpInstrumentation(),
    new UndiciInstrumentation(),
    new ExpressInstrumentation(),
    new FastifyOtelInstrumentation({ registerOnInitialization: true }),
    new NestInstrumentation(),
    new GrpcInstrumentation(),
    new KafkaJsInstrumentation(),
  ],
  spanProcessors: [
    // One service says where its spans were started; the others leave it to their routes and names.
    ...(process.env.CODE_LOCATIONS === 'true' ? [new CodeLocations()] : []),
    new tracing.BatchSpanProcessor(exporterFor(process.env.OTEL_EXPORTER_OTLP_PROTOCOL), {
      scheduledDelayMillis: 500,
    }),
  ],
});
sdk.start();

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void sdk.shutdown().finally(() => process.exit(0)));
}
