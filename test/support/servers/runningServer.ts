import type { ServerProcess } from './serverProcess';

/** Every server says where its query API is and how to end it. */
interface Running extends ServerProcess {
  /** Base URL without a slash at the end. */
  readonly url: string;
}

export interface JaegerServer extends Running {
  readonly kind: 'jaeger1' | 'jaeger2';
  readonly otlpHttpUrl: string;
  /** Cleartext HTTP/2. */
  readonly otlpGrpcUrl: string;
  readonly zipkinUrl: string;
}

export interface ZipkinServer extends Running {
  readonly kind: 'zipkin';
}

export interface ClickhouseServer extends Running {
  readonly kind: 'clickhouse';
  readonly user: string;
  readonly password: string;
  /** Where {@link writeTo} puts `otel_traces`. */
  readonly database: string;
}

/** Has no query API: `url` is where it takes OTLP/HTTP. */
export interface CollectorServer extends Running {
  readonly kind: 'collector';
  readonly otlpHttpUrl: string;
  /** Cleartext HTTP/2. */
  readonly otlpGrpcUrl: string;
  readonly zipkinUrl: string;
}

export interface XrayServer extends Running {
  readonly kind: 'xray';
  readonly region: string;
  /** Any credentials will do. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface OpenSearchServer extends Running {
  readonly kind: 'opensearch';
}

/** A server that keeps traces and finds them again. */
export type BackendServer = JaegerServer | ZipkinServer | ClickhouseServer | XrayServer | OpenSearchServer;

export type RunningServer = BackendServer | CollectorServer;
