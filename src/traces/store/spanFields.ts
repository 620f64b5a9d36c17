import type { Attributes, AttributeValue } from '../../model/attributes';
import { spanIdAt } from '../../model/ids';
import { OPERATION_ATTRIBUTES, SPAN_KINDS } from '../../model/operation';
import type { OperationTable } from '../../model/operationTable';
import type { SpanColumns } from '../../model/spanBatch';
import { coldBytes, wordsOf } from '../../model/tree/traceRows';
import { ColdKeySearch } from '../otlp/coldKeySearch';
import { decodeCold, decodeResource, decodeScope, type ColdDetails, type ScopeDetails } from '../otlp/spanDetails';
import type { Field } from '../traceql/language/ast';
import { KINDS, STATUSES } from '../traceql/language/datum';
import { otherNames } from '../traceql/language/semconv';
import { comparable, UNKNOWN_SERVICE } from '../traceql/evaluate/spanReader';
import { UNKNOWN, type Known, type PartialSpan } from '../traceql/evaluate/ternary';
import { durationOf } from './exemplars';
import type { Segment } from './segment';

const NO_SPAN = '0000000000000000';
const IDENTIFYING = new Set(OPERATION_ATTRIBUTES);

/** What all spans of one operation have in common. */
export class OperationFields implements PartialSpan {
  operation = 0;

  constructor(private readonly operations: OperationTable) {}

  field(field: Field): Known {
    const { operations, operation } = this;
    if (operations.isOverflow(operation)) return UNKNOWN;
    const key = operations.key(operation);
    if (field.node === 'attribute') {
      if (field.scope === 'resource') {
        return field.name === 'service.name' && key.service !== UNKNOWN_SERVICE ? key.service : UNKNOWN;
      }
      const isKept = (field.scope === 'span' || field.scope === 'any') && IDENTIFYING.has(field.name);
      // One that is not there may still be sent as a list, which the key does not hold.
      return isKept ? (comparable(key.attributes.get(field.name)) ?? UNKNOWN) : UNKNOWN;
    }
    if (field.name === 'name') return key.name;
    if (field.name === 'kind') return KINDS[SPAN_KINDS.indexOf(key.kind)];
    return field.name === 'instrumentation:name' ? key.scope : UNKNOWN;
  }
}

/** What the columns of a segment say of one span, and its resource and scope. */
export class ColumnFields implements PartialSpan {
  row = 0;
  private readonly operation: OperationFields;
  private readonly resources: (Attributes | undefined)[] = [];
  private readonly scopes: (ScopeDetails | undefined)[] = [];

  constructor(
    private readonly segment: Segment,
    private readonly anySemconv: boolean,
  ) {
    this.operation = new OperationFields(segment.batch.operations);
  }

  field(field: Field): Known {
    const { segment, row } = this;
    const { batch } = segment;
    if (field.node === 'attribute') return this.attribute(field);
    switch (field.name) {
      case 'status':
        return STATUSES[batch.status[row]!];
      case 'duration':
        return durationOf(segment.startWords, segment.endWords, row) || 0;
      case 'instrumentation:name':
        return this.scope.name;
      case 'instrumentation:version':
        return this.scope.version;
      case 'span:id':
        return spanIdAt(batch.spanIds, row) ?? NO_SPAN;
      case 'span:parentID':
        return spanIdAt(batch.parentIds, row);
      case 'event:name':
      case 'event:timeSinceStart':
        return batch.eventCount[row] === 0 ? undefined : UNKNOWN;
      case 'link:traceID':
      case 'link:spanID':
        return batch.linkCount[row] === 0 ? undefined : UNKNOWN;
      default:
        return this.ofOperation(field);
    }
  }

  private attribute(field: Field & { node: 'attribute' }): Known {
    const { segment, row } = this;
    const known = this.ofOperation(field);
    if (known !== UNKNOWN) return known;
    if (field.scope === 'resource') {
      const value = lookUp(this.resource, field.name, this.anySemconv);
      return comparable(field.name === 'service.name' ? (value ?? '') : value);
    }
    if (field.scope === 'instrumentation')
      return comparable(lookUp(this.scope.attributes, field.name, this.anySemconv));
    if (field.scope === 'event') return segment.batch.eventCount[row] === 0 ? undefined : UNKNOWN;
    if (field.scope === 'link') return segment.batch.linkCount[row] === 0 ? undefined : UNKNOWN;
    return UNKNOWN;
  }

  private ofOperation(field: Field): Known {
    this.operation.operation = this.segment.batch.operation[this.row]!;
    return this.operation.field(field);
  }

  private get resource(): Attributes {
    const { batch } = this.segment;
    const index = batch.resource[this.row]!;
    return (this.resources[index] ??= decodeResource(batch.resources[index]!));
  }

  private get scope(): ScopeDetails {
    const { batch } = this.segment;
    const index = batch.scope[this.row]!;
    return (this.scopes[index] ??= decodeScope(batch.scopes[index]!));
  }
}

/** Everything of one span but its events, its links and its place in the trace; decoded only if the bytes name the attribute. */
export class SpanFields implements PartialSpan {
  private decoded: { readonly row: number; readonly details: ColdDetails } | undefined;
  private readonly columns: ColumnFields;
  private readonly searches = new Map<string, ColdKeySearch>();

  /** @param segment only `batch` and the times are read. */
  constructor(
    private readonly segment: Segment,
    private readonly anySemconv: boolean,
  ) {
    this.columns = new ColumnFields(segment, anySemconv);
  }

  set row(row: number) {
    this.columns.row = row;
  }

  field(field: Field): Known {
    const known = this.columns.field(field);
    if (known !== UNKNOWN) return known;
    if (field.node === 'intrinsic') {
      if (field.name === 'statusMessage') return this.details.statusMessage;
      if (field.name === 'name') return this.details.name ?? UNKNOWN;
      return UNKNOWN;
    }
    if (field.scope !== 'span' && field.scope !== 'any') return UNKNOWN;
    const own = this.names(field.name) ? lookUp(this.details.attributes, field.name, this.anySemconv) : undefined;
    if (own !== undefined || field.scope === 'span') return comparable(own);
    return this.columns.field({ ...field, scope: 'resource' });
  }

  /** Whether the span may have the attribute: far cheaper than decoding, and most often no. */
  private names(name: string): boolean {
    const { batch } = this.segment;
    let search = this.searches.get(name);
    if (search === undefined) {
      search = new ColdKeySearch(batch.cold, [name, ...(this.anySemconv ? otherNames(name) : [])]);
      this.searches.set(name, search);
    }
    const { row } = this.columns;
    return search.mayBeAt(batch.coldStart[row]!, batch.coldStart[row + 1]!);
  }

  private get details(): ColdDetails {
    const { row } = this.columns;
    if (this.decoded?.row !== row) {
      this.decoded = { row, details: decodeCold(coldBytes(this.segment.batch, row)) };
    }
    return this.decoded.details;
  }
}

/** Some rows of a segment as one of their own, with their cold bytes at hand. */
export function withCold(
  segment: Segment,
  rows: Uint32Array,
): { readonly segment: Segment; readonly rows: Uint32Array } {
  const selected = segment.select(rows);
  if (selected.batch === segment.batch) return { segment, rows };
  return { segment: { ...segment, ...timesOf(selected.batch), batch: selected.batch }, rows: selected.rows };
}

function timesOf(batch: SpanColumns) {
  return { startWords: wordsOf(batch.startNs), endWords: wordsOf(batch.endNs) };
}

function lookUp(attributes: Attributes, name: string, anySemconv: boolean): AttributeValue | undefined {
  const value = attributes.get(name) ?? undefined;
  if (value !== undefined || !anySemconv) return value;
  for (const other of otherNames(name)) {
    const found = attributes.get(other) ?? undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
