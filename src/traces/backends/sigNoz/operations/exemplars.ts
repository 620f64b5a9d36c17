import type { Attributes } from '../../../../model/attributes';
import { NO_ATTRIBUTES } from '../../../../model/attributes';
import type { ErrorExemplar, Exemplar, OperationStats } from '../../../../model/operation';
import { nanos, type DurationNs } from '../../../../model/time';
import { traceIdOf } from '../../../formats/recordIds';
import { itemsOf, textOf } from '../../../formats/recordValues';
import { sigNozSpans } from '../../../formats/sigNozSpans';
import { isBadRecord } from '../../../formats/spanRecord';
import { isObject, type JsonObject } from '../../../otlp/jsonFields';
import { allOf, anyOf, quotedText } from '../filterText';
import { LATEST_FIRST, spanField, type BuilderQuery, type FieldName, type SpanOrder } from '../sigNozQuery';
import type { Results } from '../sigNozApi';
import { rowSpan } from '../rowSpan';
import { identityText, presentText, type CountedOperation } from './countedOperation';

/** Operations that a slowest span is asked for: those with the most time. */
const MOST_SLOWEST = 150;
/** Operations that a failed span is asked for, and of these, what it says: its stack above all. */
const MOST_FAILED = 200;
const MOST_TOLD = 30;
/** Rows beyond one of each operation, as several spans may have taken as long: clocks may be coarse. */
const TIES = 200;
/** Of these, a typical one of each operation is taken. */
const LATEST_ROWS = 250;
/** Services of which a span is asked for, for its resource. */
const MOST_RESOURCES = 8;

const DURATION = spanField('duration_nano');
const LONGEST_FIRST: SpanOrder = [{ by: DURATION, direction: 'desc' }];

/** What is asked for besides numbers. */
export interface ExemplarRequest {
  readonly counted: readonly CountedOperation[];
  /** What identifies them. */
  readonly fields: readonly FieldName[];
  /** What all spans must meet. */
  readonly filter: string | undefined;
  readonly services: readonly string[];
}

/**
 * Queries for spans worth opening, all in one request: the slowest span of an operation and its slowest failure are found by
 * how long they took, which was counted; a typical one among the latest; and a span of each service, for its resource.
 */
export function exemplarQueries({ counted, fields, filter, services }: ExemplarRequest): BuilderQuery[] {
  const columns = columnsOf(fields);
  const failed = counted.filter(({ numbers }) => numbers.errorCount > 0).slice(0, MOST_FAILED);
  const of = (name: string, some: readonly CountedOperation[], bound: Bound): BuilderQuery[] => {
    const found = anyOf(some.flatMap((one) => spanFilter(one, counted, fields, bound) ?? []));
    const shape = { selectFields: columns, order: LONGEST_FIRST, limit: some.length * 2 + TIES };
    return found === undefined ? [] : [{ name, filter: allOf([filter, found]), ...shape }];
  };
  return [
    ...of('slowest', counted.slice(0, MOST_SLOWEST), slowest),
    ...of('failed', failed, slowestFailed),
    { name: 'latest', filter, selectFields: columns, order: LATEST_FIRST, limit: LATEST_ROWS },
    ...services.slice(0, MOST_RESOURCES).flatMap((service, at): BuilderQuery[] => {
      const quoted = quotedText(service);
      const ofService = quoted === undefined ? undefined : allOf([filter, `resource.service.name = ${quoted}`]);
      return ofService === undefined
        ? []
        : [{ name: `resource${at}`, filter: ofService, order: LATEST_FIRST, limit: 1 }];
    }),
  ];
}

/** Operations that failed: those of which a failed span is known, and those of which none is yet. */
function failedOnes({ counted }: ExemplarRequest, { byOperation }: FoundExemplars) {
  const failed = counted.filter(({ numbers }) => numbers.errorCount > 0).slice(0, MOST_TOLD);
  const known = failed.flatMap((operation) => {
    const error = byOperation.get(identityText(operation.identity))?.error;
    return error === undefined ? [] : [{ operation, error }];
  });
  const missing = failed.filter((operation) => !known.some((one) => one.operation === operation));
  return { known, missing };
}

/**
 * Queries for what failed spans say, and for a failed span of operations that have none yet: where spans take equally long,
 * those of others come first.
 */
export function failureQueries(request: ExemplarRequest, found: FoundExemplars): BuilderQuery[] {
  const { counted, fields, filter } = request;
  const { known, missing } = failedOnes(request, found);
  const told = anyOf(known.map(({ error }) => `trace_id = '${error.traceId}' AND span_id = '${error.spanId}'`));
  return [
    ...(told === undefined ? [] : [{ name: 'told', filter: told, order: LONGEST_FIRST, limit: known.length }]),
    ...missing.flatMap((one, at): BuilderQuery[] => {
      const own = spanFilter(one, counted, fields, () => 'has_error = true');
      const query = { filter: allOf([filter, own]), order: LATEST_FIRST, limit: 1 };
      return own === undefined ? [] : [{ name: `missing${at}`, ...query }];
    }),
  ];
}

function columnsOf(fields: readonly FieldName[]): FieldName[] {
  return [...fields, DURATION, spanField('has_error'), spanField('status_message')];
}

type Bound = (operation: CountedOperation) => string;

const slowest: Bound = ({ numbers }) => `duration_nano >= ${Math.floor(numbers.maxNs)}`;
const slowestFailed: Bound = ({ numbers }) =>
  `has_error = true AND duration_nano >= ${Math.floor(Number.isFinite(numbers.maxErrorNs) ? numbers.maxErrorNs : 0)}`;

/** Finds spans of one operation; by its attributes only where another has the same name. */
function spanFilter(
  operation: CountedOperation,
  all: readonly CountedOperation[],
  fields: readonly FieldName[],
  bound: Bound,
): string | undefined {
  const { identity } = operation;
  const isAlone = !all.some(
    (other) => other !== operation && [0, 1, 2].every((at) => other.identity[at] === identity[at]),
  );
  const compared = isAlone ? fields.slice(1, 3) : fields;
  const conditions = compared.map((field) => {
    const text = identity[fields.indexOf(field)];
    const name = field.fieldContext === 'span' ? field.name : `${field.fieldContext}.${field.name}`;
    if (text === undefined) return field.fieldContext === 'span' ? undefined : `${name} NOT EXISTS`;
    const quoted = quotedText(text);
    return quoted === undefined ? undefined : `${name} = ${quoted}`;
  });
  return allOf([...conditions, bound(operation)]);
}

/** Exemplars by {@link identityText}, and resources by service. */
export interface FoundExemplars {
  readonly byOperation: ReadonlyMap<string, OperationStats['exemplars']>;
  readonly resources: ReadonlyMap<string, Attributes>;
}

/** Reads the answers to {@link exemplarQueries}. */
export function foundExemplars(results: Results, { counted, fields, services }: ExemplarRequest): FoundExemplars {
  const medians = new Map(
    counted.map(({ identity, numbers }) => [identityText(identity), numbers.percentilesNs[3] ?? 0]),
  );
  const byOperation = new Map<
    string,
    { -readonly [K in keyof OperationStats['exemplars']]: OperationStats['exemplars'][K] }
  >();
  const read = (
    name: string,
    take: (found: NonNullable<ReturnType<typeof byOperation.get>>, row: RowExemplar) => void,
  ) => {
    for (const row of rowsOf(results, name)) {
      const exemplar = rowExemplar(row, fields);
      if (exemplar === undefined || !medians.has(exemplar.id)) continue;
      const found = byOperation.get(exemplar.id) ?? {};
      byOperation.set(exemplar.id, found);
      take(found, exemplar);
    }
  };
  read('slowest', (found, { exemplar }) => {
    if (exemplar.durationNs > (found.slowest?.durationNs ?? -1)) found.slowest = exemplar;
  });
  read('failed', (found, { failure }) => (found.error ??= failure));
  read('latest', (found, { id, exemplar, hasFailed }) => {
    if (hasFailed) return;
    const median = medians.get(id)!;
    const distance = (one: Exemplar): number => Math.abs(Math.log((one.durationNs + 1) / (median + 1)));
    if (found.typical === undefined || distance(exemplar) < distance(found.typical)) found.typical = exemplar;
  });
  const resources = new Map(
    services.slice(0, MOST_RESOURCES).map((service, at) => [service, resourceIn(results, `resource${at}`)] as const),
  );
  return { byOperation, resources };
}

/**
 * Failed spans with what they say, by {@link identityText}: the answers to {@link failureQueries}. Rows are known by their ids
 * and by what was asked: a SigNoz that takes several names of an attribute for one groups by other values than rows have.
 */
export function toldFailures(
  results: Results,
  request: ExemplarRequest,
  found: FoundExemplars,
): ReadonlyMap<string, ErrorExemplar> {
  const { known, missing } = failedOnes(request, found);
  const told = rowsOf(results, 'told').flatMap((row) => rowExemplar(row, request.fields) ?? []);
  const failures = new Map<string, ErrorExemplar>();
  for (const { operation, error } of known) {
    const row = told.find(({ failure }) => failure.spanId === error.spanId && failure.traceId === error.traceId);
    if (row !== undefined) failures.set(identityText(operation.identity), { ...error, ...row.failure });
  }
  missing.forEach((operation, at) => {
    const [row] = rowsOf(results, `missing${at}`).flatMap((one) => rowExemplar(one, request.fields) ?? []);
    if (row !== undefined) failures.set(identityText(operation.identity), row.failure);
  });
  return failures;
}

function rowsOf(results: Results, name: string): JsonObject[] {
  return itemsOf(results.get(name)?.rows).filter(isObject);
}

interface RowExemplar {
  /** {@link identityText} of its operation. */
  readonly id: string;
  readonly exemplar: Exemplar;
  readonly failure: ErrorExemplar;
  readonly hasFailed: boolean;
}

function rowExemplar(row: JsonObject, fields: readonly FieldName[]): RowExemplar | undefined {
  const span = rowSpan(row);
  const traceId = traceIdOf(span?.traceId);
  if (span?.spanId === undefined || traceId === undefined) return undefined;
  const { data, spanId, startNs } = span;
  const [attributes, resource] = [data.attributes, data.resource].map((map) => (isObject(map) ? map : {}));
  const identity = fields.map(({ name, fieldContext }) =>
    presentText(data[name] ?? (fieldContext === 'resource' ? resource : attributes)![name]),
  );
  const durationNs = Number(data.duration_nano) as DurationNs;
  const exemplar = { traceId, spanId, startNs: nanos(startNs), durationNs };
  return {
    ...{ id: identityText(identity), exemplar, hasFailed: data.has_error === true },
    failure: { ...exemplar, ...whatItSaid(row) },
  };
}

/** The message of a failed span, and the stack of its last exception, where the row has its events. */
function whatItSaid(row: JsonObject): Pick<ErrorExemplar, 'message' | 'stack'> {
  const [span] = sigNozSpans(row);
  if (span === undefined || isBadRecord(span)) return {};
  const said = span.events.filter(({ attributes }) => attributes.has('exception.type')).at(-1)?.attributes;
  const message = span.status.message || textOf(said?.get('exception.message'));
  const stack = textOf(said?.get('exception.stacktrace'));
  return { ...(message === undefined ? {} : { message }), ...(stack === undefined ? {} : { stack }) };
}

function resourceIn(results: Results, name: string): Attributes {
  const [row] = rowsOf(results, name);
  const [span] = row === undefined ? [] : sigNozSpans(row);
  return span === undefined || isBadRecord(span) ? NO_ATTRIBUTES : span.resource;
}
