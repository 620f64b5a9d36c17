import type { Logger } from '../../../../base/logger';
import { NO_ATTRIBUTES, type Attributes } from '../../../../model/attributes';
import type { OperationStats } from '../../../../model/operation';
import { OperationTable } from '../../../../model/operationTable';
import type { OperationQuery } from '../../../../model/traceSource';
import { isBadRecord } from '../../../formats/spanRecord';
import { isObject, type JsonObject } from '../../../otlp/jsonFields';
import { hasFault } from '../../backendError';
import { SharedWork } from '../../sharedWork';
import type { RequestAllowance } from '../../transport/requestAllowance';
import { allOf, terms, within, type Clause } from '../clauses';
import { mergeOperations, type CountedOperation } from './mergeOperations';
import {
  BUCKETS_PER_OPERATION,
  groupFields,
  OPERATION_PARTS,
  operationsBody,
  presenceBody,
  presenceId,
  type GroupField,
} from './operationAggregation';
import { withErrorDetails } from './errorDetails';
import { countedOperation } from './operationBuckets';
import { bucketsIn, countIn } from '../aggregationValues';
import type { SpanIndex } from '../spanPages';
import type { SpanShape } from '../spanSchema';

/** What one call may pull over the wire, a little below the megabyte that a file's hints may cost. */
const BUDGET_BYTES = 960 * 1024;
/** What finding out which attributes there are may pull of it. */
const PRESENCE_BYTES = 64 * 1024;
/** Operations asked for first; then as many as fit into the half of what is left. */
const FIRST_PAGE = 50;
/** What a server allows in one answer unless it is set up otherwise. */
const MAX_BUCKETS = 65_535;
const LARGEST_PAGE = Math.floor(MAX_BUCKETS / BUCKETS_PER_OPERATION);
const SMALLEST_PAGE = 5;
/** Of what is left, the part that a page may take, and the last one. */
const PAGE_SHARE = 0.5;
const LAST_SHARE = 0.8;
/** Requests that are left for what exceptions say. */
const DETAIL_REQUESTS = 1;
/** What spans carry changes with a deployment, not from minute to minute. */
const PRESENT_TTL_MS = 5 * 60_000;

/** What is asked of operations besides, and how often. */
export interface OperationLimits {
  readonly always: readonly Clause[];
  readonly requests: RequestAllowance;
}

/** Ends a sentence. */
const cutTo = (count: number): string => `there are more operations than hints may bring; ${count} of them are told`;

/** What spans of a service carry that tells operations apart. */
interface Present {
  readonly shapes: readonly PresentShape[];
  /** Of one of the spans. */
  readonly resource: Attributes;
}

/** A shape that there are documents of. */
interface PresentShape {
  readonly shape: SpanShape;
  readonly fields: readonly GroupField[];
}

/** Operations as the server counts them: every span of a window, grouped by what identifies an operation. */
export class AggregatedOperations {
  private readonly present = new SharedWork<Present>(PRESENT_TTL_MS);

  constructor(
    private readonly name: string,
    private readonly logger: Logger,
  ) {}

  /**
   * @param always what every span must meet besides: the environment.
   * @param requests what may be asked; operations that it does not suffice for are left out.
   * @throws BackendError.
   */
  async operations(
    index: SpanIndex,
    { window, service, names }: OperationQuery,
    { always, requests }: OperationLimits,
    signal: AbortSignal,
  ): Promise<OperationStats[]> {
    const { schema } = index;
    const clauses = [within(schema.start, window), ...always];
    if (service !== undefined) clauses.push(terms(schema.service, [service]));
    const work = (shared: AbortSignal): Promise<Present> => {
      requests.take();
      return this.findPresent(index, allOf(clauses), shared);
    };
    const { shapes, resource } = await this.present.get(JSON.stringify([service ?? null, always]), work, signal);
    const table = new OperationTable();
    const counted: CountedOperation[] = [];
    let wasCut = false;
    let left = BUDGET_BYTES - PRESENCE_BYTES;
    for (const [at, { shape, fields }] of shapes.entries()) {
      const paging = new Paging(left, requests, DETAIL_REQUESTS + shapes.length - 1 - at);
      const named = names === undefined ? clauses : [...clauses, terms(shape.name, names)];
      while (paging.goesOn) {
        const page = { fields, window, size: paging.size, after: paging.after };
        const answer = await this.page(index, operationsBody(named, index, shape, page), paging, signal);
        if (answer === undefined) continue;
        const context = { index, shape, fields, table, resource, service, partial: answer.partial };
        const buckets = bucketsIn(answer.operations);
        counted.push(...buckets.flatMap((bucket) => countedOperation(bucket, context) ?? []));
        paging.next(buckets.length, answer.operations.after_key, answer.wireBytes);
      }
      wasCut ||= paging.wasCut;
      left = paging.left;
    }
    if (wasCut) {
      const kept = `only the first ${counted.length} are here`;
      this.logger.warn(`${this.name} has more operations than hints may bring, ${kept}.`);
    }
    const merged = mergeOperations(counted);
    const told = wasCut ? merged.map((stats) => ({ ...stats, exact: false, estimate: cutTo(merged.length) })) : merged;
    return requests.left > 0 ? withErrorDetails(told, index, left, signal) : told;
  }

  /** One page; undefined: it was too large, and is to be asked for again with fewer operations or not at all. */
  private async page(index: SpanIndex, body: JsonObject, paging: Paging, signal: AbortSignal) {
    paging.requests.take();
    try {
      const options = { parts: OPERATION_PARTS, maxWireBytes: paging.left };
      const { body: answer, partial, wireBytes } = await index.api.aggregate(body, options, signal);
      const found = isObject(answer.aggregations) ? answer.aggregations.operations : undefined;
      return { operations: isObject(found) ? found : {}, partial, wireBytes };
    } catch (error) {
      // With a status it is the server that does not count that much at once; without, the budget is used up.
      if (!hasFault(error, 'tooLarge')) throw error;
      if (error.status === undefined) paging.stop();
      else if (!paging.shrink() || paging.requests.left <= 0) throw error;
      return undefined;
    }
  }

  private async findPresent(index: SpanIndex, clause: Clause, signal: AbortSignal): Promise<Present> {
    const { schema, dialect, api } = index;
    const shapes = schema.shapes.map((shape) => ({ shape, fields: groupFields(schema, shape) }));
    const options = { maxWireBytes: PRESENCE_BYTES };
    const { body } = await api.aggregate(presenceBody(clause, shapes, dialect), options, signal);
    const counts = isObject(body.aggregations) ? body.aggregations : {};
    const [span] = dialect.convert(isObject(body.hits) && Array.isArray(body.hits.hits) ? body.hits.hits : []);
    return {
      shapes: shapes.flatMap(({ shape, fields }, at) => {
        if (shape.only !== undefined && countIn(counts[presenceId(at)]) === 0) return [];
        const isThere = ({ id, isAttribute }: GroupField): boolean =>
          !isAttribute || countIn(counts[presenceId(at, id)]) > 0;
        return [{ shape, fields: fields.filter(isThere) }];
      }),
      resource: span === undefined || isBadRecord(span) ? NO_ATTRIBUTES : span.resource,
    };
  }
}

/** Where a list that comes in pages stands, and what may still be pulled. */
class Paging {
  size = FIRST_PAGE;
  after: unknown;
  goesOn = true;
  /** The budget ended the list before its end. */
  wasCut = false;
  private largest = LARGEST_PAGE;

  /**
   * @param left bytes that may still be pulled.
   * @param spared requests that are left for others; the first page is asked for in any case.
   */
  constructor(
    public left: number,
    readonly requests: RequestAllowance,
    private readonly spared: number,
  ) {
    if (left <= 0 || requests.left <= 0) this.stop();
  }

  next(count: number, after: unknown, wireBytes: number): void {
    this.left -= wireBytes;
    this.goesOn = count >= this.size && after !== undefined;
    this.after = after;
    if (!this.goesOn) return;
    const more = this.requests.left - this.spared;
    const share = more > 1 ? PAGE_SHARE : LAST_SHARE;
    const fitting = Math.floor((this.left * share) / Math.max(1, wireBytes / count));
    this.size = Math.min(this.largest, fitting);
    if (this.size < SMALLEST_PAGE || more <= 0) this.stop();
  }

  /** @returns false if pages cannot be smaller. */
  shrink(): boolean {
    this.size = Math.floor(this.size / 2);
    this.largest = this.size;
    return this.size >= SMALLEST_PAGE;
  }

  stop(): void {
    this.goesOn = false;
    this.wasCut = true;
  }
}
