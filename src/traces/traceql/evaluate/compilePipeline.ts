import type { FieldExpression, Pipeline, ScalarFilter, SpansetExpression, SpansetFilter, Stage } from '../language/ast';
import { asksFor, compileField, type Getter } from './compileField';
import { datumKey, isNumber, type Datum } from '../language/datum';
import { typeOf } from '../parse/fieldBuilder';
import { FieldUses } from '../language/fieldUses';
import { compares } from '../language/operations';
import { relate } from './relations';
import type { SpanReader } from './spanReader';
import { TraceQlError, type TextRange } from '../language/traceQlError';

/** Spans of one trace that belong together, and by what they were put together. */
export interface Spanset {
  /** Rows of the trace, ascending. */
  readonly rows: readonly number[];
  /** One value per `by`. */
  readonly groups: readonly Datum[];
}

/** Turns the sets that one stage leaves into those of the next. */
export type Evaluator = (sets: readonly Spanset[], span: SpanReader) => readonly Spanset[];

/**
 * Makes a function of a pipeline, to be called with one set of all spans of a trace. It recurses over the query, whose
 * depth the parser bounds; never over spans. @throws TraceQlError while it runs, where several sets meet an operator that
 * takes one.
 */
export function compilePipeline(pipeline: Pipeline): Evaluator {
  return stagesOf(pipeline, new FieldUses(conditionsOf(pipeline)));
}

/** Whether the span meets the condition; with any of its events and links, where it asks for them. */
export function compileCondition(condition: FieldExpression, uses?: FieldUses): (span: SpanReader) => boolean {
  const holds = compileField(condition, uses);
  const asked = asksFor(condition);
  if (!asked.events && !asked.links) return (span) => holds(span) === true;
  return (span) => {
    const found = tryAll(span, asked, () => (holds(span) === true ? true : undefined)) === true;
    if (found) span.keepMet();
    return found;
  };
}

/** The value of a field or expression outside of a filter: of events and links, the first that has one. */
export function compileValue(expression: FieldExpression): Getter {
  const value = compileField(expression);
  const asked = asksFor(expression);
  if (!asked.events && !asked.links) return value;
  return (span) => tryAll(span, asked, () => value(span));
}

/** The first value that `read` has, with each of the span's events and links that are asked for. */
function tryAll(span: SpanReader, asked: { events: boolean; links: boolean }, read: () => Datum): Datum {
  for (span.event of asked.events ? span.events() : [undefined]) {
    for (span.link of asked.links ? span.links() : [undefined]) {
      const found = read();
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** All conditions of a pipeline's filters. */
export function conditionsOf(pipeline: Pipeline): FieldExpression[] {
  const conditions: FieldExpression[] = [];
  const open: Stage[] = [...pipeline.stages];
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (stage.node === 'filter') conditions.push(stage.condition);
    else if (stage.node === 'operation') open.push(stage.left, stage.right);
    else if (stage.node === 'pipeline') open.push(...stage.stages);
    else if (stage.node === 'by') conditions.push(...fieldsAlone(stage.expression));
  }
  return conditions;
}

/** A field that is not compared counts with all of its values. */
function fieldsAlone(expression: FieldExpression): FieldExpression[] {
  return expression.node === 'attribute' ? [expression] : [];
}

function stagesOf(pipeline: Pipeline, uses: FieldUses): Evaluator {
  const stages = pipeline.stages.map((stage) => compileStage(stage, uses));
  return (sets, span) => {
    let current = sets;
    for (const stage of stages) {
      current = stage(current, span);
      if (current.length === 0) return current;
    }
    return current;
  };
}

function compileStage(stage: Stage, uses: FieldUses): Evaluator {
  switch (stage.node) {
    case 'filter':
    case 'operation':
    case 'pipeline':
      return compileSpansets(stage, uses);
    case 'aggregate':
      return compileAggregate(stage);
    case 'by':
      return compileGroup(stage.expression);
    case 'coalesce':
      return (sets) => [{ rows: sets.flatMap(({ rows }) => rows).sort((a, b) => a - b), groups: [] }];
    case 'select':
      return (sets) => sets;
  }
}

function compileSpansets(expression: SpansetExpression, uses: FieldUses): Evaluator {
  if (expression.node === 'filter') return compileFilter(expression, uses);
  if (expression.node === 'pipeline') return stagesOf(expression, uses);
  const { operator } = expression;
  const [left, right] = [compileSpansets(expression.left, uses), compileSpansets(expression.right, uses)];
  return (sets, span) =>
    sets.flatMap((set) => {
      const [a, b] = [left([set], span), right([set], span)];
      if (operator === '&&' && (a.length === 0 || b.length === 0)) return [];
      if (operator === '&&' || operator === '||') return joined(set, union(a, b));
      if (b.length === 0) return [];
      if (a.length > 1 || b.length > 1) throw severalSets(expression);
      return joined(set, relate(operator, a[0]?.rows ?? [], b[0]!.rows, span.trace, span.structure));
    });
}

function compileFilter({ condition }: SpansetFilter, uses: FieldUses): Evaluator {
  const holds = compileCondition(condition, uses);
  return (sets, span) =>
    sets.flatMap((set) => {
      const rows = set.rows.filter((row) => {
        span.moveTo(row);
        return holds(span);
      });
      return joined(set, rows);
    });
}

function joined({ groups }: Spanset, rows: readonly number[]): Spanset[] {
  return rows.length === 0 ? [] : [{ rows, groups }];
}

function union(a: readonly Spanset[], b: readonly Spanset[]): number[] {
  return [...new Set([...a, ...b].flatMap(({ rows }) => rows))].sort((x, y) => x - y);
}

function compileGroup(expression: FieldExpression): Evaluator {
  const value = compileValue(expression);
  return (sets, span) =>
    sets.flatMap((set) => {
      const groups = new Map<string, { rows: number[]; groups: Datum[] }>();
      for (const row of set.rows) {
        span.moveTo(row);
        const found = value(span);
        const key = datumKey(found);
        const group = groups.get(key);
        if (group === undefined) groups.set(key, { rows: [row], groups: [...set.groups, found] });
        else group.rows.push(row);
      }
      return [...groups.values()];
    });
}

function compileAggregate(stage: ScalarFilter): Evaluator {
  const { operand, operator, value } = stage;
  const isDuration = operand !== undefined && typeOf(operand) === 'duration';
  const read = operand === undefined ? undefined : compileValue(operand);
  return (sets, span) =>
    sets.filter(({ rows }) => {
      if (read === undefined) return compares(operator, rows.length, value.value);
      const numbers: (number | bigint)[] = [];
      for (const row of rows) {
        span.moveTo(row);
        const number = span.number(read(span));
        if (isNumber(number)) numbers.push(number);
      }
      return numbers.length > 0 && compares(operator, aggregate(stage.function, numbers, isDuration), value.value);
    });
}

/** Sums of 64-bit integers lose what is beyond 2^53; the average of durations is whole nanoseconds. */
function aggregate(
  name: ScalarFilter['function'],
  numbers: readonly (number | bigint)[],
  isDuration: boolean,
): number | bigint {
  if (name === 'count') return numbers.length;
  if (name === 'min') return numbers.reduce((least, number) => (number < least ? number : least));
  if (name === 'max') return numbers.reduce((most, number) => (number > most ? number : most));
  const sum = numbers.reduce<number>((total, number) => total + Number(number), 0);
  if (name === 'sum') return sum;
  return isDuration ? Math.trunc(sum / numbers.length) : sum / numbers.length;
}

function severalSets(range: TextRange): TraceQlError {
  const cure = 'Put | coalesce() before it.';
  return new TraceQlError('A structural operator cannot relate several groups of spans.', range, cure);
}
