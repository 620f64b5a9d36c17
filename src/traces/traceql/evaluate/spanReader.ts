import type { Attributes, AttributeValue } from '../../../model/attributes';
import { ROW, type SpanDetails, type SpanEvent, type SpanLink, type Trace } from '../../../model/trace';
import type { AttributeScope } from '../language/ast';
import { KINDS, likened, STATUSES, type Datum, type Scalar } from '../language/datum';
import type { Intrinsic } from '../language/intrinsics';
import { otherNames } from '../language/semconv';
import { TraceStructure } from './traceStructure';

/** What decoders call a service without a name. */
export const UNKNOWN_SERVICE = 'unknown_service';
const NO_SPAN = '0000000000000000';

/** How attributes are looked up. */
export interface ReadOptions {
  /** Old and new names of the semantic conventions mean the same attribute. */
  readonly anySemconv?: boolean;
  /** The source keeps attributes as texts: where a number or a condition is asked for, a text that is one counts as it. */
  readonly textValues?: boolean | ((trace: Trace) => boolean);
}

/**
 * Reads the fields of one span after the other: from columns where there is one, else from the span's details, which are
 * decoded once a row.
 */
export class SpanReader {
  row = -1;
  /** The event and the link that `event` and `link` fields mean; set while their spans' conditions are tried. */
  event: SpanEvent | undefined;
  link: SpanLink | undefined;
  private readonly decoded: (SpanDetails | undefined)[] = [];
  private readonly met = new Map<number, { event: SpanEvent | undefined; link: SpanLink | undefined }>();
  private structureOfTrace: TraceStructure | undefined;
  private root = -2;
  /** See {@link ReadOptions.textValues}. */
  readonly hasTextValues: boolean;

  constructor(
    readonly trace: Trace,
    private readonly options: ReadOptions = {},
  ) {
    const { textValues = false } = options;
    this.hasTextValues = typeof textValues === 'function' ? textValues(trace) : textValues;
  }

  /** A value that is to be a number. */
  number(value: Datum): Datum {
    return this.hasTextValues ? likened(value, 0) : value;
  }

  moveTo(row: number): void {
    if (row === this.row) return;
    this.row = row;
    this.event = undefined;
    this.link = undefined;
  }

  /** Notes that the current event and link met a condition: what comes later means these. */
  keepMet(): void {
    this.met.set(this.row, { event: this.event, link: this.link });
  }

  /** The events that a field can mean: the one that met a condition first; one `undefined` if there are none. */
  events(): readonly (SpanEvent | undefined)[] {
    const met = this.met.get(this.row)?.event;
    const { events } = this.details;
    if (events.length === 0) return [undefined];
    return met === undefined ? events : [met, ...events];
  }

  /** As {@link events}, of links. */
  links(): readonly (SpanLink | undefined)[] {
    const met = this.met.get(this.row)?.link;
    const { links } = this.details;
    if (links.length === 0) return [undefined];
    return met === undefined ? links : [met, ...links];
  }

  get details(): SpanDetails {
    return (this.decoded[this.row] ??= this.trace.details(this.row));
  }

  get structure(): TraceStructure {
    return (this.structureOfTrace ??= new TraceStructure(this.trace));
  }

  /** The value of an attribute; undefined if the span has none, or one that cannot be compared (maps, bytes). */
  attribute(scope: AttributeScope, name: string): Datum {
    return comparable(this.rawAttribute(scope, name));
  }

  /** Whether there is an attribute of that name, of whatever type; an empty value of none counts as there. */
  has(scope: AttributeScope, name: string): boolean {
    return this.rawAttribute(scope, name) !== undefined;
  }

  intrinsic(name: Intrinsic): Datum {
    const { trace, row } = this;
    switch (name) {
      case 'name':
        return trace.names[trace.name[row]!]!;
      case 'duration':
        return trace.duration[row]!;
      case 'status':
        return STATUSES[trace.status[row]!];
      case 'kind':
        return KINDS[trace.kind[row]!];
      case 'statusMessage':
        return this.details.statusMessage;
      case 'instrumentation:name':
        return this.details.scope.name;
      case 'instrumentation:version':
        return this.details.scope.version;
      case 'span:id':
        return trace.spanId(row) ?? NO_SPAN;
      case 'span:parentID':
        return this.details.parentSpanId;
      case 'parent':
        return undefined;
      default:
        return this.ofTrace(name);
    }
  }

  private ofTrace(
    name: Exclude<Intrinsic, 'name' | 'duration' | 'status' | 'kind' | 'statusMessage' | 'parent'>,
  ): Datum {
    const { trace, row } = this;
    switch (name) {
      case 'traceDuration':
        return trace.durationNs;
      case 'rootName':
        return this.rootRow < 0 ? '' : trace.names[trace.name[this.rootRow]!]!;
      case 'rootServiceName':
        return this.rootRow < 0 ? '' : trace.services[trace.service[this.rootRow]!]!;
      case 'trace:id':
        return withoutZeros(trace.id);
      case 'nestedSetLeft':
        return this.structure.left[row]!;
      case 'nestedSetRight':
        return this.structure.right[row]!;
      case 'nestedSetParent':
        return this.structure.parent[row]!;
      case 'span:childCount':
        return this.structure.childCount[row]!;
      case 'event:name':
        return this.event?.name;
      case 'event:timeSinceStart':
        return this.event === undefined ? undefined : Number(this.event.timeNs - this.details.startNs);
      case 'link:traceID':
        return this.link === undefined ? undefined : withoutZeros(this.link.traceId ?? '');
      case 'link:spanID':
        return this.link === undefined ? undefined : (this.link.spanId ?? NO_SPAN);
      default:
        return undefined;
    }
  }

  /** The first span without a parent; -1 if there is none. */
  private get rootRow(): number {
    if (this.root === -2) {
      const { parent, flags, count } = this.trace;
      this.root = -1;
      for (let row = 0; row < count && this.root < 0; row++) {
        if (parent[row]! < 0 && (flags[row]! & (ROW.orphan | ROW.cycle)) === 0) this.root = row;
      }
    }
    return this.root;
  }

  private rawAttribute(scope: AttributeScope, name: string): AttributeValue | undefined {
    if (scope === 'resource' && name === 'service.name') return this.service;
    switch (scope) {
      case 'any':
        return this.lookUp(this.details.attributes, name) ?? this.lookUp(this.details.resource, name);
      case 'span':
        return this.lookUp(this.details.attributes, name);
      case 'resource':
        return this.lookUp(this.details.resource, name);
      case 'instrumentation':
        return this.lookUp(this.details.scope.attributes, name);
      case 'event':
        return this.event === undefined ? undefined : this.lookUp(this.event.attributes, name);
      case 'link':
        return this.link === undefined ? undefined : this.lookUp(this.link.attributes, name);
    }
  }

  /** The column holds a word of its own for resources that name no service; TraceQL takes them for "". */
  private get service(): AttributeValue {
    const service = this.trace.services[this.trace.service[this.row]!]!;
    if (service !== UNKNOWN_SERVICE) return service;
    return this.lookUp(this.details.resource, 'service.name') ?? '';
  }

  private lookUp(attributes: Attributes, name: string): AttributeValue | undefined {
    const value = attributes.get(name) ?? undefined;
    if (value !== undefined || this.options.anySemconv !== true) return value;
    for (const other of otherNames(name)) {
      const found = attributes.get(other) ?? undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Ids of traces are compared without leading zeros: some systems leave them out. */
export function withoutZeros(id: string): string {
  return id.replace(/^0+/, '');
}

/** A value that TraceQL can compare: lists of one type become the value itself where they have one. */
export function comparable(value: AttributeValue | undefined): Datum {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return typeof value === 'object' ? undefined : value;
  const items = value as readonly AttributeValue[];
  const type = listType(items[0]);
  if (type === undefined || items.some((item) => listType(item) !== type)) return undefined;
  return items.length === 1 ? (items[0] as Scalar) : (items as readonly Scalar[]);
}

function listType(value: AttributeValue | undefined): string | undefined {
  if (typeof value === 'bigint') return 'number';
  return value === undefined || typeof value === 'object' ? undefined : typeof value;
}
