import { SpanlightError } from '../../base/errors';
import type { ReceiverStatus } from '../../protocol/engine';

/**
 * What a service needs in its environment to send to this window. Names and values as the OpenTelemetry specification
 * has them (configuration/sdk-environment-variables, protocol/exporter). Throws while nothing listens.
 */
export function exporterEnvironment(receiver: ReceiverStatus): Readonly<Record<string, string>> {
  const endpoint = receiver.http ?? receiver.grpc;
  if (receiver.state !== 'listening' || endpoint === undefined) {
    throw new SpanlightError(
      'The receiver does not listen, so there is no address to send to.',
      undefined,
      'Start it first.',
    );
  }
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: receiver.http === undefined ? 'grpc' : 'http/protobuf',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'none',
    // The SDKs' 5 s are long for somebody who watches an editor.
    OTEL_BSP_SCHEDULE_DELAY: '1000',
    OTEL_BLRP_SCHEDULE_DELAY: '1000',
  };
}
