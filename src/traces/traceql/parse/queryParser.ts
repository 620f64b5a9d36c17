import type {
  AggregateFunction,
  Hint,
  Literal,
  Pipeline,
  SeriesStage,
  SpansetFilter,
  Stage,
  TraceQlQuery,
} from '../language/ast';
import { condition, readsSpan, typeOf, unary } from './fieldBuilder';
import { FieldParser } from './fieldParser';
import type { Tokens } from './lexer';
import { integer, METRICS_FUNCTIONS, metricsFunction } from './metricsFunctionParser';
import { hasPipeline, isComparison, join, withStage, wrapped, type Part } from './parseNodes';
import { isNumeric, typeWords } from '../language/staticTypes';
import { TokenReader } from './tokenReader';
import { TraceQlError } from '../language/traceQlError';

/** From loose to tight, of what stands between sets of spans, aggregates, series and numbers. */
const LEVELS: readonly (readonly string[])[] = [
  ['&&', '||'],
  [
    ...['=', '!=', '<', '<=', '>', '>=', '>>', '<<', '~', '!>', '!<', '!>>', '!<<', '!~'],
    ...['&>', '&<', '&>>', '&<<', '&~'],
  ],
  ['+', '-'],
  ['*', '/', '%'],
  ['^'],
];
const PRODUCT_LEVEL = 3;
const AGGREGATES: readonly string[] = ['count', 'avg', 'min', 'max', 'sum'];
const START = 'Begin with a filter, such as { status = error }.';

/** The words that can begin a stage after `|`. */
export const STAGE_WORDS: readonly string[] = [...AGGREGATES, 'by', 'select', 'coalesce', ...METRICS_FUNCTIONS];
export const SERIES_WORDS: readonly string[] = ['topk', 'bottomk'];

/** Reads a whole query. */
export class QueryParser {
  private readonly tokens: TokenReader;
  private readonly fields: FieldParser;

  constructor(
    private readonly text: string,
    tokens: Tokens,
  ) {
    this.tokens = new TokenReader(tokens);
    this.fields = new FieldParser(this.tokens);
  }

  /** @throws TraceQlError */
  query(): TraceQlQuery {
    const { text, tokens } = this;
    const part = this.pipeline();
    const hints = this.hints();
    if (tokens.next.type !== 'end') {
      throw tokens.unexpected(
        'Join filters by && or >>, and stages by |; put queries you calculate with in parentheses.',
      );
    }
    tokens.checkEnd();
    if (part.part === 'metrics') {
      checkCompare(part);
      return { kind: 'metrics', text, expression: part.expression, hints };
    }
    return { kind: 'search', text, pipeline: pipelineOf(part), hints };
  }

  /** Stages with `|` between them; what follows the first only if that can be piped on. */
  private pipeline(): Part {
    const { tokens } = this;
    const first = this.expression();
    if (first.part === 'metrics') return this.seriesStages(first);
    if (first.part === 'spansets' && hasPipeline(first.expression)) return first;
    if (first.part === 'aggregate' || first.part === 'scalar') return first;
    const stages: Stage[] = [stageOf(first)];
    const coalesce = stages.find((stage) => stage.node === 'coalesce');
    if (coalesce !== undefined) throw new TraceQlError('There is nothing to coalesce yet.', coalesce, START);
    while (tokens.skip('|')) {
      if (tokens.next.type === 'word' && METRICS_FUNCTIONS.includes(tokens.next.text)) {
        const pipeline = pipelineFrom(stages);
        const metrics = metricsFunction(tokens, this.fields, () => this.filter());
        const expression = { node: 'series' as const, pipeline, function: metrics, stages: [] };
        const range = { from: first.from, to: tokens.previousEnd };
        return this.seriesStages({ part: 'metrics', expression, ...range, inParens: false });
      }
      const stage = this.expression();
      if (stage.part === 'aggregate') throw nakedAggregate(stage);
      stages.push(stageOf(stage));
    }
    const only = stages.length === 1 && first.part === 'spansets';
    if (only) return first;
    const pipeline = pipelineFrom(stages);
    return { part: 'spansets', expression: pipeline, from: pipeline.from, to: pipeline.to, inParens: false };
  }

  /** `| topk(3)` and `> 5` after a function or a calculation. */
  private seriesStages(part: Part & { part: 'metrics' }): Part {
    const { tokens } = this;
    let { expression } = part;
    for (;;) {
      const stage = this.seriesStage();
      if (stage === undefined) return { ...part, expression, to: tokens.previousEnd };
      expression = withStage(expression, stage);
    }
  }

  private seriesStage(): SeriesStage | undefined {
    const { tokens } = this;
    if (tokens.skip('|')) {
      if (!SERIES_WORDS.some((word) => tokens.isWord(word))) throw tokens.unexpected('Write topk(…) or bottomk(…).');
      const name = tokens.take().text as 'topk';
      tokens.expect('(', `Write ${name}( … ).`);
      const limit = integer(tokens);
      if (limit.number!.value === 0) {
        throw new TraceQlError(`${name}(0) leaves nothing.`, limit, 'Write a number from 1 on.');
      }
      tokens.expect(')', 'Close the parenthesis.');
      return { name, limit: Number(limit.number!.value) };
    }
    const operator = tokens.next.type === 'operator' ? tokens.next.text : '';
    if (!isComparison(operator)) return undefined;
    tokens.take();
    const right = this.expression(PRODUCT_LEVEL - 1);
    if (right.part !== 'scalar')
      throw new TraceQlError('Series can be compared with numbers only.', right, 'Write a number.');
    const value = Number(right.value.value) / (right.value.type === 'duration' ? 1e9 : 1);
    return { name: 'filter', operator, value };
  }

  private expression(level = 0): Part {
    return this.tokens.nested(() => this.chain(level));
  }

  private chain(level: number): Part {
    const { tokens } = this;
    let left = this.operand();
    let last: string | undefined;
    for (;;) {
      const operator = tokens.next.type === 'operator' ? tokens.next.text : '';
      const own = LEVELS.findIndex((operators) => operators.includes(operator));
      if (own < level || own < 0 || (left.part === 'metrics' && isComparison(operator))) return left;
      if (left.part === 'stage') return left;
      tokens.countOperator(operator, last);
      last = operator;
      tokens.take();
      left = join(operator, left, this.expression(operator === '^' ? own : own + 1));
    }
  }

  private operand(): Part {
    const { tokens } = this;
    const { next } = tokens;
    if (tokens.isOperator('{')) {
      const expression = this.filter();
      return { part: 'spansets', expression, from: expression.from, to: expression.to, inParens: false };
    }
    if (tokens.skip('(')) return this.parenthesised(next.from);
    if (tokens.skip('-')) return this.negative(next.from);
    if (next.number !== undefined) {
      tokens.take();
      const { type, value } = next.number;
      const literal: Literal = { node: 'literal', type, value: value as number, from: next.from, to: next.to };
      return { part: 'scalar', value: literal, from: next.from, to: next.to, inParens: false };
    }
    if (next.type !== 'word') throw tokens.unexpected(START);
    if (AGGREGATES.includes(next.text)) return this.aggregate();
    const stage = this.stage();
    return { part: 'stage', stage, from: stage.from, to: stage.to, inParens: false };
  }

  private parenthesised(from: number): Part {
    const inner = this.pipeline();
    const { to } = this.tokens.expect(')', 'Close the parenthesis.');
    if (inner.part === 'stage') {
      return { part: 'spansets', expression: pipelineFrom([inner.stage]), from, to, inParens: true };
    }
    if (inner.part === 'spansets' && inner.expression.node === 'pipeline') {
      return { ...inner, expression: wrapped(inner.expression), from, to, inParens: true };
    }
    return { ...inner, from, to, inParens: true };
  }

  private negative(from: number): Part {
    const operand = this.expression(PRODUCT_LEVEL + 1);
    if (operand.part !== 'scalar') throw new TraceQlError('Only numbers can be negative.', operand, 'Write 0 - ( … ).');
    const value = unary('-', operand.value, from) as Literal;
    return { part: 'scalar', value, from, to: operand.to, inParens: false };
  }

  private filter(): SpansetFilter {
    const { tokens } = this;
    const { from } = tokens.expect('{', START);
    if (tokens.isOperator('}')) {
      const { to } = tokens.take();
      return { node: 'filter', condition: { node: 'literal', type: 'boolean', value: true, from, to }, from, to };
    }
    const expression = condition(this.fields.expression());
    const { to } = tokens.expect('}', 'Join conditions by && or ||, and close the filter with }.');
    return { node: 'filter', condition: expression, from, to };
  }

  private aggregate(): Part {
    const { tokens, fields } = this;
    const { text: name, from } = tokens.take();
    tokens.expect('(', `Write ${name}( … ).`);
    const operand = name === 'count' ? undefined : fields.expression();
    const { to } = tokens.expect(')', 'Close the parenthesis.');
    const range = { from, to };
    if (operand !== undefined) {
      const type = typeOf(operand);
      if (type !== 'attribute' && !isNumeric(type)) {
        throw new TraceQlError(
          `${name} is of numbers, not of ${typeWords(type)}.`,
          operand,
          'Name a number, such as duration.',
        );
      }
      if (!readsSpan(operand)) {
        throw new TraceQlError(`${name} is of a number of each span.`, operand, 'Name a field, such as duration.');
      }
    }
    return { part: 'aggregate', function: name as AggregateFunction, operand, ...range, inParens: false };
  }

  private stage(): Stage {
    const { tokens } = this;
    const { text: name, from } = tokens.next;
    if (!['by', 'select', 'coalesce'].includes(name)) throw this.unknownStage();
    tokens.take();
    tokens.expect('(', `Write ${name}( … ).`);
    const stage = this.stageArguments(name, from);
    const { to } = tokens.expect(')', 'Close the parenthesis.');
    if (stage.node === 'by' && !readsSpan(stage.expression)) {
      throw new TraceQlError('Spans are grouped by what they have.', stage.expression, 'Name a field, such as name.');
    }
    return { ...stage, to };
  }

  private stageArguments(name: string, from: number): Stage {
    const { next } = this.tokens;
    if (name === 'by') return { node: 'by', expression: this.fields.expression(), from, to: next.to };
    if (name === 'select') return { node: 'select', fields: this.fields.fields(), from, to: next.to };
    return { node: 'coalesce', from, to: next.to };
  }

  private unknownStage(): TraceQlError {
    const { next } = this.tokens;
    if (METRICS_FUNCTIONS.includes(next.text) || SERIES_WORDS.includes(next.text)) {
      return this.tokens.unexpected('Write it after a filter: { … } | rate().');
    }
    const cure = `After | come a filter, ${STAGE_WORDS.join(', ')}.`;
    return new TraceQlError(`TraceQL does not know ${next.text}.`, next, cure);
  }

  private hints(): Hint[] {
    const { tokens } = this;
    let hints: Hint[] = [];
    while (tokens.isWord('with')) {
      tokens.take();
      tokens.expect('(', 'Write with(name = value).');
      hints = [this.hint()];
      while (tokens.skip(',')) hints.push(this.hint());
      tokens.expect(')', 'Close the parenthesis.');
    }
    return hints;
  }

  private hint(): Hint {
    const { tokens } = this;
    if (tokens.next.type !== 'word') throw tokens.unexpected('Write with(name = value).');
    const { text: name } = tokens.take();
    tokens.expect('=', 'Write with(name = value).');
    const value = this.fields.literal();
    if (value === undefined) throw tokens.unexpected('Write with(name = value).');
    return { name, value };
  }
}

function stageOf(part: Part): Stage {
  if (part.part === 'stage') return part.stage;
  if (part.part === 'spansets') {
    if (!hasPipeline(part.expression)) return part.expression;
    throw new TraceQlError('Pipelines in parentheses cannot be stages.', part, 'Write the stages one after the other.');
  }
  const cure = 'After | comes a filter, an aggregate that is compared, by, select or coalesce.';
  throw new TraceQlError('This is no stage.', part, cure);
}

function pipelineOf(part: Part): Pipeline {
  if (part.part === 'aggregate') throw nakedAggregate(part);
  if (part.part === 'scalar') throw new TraceQlError('A number is no query.', part, START);
  if (part.part === 'stage') return pipelineFrom([part.stage]);
  if (part.part !== 'spansets') throw new TraceQlError('This is no search.', part, START);
  return part.expression.node === 'pipeline' && !part.inParens ? part.expression : pipelineFrom([part.expression]);
}

function pipelineFrom(stages: readonly Stage[]): Pipeline {
  return { node: 'pipeline', stages, from: stages[0]!.from, to: stages.at(-1)!.to };
}

function nakedAggregate(part: Part): TraceQlError {
  return new TraceQlError('An aggregate alone finds nothing.', part, 'Compare it: { … } | count() > 2.');
}

/** `compare` gives no series that could be ranked, filtered or calculated with. */
function checkCompare(part: Part & { part: 'metrics' }): void {
  const { expression } = part;
  const open = [expression];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.node === 'math') open.push(node.left, node.right);
    else if (node.function.name === 'compare' && (expression.node === 'math' || expression.stages.length > 0)) {
      throw new TraceQlError('compare must be the last stage.', part, 'Leave out what follows it.');
    }
  }
}
