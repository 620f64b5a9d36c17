import { SpanlightError } from '../../base/errors';
import { fieldOf, isObject, type JsonObject } from '../otlp/jsonFields';
import { parseJsonLossless } from '../otlp/losslessJson';
import type { FileBytes } from './fileBytes';
import { FileSpans } from './fileSpans';
import { JsonSplitter, type JsonLayout } from './jsonSplitter';
import type { TraceFile, TraceFileFormat } from './traceFileFormat';

const NAME = 'otlp-json';
const WHITE_SPACE = /^\s*/;

/** OTLP as JSON: a request or TracesData, lists of them, or several one after another (as JSON lines, or not). */
export const otlpJsonFile: TraceFileFormat = {
  name: NAME,
  recognises: (head) => /^[[{]/.test(head.toString('latin1').replace(WHITE_SPACE, '')),
  async read(bytes, open) {
    const first = await readValues(bytes);
    if (first.problem === undefined) return first.spans.finish(NAME, first.badLines);
    if (first.layout !== 'document' || bytes.head.toString('latin1').trimStart().startsWith('[')) throw first.problem;
    // What looked like a text spread over lines may be lines of which the first is broken.
    const second = await readValues(await open(), 'lines');
    if (second.spans.count === 0 || second.badLines > second.goodLines) throw first.problem;
    return second.spans.finish(NAME, second.badLines);
  },
};

/** Lines of JSON whose first line is not: nothing else would recognise them. */
export const brokenOtlpJsonLines: TraceFileFormat = {
  name: NAME,
  recognises: (head) => /\n\s*\{.*"(resourceSpans|batches)"/.test(head.toString('latin1')),
  async read(bytes): Promise<TraceFile> {
    const { spans, badLines } = await readValues(bytes, 'lines');
    return spans.finish(NAME, badLines);
  },
};

interface ReadValues {
  readonly spans: FileSpans;
  readonly layout: JsonLayout | undefined;
  readonly badLines: number;
  readonly goodLines: number;
  /** Why the file is no trace file. */
  readonly problem: SpanlightError | undefined;
}

async function readValues({ chunks }: FileBytes, layout?: JsonLayout): Promise<ReadValues> {
  const reader = new ValueReader();
  const splitter = new JsonSplitter(layout);
  for await (const chunk of chunks) {
    for (const value of splitter.push(chunk)) reader.add(value);
    // A document with a fault in it will not get better.
    if (splitter.layout === 'document' && reader.badValues > 0) break;
  }
  const rest = splitter.end();
  if (rest !== undefined) reader.add(rest);
  const broken = splitter.layout !== 'lines' && (reader.badValues > 0 || !splitter.isComplete);
  return {
    spans: reader.spans,
    layout: splitter.layout,
    badLines: reader.badValues,
    goodLines: reader.goodValues,
    problem: broken ? brokenJson(reader) : reader.spans.count === 0 ? reader.noSpans() : undefined,
  };
}

class ValueReader {
  readonly spans = new FileSpans();
  badValues = 0;
  goodValues = 0;
  firstFault = '';
  private misshapen: SpanlightError | undefined;
  private seenTraces = false;
  private other: string | undefined;

  add(bytes: Buffer): void {
    const value = this.parse(bytes);
    if (value === undefined) return;
    this.goodValues++;
    const body = traceBody(value);
    if (body === undefined) {
      this.other ??= otherFormat(value);
      return;
    }
    this.seenTraces = true;
    try {
      this.spans.addJson(body);
    } catch (error) {
      if (!(error instanceof SpanlightError)) throw error;
      this.misshapen ??= error;
    }
  }

  /** Why there is no span, in order of what helps most. */
  noSpans(): SpanlightError | undefined {
    if (this.misshapen !== undefined) return this.misshapen;
    if (this.seenTraces) return this.spans.rejected > 0 ? undefined : new SpanlightError('The file holds no spans.');
    const cure = 'Spanlight opens OTLP traces as JSON or protobuf.';
    if (this.other !== undefined) return new SpanlightError(`This is ${this.other}, not OTLP.`, undefined, cure);
    if (this.goodValues === 0) return new SpanlightError(`This is not JSON: ${this.firstFault}.`, undefined, cure);
    return new SpanlightError('This is JSON, but there are no traces in it.', undefined, cure);
  }

  private parse(bytes: Buffer): unknown {
    try {
      return parseJsonLossless(bytes.toString('utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG') {
        throw new SpanlightError(
          `One JSON value of ${Math.round(bytes.length / 2 ** 20)} MB is more than JavaScript can hold as a text.`,
          undefined,
          'Export it as JSON lines or as protobuf.',
          { cause: error },
        );
      }
      if (!(error instanceof SyntaxError)) throw error;
      this.badValues++;
      if (this.firstFault === '') this.firstFault = oneLine(error.message);
      return undefined;
    }
  }
}

function brokenJson(reader: ValueReader): SpanlightError {
  const fault = reader.firstFault === '' ? 'it ends too early' : reader.firstFault;
  return new SpanlightError(`The JSON is broken: ${fault}.`, undefined, 'The file may be cut off.');
}

/** The request in a value: itself, or what holds one item of it; undefined if there are no OTLP traces. */
function traceBody(value: unknown): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  let frame = value;
  for (const wrapper of ['result', 'trace']) {
    const inner = fieldOf(frame, wrapper);
    if (isObject(inner)) frame = inner;
  }
  if (fieldOf(frame, 'resourceSpans') !== undefined || Array.isArray(frame.batches)) return frame;
  const isItem = ['scopeSpans', 'instrumentationLibrarySpans'].some((name) => Array.isArray(fieldOf(value, name)));
  return isItem ? { resourceSpans: [value] } : undefined;
}

/** What else a JSON value may be, by the fields that its format always has. */
function otherFormat(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const has = (name: string) => fieldOf(value, name) !== undefined;
  if (has('resourceLogs')) return 'an export of logs';
  if (has('resourceMetrics')) return 'an export of metrics';
  if (Array.isArray(value.data) && value.data.some((trace) => isObject(trace) && 'processes' in trace)) {
    return 'a Jaeger trace';
  }
  if (has('spans') && has('processes')) return 'a Jaeger trace';
  if (has('traceId') && has('id')) return 'a Zipkin trace';
  if (has('trace_id') && has('span_id') && has('meta')) return 'a Datadog trace';
  if (has('Segments') || (has('Id') && has('Document'))) return 'an X-Ray trace';
  return has('traceEvents') ? 'a Chrome trace' : undefined;
}

/** Node quotes the text in some messages: keep it to one short line. */
function oneLine(message: string): string {
  const flat = message.replace(/\s+/g, ' ');
  return flat.length > 120 ? `${flat.slice(0, 117)}…` : flat;
}
