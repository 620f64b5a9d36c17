import { describeError, SpanlightError } from '../base/errors';
import { formatDuration } from '../base/format';
import type { SpanBatch } from '../model/spanBatch';
import type { Trace } from '../model/trace';
import { readTraceFile } from '../traces/files/readTraceFile';
import { troublesInWords } from '../traces/files/traceFileFormat';
import { BatchTraces, repeatsInWords } from '../traces/batchTraces';
import type { TraceQlQuery } from '../traces/traceql/language/ast';
import { TraceQlError } from '../traces/traceql/language/traceQlError';
import { evaluateMetrics } from '../traces/traceql/metrics/evaluateMetrics';
import { evaluateTraces, type TraceMatch } from '../traces/traceql/evaluate/evaluateTraces';
import { requireTraceQl } from '../traces/traceql/parse/parseTraceQl';
import type { ReadOptions } from '../traces/traceql/evaluate/spanReader';
import type { Series } from '../traces/traceql/metrics/series';
import { parseOptions } from './parseOptions';
import { printable } from './printable';

const HELP = `spanlight query '<TraceQL>' <file...> [--any-semconv] [--format text|json]

Asks trace files what Grafana Tempo would be asked: which traces, and which of their spans, a query finds; or the
series of a metrics query, one number each over the whole time of the files.

  <TraceQL>          such as '{ resource.service.name = "orders" && status = error }'
                     or '{ kind = server } | quantile_over_time(duration, .99) by (name)'
  <file>             see spanlight trace --help
  --any-semconv      old and new names of the semantic conventions mean the same attribute
  --format <format>  text (default) or json
  --help             this text

Exit code 0, or 2 when the query or one of the files cannot be used.
`;

/** A query that begins with a sign, such as `-1 * ({} | rate())`, and no option. */
const NEGATIVE = /^-\s*[\d.({]/;

interface Arguments {
  /** TraceQL, not read yet. */
  readonly text: string;
  readonly files: readonly string[];
  readonly json: boolean;
  readonly anySemconv: boolean;
}

/** `spanlight query`. @returns the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    const request = readArguments(args);
    if (request === undefined) process.stdout.write(HELP);
    else process.stdout.write(await answer(request));
    return 0;
  } catch (error) {
    if (!(error instanceof SpanlightError)) throw error;
    say(describeError(error));
    return 2;
  }
}

/** One line on stderr, whatever a file is called or says. */
function say(line: string): void {
  process.stderr.write(`spanlight query: ${printable(line)}\n`);
}

async function answer(request: Arguments): Promise<string> {
  try {
    return await answerTo(requireTraceQl(request.text), request);
  } catch (error) {
    throw error instanceof TraceQlError ? error.locatedIn(request.text) : error;
  }
}

async function answerTo(query: TraceQlQuery, { files, json, anySemconv }: Arguments): Promise<string> {
  const batches: SpanBatch[] = [];
  const texts = new Set<SpanBatch>();
  for (const file of files) {
    const read = await readTraceFile(file);
    batches.push(read.batch);
    if (read.textValues) {
      texts.add(read.batch);
      say(`${file}: its attributes are all texts, as VictoriaTraces has them: those that are numbers count as numbers`);
    }
    // What is not in the files' spans is not in the answer either.
    for (const words of troublesInWords(read)) say(`${file}: ${words}`);
  }
  const traces = new BatchTraces(batches, { withRepeats: false });
  for (const words of repeatsInWords(traces)) say(words);
  const options: ReadOptions = { anySemconv, textValues: ({ id }) => traces.isWithin(id, texts) };
  if (query.kind === 'metrics') {
    const series = await evaluateMetrics(query.expression, traces, options);
    return json ? jsonText({ series }) : series.map(seriesLine).join('');
  }
  return json ? jsonAnswer(query, traces, options) : textAnswer(query, traces, options);
}

async function jsonAnswer(query: TraceQlQuery, traces: Iterable<Trace>, options: ReadOptions): Promise<string> {
  const found: object[] = [];
  for await (const { trace, spanIds } of evaluateTraces(query, traces, options)) {
    found.push({ traceId: trace.id, spanIds });
  }
  return jsonText({ traces: found });
}

async function textAnswer(query: TraceQlQuery, traces: Iterable<Trace>, options: ReadOptions): Promise<string> {
  let text = '';
  let spans = 0;
  let count = 0;
  for await (const match of evaluateTraces(query, traces, options)) {
    text += matchText(match);
    spans += match.rows.length;
    count++;
  }
  return `${text}${count} ${count === 1 ? 'trace' : 'traces'}, ${spans} ${spans === 1 ? 'span' : 'spans'}\n`;
}

function matchText({ trace, rows }: TraceMatch): string {
  const lines = rows.map((row) => {
    const service = printable(trace.services[trace.service[row]!]!);
    const name = printable(trace.names[trace.name[row]!]!);
    return `  ${trace.spanId(row) ?? '(no id)'.padEnd(16)}  ${formatDuration(trace.duration[row]!).padStart(9)}  ${service}  ${name}\n`;
  });
  return `${trace.id}\n${lines.join('')}`;
}

function seriesLine({ labels, value }: Series): string {
  const text = Object.entries(labels).map(([name, label]) => `${name}=${printable(JSON.stringify(label))}`);
  return `{${text.join(', ')}} ${value}\n`;
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, undefined, 1)}\n`;
}

/** Undefined if help is asked for. */
function readArguments(args: string[]): Arguments | undefined {
  const negative = args.find((argument) => NEGATIVE.test(argument));
  const { values, positionals: others } = parse(args.filter((argument) => argument !== negative));
  const positionals = negative === undefined ? others : [negative, ...others];
  if (values.help === true) return undefined;
  const format = values.format ?? 'text';
  if (format !== 'json' && format !== 'text') {
    throw new SpanlightError(`"${format}" is no format.`, '--format', 'Use text or json.');
  }
  const [text, ...files] = positionals;
  if (text === undefined || files.length === 0) {
    const what = text === undefined ? 'No query is given.' : 'No file is named.';
    throw new SpanlightError(what, undefined, "Call it as: spanlight query '{ status = error }' <file...>");
  }
  return { text, files, json: format === 'json', anySemconv: values['any-semconv'] === true };
}

function parse(args: string[]) {
  return parseOptions('query', {
    args,
    allowPositionals: true,
    options: {
      format: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      'any-semconv': { type: 'boolean' },
    },
  });
}
