import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Installed } from './installServer';
import { send } from './httpCalls';
import type { CollectorServer } from './runningServer';
import { startServerProcess } from './serverProcess';

/** Where a Collector sends what it gets: base URLs, to all of them. */
export interface CollectorTargets {
  /** `http://127.0.0.1:4318`; `/v1/traces` is added. */
  readonly otlpHttp?: readonly string[];
  /** `http://127.0.0.1:4317`. */
  readonly otlpGrpc?: readonly string[];
  /** Keeps the traces with an error, and those alone. */
  readonly errorsOnly?: boolean;
}

/**
 * The OpenTelemetry Collector in front of one or more others, such as a backend and Spanlight's receiver: OTLP and
 * Zipkin in, batches of at most 100 ms out, each to every target.
 */
export async function startCollector({ folder }: Installed, targets: CollectorTargets): Promise<CollectorServer> {
  const at = (port?: number): string => `http://127.0.0.1:${port}`;
  let urls = { otlpHttpUrl: '', otlpGrpcUrl: '', zipkinUrl: '' };
  const running = await startServerProcess('collector', 3, async ([http, grpc, zipkin], data) => {
    urls = { otlpHttpUrl: at(http), otlpGrpcUrl: at(grpc), zipkinUrl: at(zipkin) };
    const file = path.join(data, 'collector.json');
    // JSON is YAML too.
    await writeFile(file, JSON.stringify(configuration(targets, `${http}`, `${grpc}`, `${zipkin}`)));
    return {
      command: path.join(folder, 'collector'),
      args: [`--config=${file}`],
      ready: async () => {
        const empty = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' };
        await send(`${urls.otlpHttpUrl}/v1/traces`, empty);
        return true;
      },
    };
  });
  return { kind: 'collector', url: urls.otlpHttpUrl, ...urls, ...running };
}

function configuration(targets: CollectorTargets, http: string, grpc: string, zipkin: string): unknown {
  const exporters: Record<string, unknown> = {};
  // Told apart by their number. Nothing is kept back for later: a target that is away must not hold up the others.
  targets.otlpHttp?.forEach((endpoint, n) => (exporters[`otlphttp/${n}`] = { endpoint, sending_queue: NO_QUEUE }));
  targets.otlpGrpc?.forEach((endpoint, n) => {
    exporters[`otlp/${n}`] = { endpoint, tls: { insecure: true }, sending_queue: NO_QUEUE };
  });
  const policy = { name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } };
  const processors = {
    memory_limiter: { check_interval: '1s', limit_mib: 512 },
    batch: { timeout: '100ms' },
    ...(targets.errorsOnly ? { tail_sampling: { decision_wait: '1s', policies: [policy] } } : {}),
  };
  const endpoint = (port: string): { endpoint: string } => ({ endpoint: `127.0.0.1:${port}` });
  return {
    receivers: { otlp: { protocols: { http: endpoint(http), grpc: endpoint(grpc) } }, zipkin: endpoint(zipkin) },
    processors,
    exporters,
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: {
        traces: {
          receivers: ['otlp', 'zipkin'],
          processors: ['memory_limiter', ...(targets.errorsOnly ? ['tail_sampling'] : []), 'batch'],
          exporters: Object.keys(exporters),
        },
      },
    },
  };
}

const NO_QUEUE = { enabled: false };
