import { labelOf, RESOURCE_LABELS } from '../../formats/elasticNames';
import { elasticEvents } from '../../formats/elasticEvents';
import { elasticSpans } from '../../formats/elasticSpans';
import { allOf, anyOf, exists, known, noneOf, terms, type Clause } from '../searchEngine/clauses';
import type { FieldCatalog } from '../searchEngine/fieldCatalog';
import type { EventDialect, SpanDialect, SpanSchema, SpanShape } from '../searchEngine/spanSchema';
import { classicShape, classicSource } from './classicShapes';
import { nativeShape, nativeSource } from './nativeShape';

/** Its dates have milliseconds; microseconds or nanoseconds are in the documents alone. */
const START_STEP_NS = 1_000_000n;

const EVENTS: EventDialect = {
  traceId: 'trace.id',
  only: eventClause,
  ofSpans: (spanIds) => anyOf([terms('parent.id', spanIds), terms('span.id', spanIds)]),
  source: [
    ...['@timestamp', 'timestamp', 'trace', 'trace_id', 'span.id', 'span_id', 'parent.id', 'transaction.id'],
    ...['processor.event', 'message', 'event_name', 'attributes', 'labels', 'numeric_labels'],
    ...['error.exception', 'error.log.message', 'error.log.stacktrace', 'error.message', 'error.stack_trace'],
    'error.type',
  ],
  convert: elasticEvents,
};

/**
 * The spans of Elastic APM, in both of its shapes: indices may hold one, the other, or, after a change of pipelines, both.
 * Fields that both must share are aliases in the native data streams: `trace.id`, `span.id`, `parent.id`, `service.name`.
 */
export const elasticDialect: SpanDialect = {
  fieldPatterns: [
    ...['labels.*', 'numeric_labels.*', 'transaction.*', 'span.*', 'processor.event', 'event.outcome', 'agent.name'],
    ...['service.*', 'host.*', 'process.*', 'container.*', 'kubernetes.*', 'cloud.*', 'http.*', 'url.*', 'code.*'],
    ...['user_agent.*', 'client.*', 'source.*', 'destination.*', 'network.*', 'session.*', 'user.*'],
    ...['trace_id', 'span_id', 'kind', 'scope.*', 'status.*', 'attributes.*', 'resource.attributes.*'],
  ],
  schema,
  convert: elasticSpans,
  baseSource: [
    ...['@timestamp', 'timestamp', 'trace', 'trace_id', 'span_id', 'parent_span_id', 'parent.id', 'name', 'kind'],
    ...['duration', 'status', 'processor.event', 'event.outcome', 'service.name', 'resource.attributes.service.name'],
    ...['transaction.id', 'transaction.name', 'transaction.type', 'transaction.duration', 'transaction.result'],
    ...['span.id', 'span.name', 'span.type', 'span.subtype', 'span.action', 'span.kind', 'span.duration'],
    ...['labels.messaging_operation', 'labels.messaging_operation_type', 'labels.messaging_operation_name'],
  ],
  attributeSource: (name) => [...classicSource(name), ...nativeSource(name)],
  resourceSource: [
    ...['resource.attributes', 'service', 'host', 'process', 'container', 'kubernetes', 'cloud'],
    ...['processor.event', 'agent.name', ...RESOURCE_LABELS.map((name) => `labels.${labelOf(name)}`)],
  ],
  eventSource: [],
  linkSource: ['links', 'span.links', 'transaction.links'],
  scopeSource: ['scope', 'agent', 'service.framework'],
  exemplarSource: [
    ...['@timestamp', 'timestamp.us', 'trace.id', 'trace_id', 'span_id', 'duration', 'processor.event'],
    ...['transaction.id', 'transaction.duration.us', 'span.id', 'span.duration.us'],
  ],
  exceptionSource: ['status', 'event.outcome', 'transaction.result'],
  events: EVENTS,
};

function schema(catalog: FieldCatalog): SpanSchema {
  const hasNative = catalog.indexed('span_id', false) !== undefined;
  const hasClassic = catalog.indexed('processor.event', false) !== undefined;
  const isUnknown = !hasNative && !hasClassic;
  const shapes: readonly SpanShape[] = [
    ...(hasClassic || isUnknown ? [classicShape(catalog, 'transaction'), classicShape(catalog, 'span')] : []),
    ...(hasNative || isUnknown ? [nativeShape(catalog)] : []),
  ];
  return {
    traceId: 'trace.id',
    service: 'service.name',
    start: '@timestamp',
    startStepNs: START_STEP_NS,
    order: ['span.id', 'transaction.id', 'processor.event'],
    // Indices of older versions hold errors and metrics as well.
    only: anyOf(known(shapes.map(({ only }) => only))),
    shapes,
  };
}

/** Log records are no events of spans: they have a severity. */
function eventClause(which: 'all' | 'exceptions'): Clause {
  const isError = terms('processor.event', ['error']);
  const names = ['event_name', 'attributes.event.name'];
  if (which === 'exceptions') return anyOf([isError, ...names.map((name) => terms(name, ['exception']))]);
  const isLogRecord = ['log.level', 'event.severity'].map(exists);
  const isEvent = allOf([terms('event.kind', ['event']), noneOf(isLogRecord)]);
  return anyOf([isError, isEvent, ...names.map(exists)]);
}
