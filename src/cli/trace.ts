import { describeError, SpanlightError } from '../base/errors';
import { formatDuration } from '../base/format';
import { readTraceFile } from '../traces/files/readTraceFile';
import { troublesInWords, type TraceFile } from '../traces/files/traceFileFormat';
import { summarizeTraces, type TraceFileSummary } from '../traces/files/traceFileSummary';
import { parseOptions } from './parseOptions';
import { printable } from './printable';

const HELP = `spanlight trace <file...> [--format text|json]

Reads trace files and counts what is in them.

  <file>             OTLP as JSON or protobuf (one message, or several with their length before each), Jaeger, Zipkin
                     v1 and v2, Tempo, X-Ray, Datadog, Elastic APM, OpenSearch, SigNoz, New Relic, Azure Monitor,
                     Honeycomb, Google Cloud or Lightstep traces as JSON: one answer, lists, or a value a line; packed
                     with gzip or not; - is the standard input
  --format <format>  text (default) or json: one object for one file, an array for several
  --help             this text

Exit code 0, or 2 when one of the files is no trace file.
`;

/** One file's part of the answer. */
interface FileAnswer extends TraceFileSummary {
  readonly file: string;
  readonly format: string;
}

/** `spanlight trace`. @returns the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    return await trace(args);
  } catch (error) {
    if (!(error instanceof SpanlightError)) throw error;
    say(describeError(error));
    return 2;
  }
}

async function trace(args: string[]): Promise<number> {
  const { files, json, help } = readArguments(args);
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const answers: FileAnswer[] = [];
  let failed = false;
  for (const file of files) {
    try {
      const read = await readTraceFile(file);
      answers.push(answerOf(file, read));
      for (const words of troublesInWords(read)) say(`${file}: ${words}`);
    } catch (error) {
      if (!(error instanceof SpanlightError)) throw error;
      failed = true;
      say(describeError(error));
    }
  }
  if (answers.length > 0) {
    const value = files.length === 1 ? answers[0] : answers;
    process.stdout.write(json ? `${JSON.stringify(value, undefined, 1)}\n` : answers.map(text).join('\n'));
  }
  return failed ? 2 : 0;
}

/** One line on stderr, whatever a file is called or says. */
function say(line: string): void {
  process.stderr.write(`spanlight trace: ${printable(line)}\n`);
}

function readArguments(args: string[]): { files: string[]; json: boolean; help: boolean } {
  const { values, positionals } = parse(args);
  const format = values.format ?? 'text';
  if (format !== 'json' && format !== 'text') {
    throw new SpanlightError(`"${format}" is no format.`, '--format', 'Use text or json.');
  }
  if (values.help !== true && positionals.length === 0) {
    throw new SpanlightError('No file is named.', undefined, 'Call it as: spanlight trace <file...>');
  }
  return { files: positionals, json: format === 'json', help: values.help === true };
}

function parse(args: string[]) {
  return parseOptions('trace', {
    args,
    allowPositionals: true,
    options: { format: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
}

function answerOf(file: string, { format, batch, ...read }: TraceFile): FileAnswer {
  const { inCycle, noStart, ...summary } = summarizeTraces(batch);
  const counts = Object.entries({ inCycle, noStart, ...read }).filter(
    ([, count]) => typeof count === 'number' && count > 0,
  );
  return { file, format, ...summary, ...Object.fromEntries(counts) } as FileAnswer;
}

function text(answer: FileAnswer): string {
  const { file, services, minStartNs, maxEndNs, ...counts } = answer;
  const rows: [string, string][] = [
    ['format', counts.format],
    ['traces', String(counts.traces)],
    ['spans', String(counts.spans)],
    ['services', printable(services.join(', '))],
    ['errors', String(counts.errorSpans)],
    ['roots', String(counts.roots)],
    ['orphans', String(counts.orphans)],
    ['depth', String(counts.maxDepth)],
    ['events', String(counts.eventCount)],
    ['links', String(counts.linkCount)],
  ];
  if (minStartNs !== null && maxEndNs !== null) {
    const start = BigInt(minStartNs);
    rows.push(['start', new Date(Number(start / 1_000_000n)).toISOString()]);
    rows.push(['length', formatDuration(Number(BigInt(maxEndNs) - start))]);
  }
  return `${printable(file)}\n${rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}\n`).join('')}`;
}
