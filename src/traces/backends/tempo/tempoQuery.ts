import type {
  Attribute,
  FieldExpression,
  Pipeline,
  SpansetExpression,
  Stage,
  TraceQlQuery,
} from '../../traceql/language/ast';
import { fieldText, stringText } from '../../traceql/language/fieldText';
import { requireTraceQl } from '../../traceql/parse/parseTraceQl';
import { otherNames } from '../../traceql/language/semconv';
import type { TextRange } from '../../traceql/language/traceQlError';
import { searchToTraceQl } from '../../traceql/parse/wordsToTraceQl';

/** How a user's query is changed before it goes to Tempo. */
export interface QueryChanges {
  /** Only spans of this deployment environment. */
  readonly environment?: string | undefined;
  /** Names of the semantic conventions, old and new, count as one. */
  readonly anySemconv?: boolean | undefined;
  /** The latest traces, where more match than are wanted; Tempo gives any otherwise (2.8 and later know of it). */
  readonly mostRecent?: boolean | undefined;
}

/** Ends a query that asks for the latest traces. */
export const MOST_RECENT = ' with (most_recent=true)';

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * A query as Tempo is asked: words become TraceQL, each filter is narrowed to the environment, and each comparison of an
 * attribute that has had other names is made with those as well. Everything else stays as it was written.
 *
 * @throws TraceQlError naming the place of what Tempo would refuse.
 */
export function tempoQuery(text: string, { environment, anySemconv, mostRecent }: QueryChanges): string {
  const written = text.trim() === '' ? '{}' : searchToTraceQl(text);
  const query = requireTraceQl(written);
  const edits: Edit[] = [];
  for (const filter of filtersOf(query)) {
    if (anySemconv === true) edits.push(...semconvEdits(filter.condition, written));
    if (environment !== undefined) edits.push(...environmentEdits(filter, environment, written));
  }
  const changed = applied(written, edits);
  requireTraceQl(changed);
  return mostRecent === true && query.hints.length === 0 ? changed + MOST_RECENT : changed;
}

/** The condition that a span is of an environment, by the attribute's name of now and before. */
export function environmentCondition(environment: string): string {
  const value = stringText(environment);
  return `(resource.deployment.environment.name = ${value} || resource.deployment.environment = ${value})`;
}

/** The spans of a service, and of an environment if one is set. */
export function serviceConditions(service: string, environment: string | undefined): string {
  const own = `resource.service.name = ${stringText(service)}`;
  return environment === undefined ? own : `${own} && ${environmentCondition(environment)}`;
}

/** Spans of these names. */
export function namesCondition(names: readonly string[]): string {
  return `(${names.map((name) => `name = ${stringText(name)}`).join(' || ')})`;
}

type Filter = Extract<SpansetExpression, { node: 'filter' }>;

function filtersOf(query: TraceQlQuery): Filter[] {
  const filters: Filter[] = [];
  const left: (Stage | Pipeline)[] = [];
  if (query.kind === 'search') left.push(query.pipeline);
  else {
    const expressions = [query.expression];
    for (let next = expressions.pop(); next !== undefined; next = expressions.pop()) {
      if (next.node === 'math') expressions.push(next.left, next.right);
      else left.push(next.pipeline);
    }
  }
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next.node === 'pipeline') left.push(...next.stages);
    else if (next.node === 'operation') left.push(next.left, next.right);
    else if (next.node === 'filter') filters.push(next);
  }
  return filters;
}

/** Each `attribute op value`, and each test for presence, is also made with the attribute's other names. */
function semconvEdits(condition: FieldExpression, written: string): Edit[] {
  const edits: Edit[] = [];
  const left: FieldExpression[] = [condition];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next.node === 'logic') left.push(...next.operands);
    else if (next.node === 'unary') left.push(next.operand);
    else if (next.node === 'comparison' && next.left.node === 'attribute') {
      const value = written.slice(next.right.from, next.right.to);
      edits.push(...withOthers(next, next.left, `${next.operator} ${value}`, '||', written));
    } else if (next.node === 'presence' && next.operand.node === 'attribute') {
      const [test, operator] = next.present ? ['!= nil', '||'] : ['= nil', '&&'];
      edits.push(...withOthers(next, next.operand, test, operator, written));
    }
  }
  return edits;
}

function withOthers(
  { from, to }: TextRange,
  attribute: Attribute,
  test: string,
  operator: string,
  written: string,
): Edit[] {
  const others = otherNames(attribute.name).map((name) => `${fieldText({ ...attribute, name })} ${test}`);
  if (others.length === 0) return [];
  return [{ from, to, text: `(${[written.slice(from, to), ...others].join(` ${operator} `)})` }];
}

function environmentEdits({ from, to }: TextRange, environment: string, written: string): Edit[] {
  const open = written.indexOf('{', from) + 1;
  const close = written.lastIndexOf('}', to - 1);
  const condition = environmentCondition(environment);
  if (written.slice(open, close).trim() === '') return [{ from: open, to: close, text: ` ${condition} ` }];
  return [
    { from: open, to: open, text: ' (' },
    { from: close, to: close, text: `) && ${condition} ` },
  ];
}

/** Applied from the end on, so that the places of those before stay what they are. */
function applied(written: string, edits: readonly Edit[]): string {
  let text = written;
  for (const { from, to, text: own } of [...edits].sort((a, b) => b.from - a.from || b.to - a.to)) {
    text = text.slice(0, from) + own + text.slice(to);
  }
  return text;
}
