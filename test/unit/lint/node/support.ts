import { nodeCheck } from '../../../../src/lint/node/check';
import { lintProject } from '../support/lintProject';

/** A set-up whose list of instrumentations is given. */
export const sdk = (list: string, more = ''): string => `import { NodeSDK } from '@opentelemetry/sdk-node';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
${more}
export const sdk = new NodeSDK({
  traceExporter: new OTLPTraceExporter(),
  instrumentations: [${list}],
});
sdk.start();
`;

/** A manifest with these runtime dependencies besides the SDK. */
export const manifest = (dependencies: Record<string, string> = {}): string =>
  JSON.stringify(
    {
      name: 'shop',
      scripts: { start: 'node dist/main.js' },
      dependencies: { '@opentelemetry/sdk-node': '^0.52.0', ...dependencies },
    },
    null,
    2,
  );

/** `RULE file:line` of what is found in a shop with these files. */
export async function found(files: Record<string, string>): Promise<readonly string[]> {
  return (await lintProject(nodeCheck, { 'package.json': manifest(), ...files })).short;
}

export const HTTP = 'new HttpInstrumentation()';
export const UNDICI = 'new UndiciInstrumentation()';
export const KAFKA = 'new KafkaJsInstrumentation()';
