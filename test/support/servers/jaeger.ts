import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Installed } from './installServer';
import { answersOk } from './httpCalls';
import { startServerProcess } from './serverProcess';
import type { JaegerServer } from './runningServer';

/**
 * Jaeger 1.76 all-in-one with a store in memory: v1 JSON and v3 at `url`, OTLP at `otlpHttpUrl` and `otlpGrpcUrl`,
 * Zipkin's at `zipkinUrl`. An empty store answers `{"data":null}` on v1 and `{}` on v3.
 */
export async function startJaeger1({ folder }: Installed): Promise<JaegerServer> {
  let urls = noUrls;
  const running = await startServerProcess('jaeger1', 8, ([query, grpc, http, otlp, zipkin, ...rest]) => {
    urls = jaegerUrls(query, otlp, grpc, zipkin);
    const flags: Readonly<Record<string, number | undefined>> = {
      'query.http-server': query,
      'collector.otlp.grpc': grpc,
      'collector.http-server': http,
      'collector.otlp.http': otlp,
      'collector.zipkin': zipkin,
      'query.grpc-server': rest[0],
      'collector.grpc-server': rest[1],
      'admin.http': rest[2],
    };
    return {
      command: path.join(folder, 'jaeger'),
      args: Object.entries(flags).map(([flag, port]) => `--${flag}.host-port=127.0.0.1:${port}`),
      env: { COLLECTOR_OTLP_ENABLED: 'true', SPAN_STORAGE_TYPE: 'memory' },
      ready: () => answersOk(`${urls.url}/api/services`),
    };
  });
  return { kind: 'jaeger1', ...urls, ...running };
}

/** Jaeger 2.13 with a store in memory, of the same addresses; its own configuration, as it has no flags for ports. */
export async function startJaeger2({ folder }: Installed): Promise<JaegerServer> {
  let urls = noUrls;
  const running = await startServerProcess('jaeger2', 5, async ([query, grpc, otlp, zipkin, queryGrpc], data) => {
    urls = jaegerUrls(query, otlp, grpc, zipkin);
    const file = path.join(data, 'jaeger.yaml');
    await writeFile(file, jaeger2Configuration({ query, queryGrpc, grpc, otlp, zipkin }));
    return {
      command: path.join(folder, 'jaeger'),
      args: [`--config=${file}`],
      ready: () => answersOk(`${urls.url}/api/services`),
    };
  });
  return { kind: 'jaeger2', ...urls, ...running };
}

type JaegerUrls = Pick<JaegerServer, 'url' | 'otlpHttpUrl' | 'otlpGrpcUrl' | 'zipkinUrl'>;

const noUrls: JaegerUrls = { url: '', otlpHttpUrl: '', otlpGrpcUrl: '', zipkinUrl: '' };

function jaegerUrls(query?: number, otlp?: number, grpc?: number, zipkin?: number): JaegerUrls {
  const at = (port?: number): string => `http://127.0.0.1:${port}`;
  return { url: at(query), otlpHttpUrl: at(otlp), otlpGrpcUrl: at(grpc), zipkinUrl: at(zipkin) };
}

function jaeger2Configuration(ports: Readonly<Record<string, number | undefined>>): string {
  const at = (name: string): string => `127.0.0.1:${ports[name]}`;
  return `service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines:
    traces: { receivers: [otlp, zipkin], processors: [], exporters: [jaeger_storage_exporter] }
  telemetry: { metrics: { level: none } }
extensions:
  jaeger_query:
    storage: { traces: memory }
    http: { endpoint: '${at('query')}' }
    grpc: { endpoint: '${at('queryGrpc')}' }
  jaeger_storage:
    backends: { memory: { memory: { max_traces: 100000 } } }
receivers:
  otlp:
    protocols:
      grpc: { endpoint: '${at('grpc')}' }
      http: { endpoint: '${at('otlp')}' }
  zipkin: { endpoint: '${at('zipkin')}' }
exporters:
  jaeger_storage_exporter: { trace_storage: memory }
`;
}
