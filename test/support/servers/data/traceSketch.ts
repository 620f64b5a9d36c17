import { createHash } from 'node:crypto';
import type { TestAttributes, TestSpan, TestSpans, TestValue } from '../../otlpSpans';

/** A span as the shop's traces are written down: times in milliseconds from the start of the trace. */
export interface SpanSketch extends Pick<TestSpan, 'kind' | 'attributes' | 'status' | 'links' | 'traceState'> {
  readonly name: string;
  /** May have a fraction, down to the nanosecond. */
  readonly at: number;
  readonly lasts: number;
  readonly events?: readonly { readonly name: string; readonly at: number; readonly attributes?: TestAttributes }[];
}

/** The instrumentation that made a span. */
export type Scope = 'http' | 'db' | 'grpc' | 'messaging' | 'code';

const SCOPES: Readonly<Record<Scope, readonly [name: string, version: string]>> = {
  http: ['@opentelemetry/instrumentation-http', '0.223.0'],
  db: ['@opentelemetry/instrumentation-pg', '0.75.0'],
  grpc: ['@opentelemetry/instrumentation-grpc', '0.223.0'],
  messaging: ['@opentelemetry/instrumentation-kafkajs', '0.33.0'],
  code: ['shop', ''],
};

/**
 * Collects the spans of one trace. Its ids follow from its name and nothing else: the trace id begins with the second it
 * starts in, as X-Ray wants it.
 */
export class TraceSketch {
  readonly traceId: string;
  private readonly groups = new Map<string, { service: string; scope: Scope; spans: TestSpan[] }>();
  private count = 0;

  /** @param traceId an id of another form. */
  constructor(
    private readonly name: string,
    readonly startNs: bigint,
    traceId?: string,
  ) {
    const seconds = (startNs / 1_000_000_000n).toString(16).padStart(8, '0');
    this.traceId = traceId ?? seconds + this.digits('trace', 24);
  }

  /** Adds a span and says its id. `parent` undefined makes a root. */
  add(service: string, scope: Scope, parent: string | undefined, sketch: SpanSketch): string {
    const spanId = this.digits(`span ${++this.count}`, 16);
    const { name, at, lasts, events = [], ...rest } = sketch;
    const span: TestSpan = {
      traceId: this.traceId,
      spanId,
      ...(parent === undefined ? {} : { parentSpanId: parent }),
      name,
      startNs: this.ns(at),
      endNs: this.ns(at) + BigInt(Math.round(lasts * 1e6)),
      events: events.map((event) => ({ ...event, timeNs: this.ns(event.at) })),
      flags: 257,
      ...rest,
    };
    const key = `${service} ${scope}`;
    const group = this.groups.get(key) ?? { service, scope, spans: [] };
    group.spans.push(span);
    this.groups.set(key, group);
    return spanId;
  }

  /** As it is sent: one resource for each service and instrumentation. */
  spans(): TestSpans[] {
    return [...this.groups.values()].map(({ service, scope, spans }) => {
      const [name, version] = SCOPES[scope];
      return { service, resource: resourceOf(service), scope: name, scopeVersion: version, spans };
    });
  }

  private ns(atMs: number): bigint {
    return this.startNs + BigInt(Math.round(atMs * 1e6));
  }

  private digits(what: string, length: number): string {
    return createHash('sha256').update(`${this.name} ${what}`).digest('hex').slice(0, length);
  }
}

function resourceOf(service: string): Record<string, TestValue> {
  return {
    'service.namespace': 'shop',
    'service.version': '1.4.2',
    'deployment.environment.name': 'test',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.version': '2.12.0',
    'process.pid': 4_100 + service.length,
    'process.command_args': ['node', `dist/${service}/main.js`],
  };
}

/** The attributes that say where in the code a span was made. */
export function codeAttributes(functionName: string, file: string, line: number): Record<string, TestValue> {
  return { 'code.function.name': functionName, 'code.file.path': `/app/${file}`, 'code.line.number': line };
}
