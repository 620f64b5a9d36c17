import { CHDB, COLLECTOR, JAEGER_1, JAEGER_2, MOTO, OPENSEARCH, ZIPKIN } from './versions';

/** The real servers the tests can run. */
export const SERVER_KINDS = ['jaeger1', 'jaeger2', 'zipkin', 'clickhouse', 'collector', 'xray', 'opensearch'] as const;
export type ServerKind = (typeof SERVER_KINDS)[number];

/** What a server's installation needs on the machine. `Java` is a JDK: one server is started from source. */
export type Toolchain = 'Go' | 'Java' | 'Maven' | 'Python';

export interface ServerFacts {
  /** For people: `Jaeger 1.76.0`. */
  readonly name: string;
  readonly toolchains: readonly Toolchain[];
  /** Its folder in the cache. The name is also the stamp: it exists only when the installation is whole. */
  readonly folder: string;
}

export const SERVER_FACTS: Readonly<Record<ServerKind, ServerFacts>> = {
  jaeger1: { name: `Jaeger ${JAEGER_1}`, toolchains: ['Go'], folder: `jaeger-${JAEGER_1}` },
  jaeger2: { name: `Jaeger ${JAEGER_2}`, toolchains: ['Go'], folder: `jaeger-${JAEGER_2}` },
  zipkin: { name: `Zipkin ${ZIPKIN}`, toolchains: ['Java', 'Maven'], folder: `zipkin-${ZIPKIN}` },
  clickhouse: { name: `ClickHouse (chdb ${CHDB})`, toolchains: [], folder: `chdb-${CHDB}` },
  collector: { name: `OpenTelemetry Collector ${COLLECTOR}`, toolchains: ['Go'], folder: `collector-${COLLECTOR}` },
  xray: { name: `AWS X-Ray (moto ${MOTO})`, toolchains: ['Python'], folder: `moto-${MOTO}` },
  opensearch: { name: `OpenSearch ${OPENSEARCH}`, toolchains: ['Java', 'Maven'], folder: `opensearch-${OPENSEARCH}` },
};
