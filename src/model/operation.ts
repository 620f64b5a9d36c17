import type { Brand } from '../base/brand';
import type { Attributes } from './attributes';
import type { SpanId, TraceId } from './ids';
import type { LatencyHistogram } from './histogram/histogram';
import type { DurationNs, Nanos } from './time';

/** OTLP's SpanKind by number: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
export const SPAN_KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** OTLP's StatusCode by number: 0 unset, 1 ok, 2 error. */
export const STATUS_ERROR = 2;

/**
 * Spans that share all of this are one operation. Millions of spans are a few thousand operations, and everything
 * expensive (mapping above all) happens once per operation.
 */
export interface OperationKey {
  readonly service: string;
  /** Of the first span seen: helps to bind the service to a folder, is not part of the identity. */
  readonly resource: Attributes;
  readonly scope: string;
  readonly kind: SpanKind;
  readonly name: string;
  /** Only the keys of {@link OPERATION_ATTRIBUTES} (plus, for a mapping request, `exception.*`). */
  readonly attributes: Attributes;
}

/** Stable for the life of one engine; made from the identity, so equal keys give equal ids. */
export type OperationId = Brand<string, 'OperationId'>;

/** A span worth opening. */
export interface Exemplar {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly durationNs: DurationNs;
  readonly startNs: Nanos;
}

/** What is known of one operation within a time window. */
export interface OperationStats {
  readonly id: OperationId;
  readonly key: OperationKey;
  readonly count: number;
  readonly errorCount: number;
  /** Sum of durations in nanoseconds: orders operations by total time. */
  readonly totalNs: number;
  readonly latency: LatencyHistogram;
  /** Durations of the failed calls alone: for the picture in the hover. */
  readonly errorLatency?: LatencyHistogram;
  /** Oldest first, one entry per time bucket of the window (also empty ones): for the trend. */
  readonly trend: readonly TrendPoint[];
  readonly exemplars: {
    readonly slowest?: Exemplar;
    readonly error?: ErrorExemplar;
    readonly typical?: Exemplar;
  };
  /** False where spans were sampled or dropped: the words say `≈`. */
  readonly exact: boolean;
  /** Why numbers are estimates, also where every span was counted: a sentence without its full stop. */
  readonly estimate?: string;
  /** The backend did not answer: these are its last known numbers; the words say `⧖`. */
  readonly isStale?: boolean;
}

/** An exemplar that failed, with what it said; both may be decoded only when they are read. */
export interface ErrorExemplar extends Exemplar {
  readonly message?: string | undefined;
  /** `exception.stacktrace` of the recorded exception, as sent. */
  readonly stack?: string | undefined;
}

/** One time bucket of an operation. `p95Ns` is undefined where there were no calls. */
export interface TrendPoint {
  readonly count: number;
  readonly errorCount: number;
  readonly p95Ns: number | undefined;
}

/**
 * Span attributes that are part of an operation's identity: they have few values and say where the code is.
 * Anything with many values (urls, ids, statements) must stay out.
 */
export const OPERATION_ATTRIBUTES: readonly string[] = [
  'code.function.name',
  'code.function',
  'code.namespace',
  'code.file.path',
  'code.filepath',
  'code.line.number',
  'code.lineno',
  'code.column.number',
  'code.column',
  'code.module.name',
  'http.route',
  'http.request.method',
  'http.method',
  'url.template',
  'method',
  'uri',
  'class',
  'rpc.system',
  'rpc.system.name',
  'rpc.service',
  'rpc.method',
  'messaging.system',
  'messaging.destination.name',
  'messaging.destination',
  'messaging.destination.template',
  'messaging.operation',
  'messaging.operation.type',
  'messaging.operation.name',
  'messaging.consumer.group.name',
  'messaging.kafka.consumer.group',
  'db.system',
  'db.system.name',
  'db.namespace',
  'db.name',
  'db.operation',
  'db.operation.name',
  'db.collection.name',
  'db.sql.table',
  'graphql.operation.name',
  'graphql.operation.type',
  'graphql.field.path',
  'nestjs.controller',
  'nestjs.callback',
  'nestjs.type',
  'express.type',
  'express.name',
  'koa.type',
  'koa.name',
  'hapi.type',
  'fastify.type',
  'fastify.name',
  'hook.callback.name',
  'plugin.name',
  'next.route',
  'next.span_type',
  'next.span_name',
  'sveltekit.load.node_id',
  'phoenix.plug',
  'phoenix.action',
  'celery.task_name',
  'oban.job.worker',
  'messaging.sidekiq.job_class',
  'messaging.active_job.adapter.name',
  'code.job_class',
  'peer.service',
  'server.address',
  'server.port',
  'router.type',
  'router.name',
  'restify.type',
  'restify.name',
  'restify.method',
  'connect.type',
  'graphql.path',
  'graphql.parentType',
  'tornado.handler',
  'graphql.field.name',
  'model',
  'next.page',
  'sveltekit.form_action.name',
  'sveltekit.remote.call.name',
  'match.route.id',
  'trpc.path',
  'bullmq.queue.name',
  '_dd.code_origin.type',
  '_dd.code_origin.frames.0.file',
  '_dd.code_origin.frames.0.line',
  'messaging.oban.worker',
  'messaging.masstransit.consumer_type',
  'nservicebus.handler.handler_type',
  'job.type',
  'faas.name',
  'messaging.que.job_class',
  'messaging.resque.job_class',
  'messaging.delayed_job.name',
  'messaging.message.job_name',
  'symfony.messenger.message',
  'rq.job.function',
  'remoulade.actor_name',
  'actor_name',
];
