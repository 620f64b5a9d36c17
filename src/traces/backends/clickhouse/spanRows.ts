import type { Attributes } from '../../../model/attributes';
import { itemsOf, kindOf, textAttributes, textOf } from '../../formats/recordValues';
import { recordIds, spanIdOf, traceIdOf } from '../../formats/recordIds';
import {
  NO_SCOPE,
  type ConvertedSpan,
  type RecordEvent,
  type RecordLink,
  type RecordScope,
} from '../../formats/spanRecord';
import type { JsonObject } from '../../otlp/jsonFields';
import { flatJson } from './flatJson';
import { START_NS } from './spanSql';
import type { SpanTable } from './spanTable';

/** Resources and scopes that are remembered, so that their spans share one object. */
const MAX_SHARED = 2048;

/** The columns of whole spans, for {@link SpanRows}. */
export function spanColumns({ attributes, hasScope, hasLinks }: SpanTable): string {
  const own = (column: string) => (attributes === 'json' ? `toString(${column})` : column);
  const each = (column: string) => (attributes === 'json' ? `arrayMap(a -> toString(a), ${column})` : column);
  return [
    `TraceId AS t, SpanId AS s, ParentSpanId AS p, TraceState AS ts, SpanName AS n, SpanKind AS k`,
    `${START_NS} AS b, toInt64(Duration) AS d, StatusCode AS c, StatusMessage AS m, ServiceName AS sn`,
    `${own('ResourceAttributes')} AS r, ${own('SpanAttributes')} AS a`,
    hasScope ? 'ScopeName AS cn, ScopeVersion AS cv' : `'' AS cn, '' AS cv`,
    `arrayMap(e -> toUnixTimestamp64Nano(e), \`Events.Timestamp\`) AS eb, \`Events.Name\` AS en`,
    `${each('`Events.Attributes`')} AS ea`,
    ...(hasLinks ? ['`Links.TraceId` AS lt, `Links.SpanId` AS ls, `Links.TraceState` AS lx'] : []),
    ...(hasLinks ? [`${each('`Links.Attributes`')} AS la`] : []),
  ].join(',\n  ');
}

/** Turns rows of {@link spanColumns} into spans. Texts become numbers where semantic conventions say that they are. */
export class SpanRows {
  private readonly resources = new Map<string, Attributes>();
  private readonly scopes = new Map<string, RecordScope>();

  /** One span, or why it cannot be read. */
  span(row: JsonObject): ConvertedSpan {
    const ids = recordIds(row.t, row.s, row.p);
    if (ids === undefined) return { problem: 'TraceId or SpanId is missing' };
    const startNs = integer(row.b);
    const duration = BigInt.asIntN(64, integer(row.d) ?? 0n);
    if (startNs === undefined) return { problem: 'Timestamp is not a time' };
    try {
      return {
        ...ids,
        traceState: textOf(row.ts) ?? '',
        name: textOf(row.n) ?? '',
        kind: kindOf(row.k),
        startNs,
        endNs: startNs + duration,
        attributes: attributesOf(row.a),
        events: events(row, startNs),
        links: links(row),
        status: { code: statusOf(row.c), message: textOf(row.m) },
        resource: this.resource(row.r, textOf(row.sn) ?? ''),
        scope: this.scope(textOf(row.cn) ?? '', textOf(row.cv) ?? ''),
      };
    } catch (error) {
      if (error instanceof SyntaxError) return { problem: 'its attributes are not JSON' };
      throw error;
    }
  }

  /** The table's column names the service, whatever the resource says. */
  private resource(value: unknown, service: string): Attributes {
    return shared(this.resources, JSON.stringify([service, value]), () => {
      const attributes = attributesOf(value);
      if (service !== '') attributes.set('service.name', service);
      return attributes;
    });
  }

  private scope(name: string, version: string): RecordScope {
    if (name === '' && version === '') return NO_SCOPE;
    return shared(this.scopes, `${name}\n${version}`, () => ({ name, version }));
  }
}

/** Attributes as a column holds them: a map of texts, or a text of JSON. */
export function attributesOf(value: unknown) {
  return typeof value === 'string' ? flatJson(value) : textAttributes(value);
}

function events(row: JsonObject, startNs: bigint): RecordEvent[] {
  const names = itemsOf(row.en);
  const attributes = itemsOf(row.ea);
  return itemsOf(row.eb).map((time, index) => ({
    timeNs: integer(time) ?? startNs,
    name: textOf(names[index]) ?? '',
    attributes: attributesOf(attributes[index]),
  }));
}

/** A link that names no span leads nowhere. */
function links(row: JsonObject): RecordLink[] {
  const [spans, states, attributes] = [itemsOf(row.ls), itemsOf(row.lx), itemsOf(row.la)];
  return itemsOf(row.lt).flatMap((trace, index) => {
    const [traceId, spanId] = [traceIdOf(trace), spanIdOf(spans[index])];
    if (traceId === undefined || spanId === undefined) return [];
    return [{ traceId, spanId, traceState: textOf(states[index]), attributes: attributesOf(attributes[index]) }];
  });
}

function statusOf(value: unknown): 0 | 1 | 2 {
  const name = (textOf(value) ?? '').toUpperCase().replace(/^STATUS_CODE_/, '');
  return name === 'ERROR' ? 2 : name === 'OK' ? 1 : 0;
}

/** A 64-bit integer, in quotes or not; undefined for anything else. */
export function integer(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}

function shared<T>(known: Map<string, T>, key: string, make: () => T): T {
  let value = known.get(key);
  if (value === undefined) {
    if (known.size >= MAX_SHARED) known.clear();
    known.set(key, (value = make()));
  }
  return value;
}
