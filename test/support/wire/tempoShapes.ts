import { compileValue } from '../../../src/traces/traceql/evaluate/compilePipeline';
import type { Field, FieldExpression, Pipeline, Stage } from '../../../src/traces/traceql/language/ast';
import { KINDS, STATUSES, type Datum } from '../../../src/traces/traceql/language/datum';
import { parseTraceQl } from '../../../src/traces/traceql/parse/parseTraceQl';
import { SpanReader } from '../../../src/traces/traceql/evaluate/spanReader';
import type { Trace } from '../../../src/model/trace';
import type { OtlpTraces, Span } from '../servers/data/otlpTraces';

const KIND_NAMES = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const CODE_NAMES = ['UNSET', 'OK', 'ERROR'];
/** Intrinsics that a search gives as fields of the span, not as attributes. */
const OWN_FIELDS = new Set(['name', 'duration', 'span:name', 'span:duration']);

/** What was sent, by trace id. */
export function byTrace(traces: OtlpTraces): Map<string, OtlpTraces> {
  const found = new Map<string, { resourceSpans: OtlpTraces['resourceSpans'][number][] }>();
  for (const { resource, scopeSpans } of traces.resourceSpans) {
    for (const { scope, spans } of scopeSpans) {
      const groups = new Map<string, Span[]>();
      for (const span of spans) groups.set(span.traceId, [...(groups.get(span.traceId) ?? []), span]);
      for (const [id, own] of groups) {
        const trace = found.get(id) ?? { resourceSpans: [] };
        trace.resourceSpans.push({ resource, scopeSpans: [{ scope, spans: own }] });
        found.set(id, trace);
      }
    }
  }
  return found;
}

/** As gogo's jsonpb writes it: ids in base64, enumerations by name, what is empty left out. */
export function gogoJson({ resourceSpans }: OtlpTraces): object[] {
  return JSON.parse(
    JSON.stringify(resourceSpans, (key, value: unknown) => {
      if (/^(traceId|spanId|parentSpanId)$/.test(key)) return Buffer.from(value as string, 'hex').toString('base64');
      if (key === 'kind') return `SPAN_KIND_${KIND_NAMES[value as number]}`;
      if (key === 'code') return `STATUS_CODE_${CODE_NAMES[value as number]}`;
      return value === '' || (Array.isArray(value) && value.length === 0) ? undefined : value;
    }),
  ) as object[];
}

/** A span as a search names it, with the fields of the query. */
export function searchedSpan(trace: Trace, row: number, fields: readonly Field[]): object {
  const span = new SpanReader(trace);
  span.moveTo(row);
  const attributes = fields.flatMap((field) => {
    if (field.node === 'intrinsic' && OWN_FIELDS.has(field.name)) return [];
    const value = compileValue(field)(span);
    return value === undefined ? [] : [{ key: field.name, value: anyValue(value) }];
  });
  const { startNs, endNs, name } = trace.details(row);
  return {
    spanID: trace.spanId(row),
    ...(fields.some((field) => field.name === 'name') ? { name } : {}),
    startTimeUnixNano: String(startNs),
    durationNanos: String(endNs > startNs ? endNs - startNs : 0n),
    ...(attributes.length === 0 ? {} : { attributes }),
  };
}

/** Spans and failures by service. */
export function serviceStats(trace: Trace): Record<string, { spanCount: number; errorCount?: number }> {
  const stats: Record<string, { spanCount: number; errorCount?: number }> = {};
  for (let row = 0; row < trace.count; row++) {
    const own = (stats[trace.services[trace.service[row]!]!] ??= { spanCount: 0 });
    own.spanCount++;
    if (trace.status[row] === 2) own.errorCount = (own.errorCount ?? 0) + 1;
  }
  return stats;
}

/** Fields that a query's filters and selections name. */
export function fieldsOf(pipeline: Pipeline): Field[] {
  const fields = new Map<string, Field>();
  const note = (expression: FieldExpression): void => {
    if (expression.node === 'attribute' || expression.node === 'intrinsic') fields.set(expression.name, expression);
    else if (expression.node === 'logic') expression.operands.forEach(note);
    else if (expression.node === 'comparison' || expression.node === 'arithmetic')
      [expression.left, expression.right].forEach(note);
    else if (expression.node === 'presence' || expression.node === 'unary') note(expression.operand);
  };
  const visit = (stage: Stage): void => {
    if (stage.node === 'filter') note(stage.condition);
    else if (stage.node === 'select') stage.fields.forEach(note);
    else if (stage.node === 'operation') [stage.left, stage.right].forEach(visit);
    else if (stage.node === 'pipeline') stage.stages.forEach(visit);
  };
  pipeline.stages.forEach(visit);
  return [...fields.values()];
}

/** The field that a tag in a path names. @throws Error as Tempo says it. */
export function fieldOf(tag: string): FieldExpression {
  const parsed = parseTraceQl(`{ ${tag} != nil }`);
  const [stage] = parsed.query?.kind === 'search' ? parsed.query.pipeline.stages : [];
  if (stage?.node !== 'filter' || stage.condition.node !== 'presence') throw new Error(`tag name is not valid: ${tag}`);
  return stage.condition.operand;
}

/** A value as lists of values have it. */
export function typed(value: Exclude<Datum, undefined>): { key: string; type: string } {
  if (typeof value === 'string') return { key: value, type: 'string' };
  if (typeof value === 'boolean') return { key: String(value), type: 'bool' };
  if (typeof value === 'number' || typeof value === 'bigint') {
    return { key: String(value), type: typeof value === 'bigint' || Number.isInteger(value) ? 'int' : 'float' };
  }
  return { key: 'name' in value ? value.name : JSON.stringify(value), type: 'keyword' };
}

/** A value as labels have it. */
export function anyValue(value: Exclude<Datum, undefined>): object {
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint') return { intValue: String(value) };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  const keyword = [...KINDS, ...STATUSES].find((known) => known === value);
  return { stringValue: keyword?.name ?? (typeof value === 'string' ? value : JSON.stringify(value)) };
}

/** A number as protobuf writes lengths. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) | 0x80);
  }
}
