import { SpanlightError } from '../../base/errors';
import { fieldOf, isObject, type JsonObject } from '../otlp/jsonFields';
import { parseJsonLossless } from '../otlp/losslessJson';
import { FileSpans } from './fileSpans';
import { JSON_FORMATS } from './jsonFormats';
import { JsonParts } from './jsonParts';
import type { LargeValue } from './jsonSplitter';
import type { JsonTraceFormat, JsonTraceReader } from './jsonTraceFormat';

/** Lists of lists of traces are taken apart this far. */
const MAX_LISTS = 4;

/** Reads the JSON values of one file, each in the format it is in, and counts what is none. */
export class JsonTraceValues {
  readonly spans = new FileSpans();
  /** Values that are no JSON. */
  badValues = 0;
  /** Values that are JSON. */
  goodValues = 0;
  /** Values, or items of lists, that are JSON but no traces, or cannot be read as what they look like. */
  otherValues = 0;
  /** What the parser says of the first bad value, without its place: the parser knows parts of the file only. */
  firstFault = '';
  private readonly readers = new Map<JsonTraceFormat, { readonly reader: JsonTraceReader; count: number }>();
  private misshapen: SpanlightError | undefined;
  private firstOther: string | undefined;

  add(bytes: Buffer): void {
    const value = this.parse(bytes);
    if (value === undefined) return;
    this.goodValues++;
    this.take(value);
  }

  /** Begins a value that is too large to be parsed as a whole. */
  addLarge(): LargeValue {
    const parts = new JsonParts((value) => this.take(value));
    let isBroken = false;
    const attempt = (run: () => void): void => {
      if (isBroken) return;
      try {
        run();
      } catch (error) {
        isBroken = true;
        this.noteBad(error);
      }
    };
    return {
      push: (chunk) => attempt(() => parts.push(chunk)),
      end: () =>
        attempt(() => {
          parts.end();
          this.goodValues++;
        }),
      retainedBytes: () => parts.retainedBytes,
    };
  }

  /** After the last value. */
  finish(): void {
    for (const { reader } of this.readers.values()) reader.finish();
    this.spans.flush();
    const others = [...this.readers].slice(1).map(([{ name }, { count }]) => `${name} (${count})`);
    if (others.length > 0)
      this.spans.note(`the file also holds values in other formats, which were read: ${others.join(', ')}`);
    if (this.otherValues > 0) {
      const what = this.misshapen?.message.replace(/\.$/, '') ?? this.firstOther;
      this.spans.note(`${this.otherValues} of the values hold no traces, the first one: ${what}`);
    }
  }

  /** The name of the format: that of the first value that has one. */
  get format(): string {
    const [first] = this.readers.keys();
    return first?.name ?? 'otlp-json';
  }

  /** Whether all that was read keeps every attribute as a text. */
  get hasTextValues(): boolean {
    return [...this.readers.values()].every(({ reader }) => reader.hasTextValues === true);
  }

  /**
   * Why there is no span, in order of what helps most; undefined if the spans themselves say it.
   *
   * @param at where the first bad value is broken, such as ` at line 3, column 8`; empty where it is not known.
   */
  noSpans(at: string): SpanlightError | undefined {
    if (this.misshapen !== undefined) return this.misshapen;
    if (this.readers.size > 0) {
      return this.spans.rejected > 0 ? undefined : new SpanlightError('The file holds no spans.');
    }
    if (this.firstOther !== undefined) {
      const words = OTHER_WORDS[this.firstOther];
      return new SpanlightError(words ?? 'This is JSON, but there are no traces in it.', undefined, KNOWN_FORMATS);
    }
    if (this.goodValues === 0 && this.badValues > 0) {
      return new SpanlightError(`This is not JSON${at}: ${this.firstFault}.`, undefined, KNOWN_FORMATS);
    }
    return new SpanlightError('The list is empty: there are no traces in it.');
  }

  private take(value: unknown): void {
    let level = [value];
    for (let depth = 0; level.length > 0; depth++) {
      const lists: unknown[][] = [];
      for (const item of level) {
        const list = depth < MAX_LISTS ? listOf(item) : undefined;
        if (list !== undefined) lists.push(list);
        else if (isObject(item)) this.object(item);
        else this.other(item);
      }
      level = lists.flat();
    }
  }

  private object(value: JsonObject): void {
    const format = JSON_FORMATS.find((candidate) => candidate.recognises(value));
    if (format === undefined) return this.other(value);
    let entry = this.readers.get(format);
    if (entry === undefined) {
      entry = { reader: format.begin(this.spans), count: 0 };
      this.readers.set(format, entry);
    }
    entry.count++;
    try {
      entry.reader.add(value);
    } catch (error) {
      if (!(error instanceof SpanlightError)) throw error;
      this.misshapen ??= error;
      this.otherValues++;
    }
  }

  private other(value: unknown): void {
    this.otherValues++;
    this.firstOther ??= otherKind(value);
  }

  private parse(bytes: Buffer): unknown {
    try {
      return parseJsonLossless(bytes.toString('utf8'));
    } catch (error) {
      this.noteBad(error);
      return undefined;
    }
  }

  private noteBad(error: unknown): void {
    if (!(error instanceof SyntaxError)) throw error;
    this.badValues++;
    if (this.firstFault === '') this.firstFault = oneLine(withoutPlace(error.message));
  }
}

/** Lists, and the answers of Elasticsearch and OpenSearch: a list of documents each of which stands for itself. */
function listOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  if (!isObject(value)) return undefined;
  if (isObject(value._source)) return [value._source];
  return isObject(value.hits) && Array.isArray(value.hits.hits) ? (value.hits.hits as unknown[]) : undefined;
}

const KNOWN_FORMATS =
  'Spanlight opens OTLP, Jaeger, Zipkin, Tempo, X-Ray, Datadog, Elastic APM, OpenSearch, SigNoz, New Relic, Azure Monitor, Honeycomb, Google Cloud and Lightstep traces.';

/** What is told of files that hold nothing else, by {@link otherKind}. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  'an export of logs': 'These are logs, not traces.',
  'an export of metrics': 'These are metrics, not traces.',
  'an export of profiles': 'These are profiles, not traces.',
  'a Chrome trace': 'This is a Chrome trace, not one of a distributed system.',
};

/** What else a JSON value may be, by the fields that its format always has. */
function otherKind(value: unknown): string {
  if (value === null) return 'null';
  if (!isObject(value)) return Array.isArray(value) ? 'a list in a list' : `a ${typeof value}`;
  const has = (name: string) => fieldOf(value, name) !== undefined;
  if (has('resourceLogs')) return 'an export of logs';
  if (has('resourceMetrics')) return 'an export of metrics';
  if (has('resourceProfiles')) return 'an export of profiles';
  return has('traceEvents') ? 'a Chrome trace' : 'an object of another kind';
}

/** Node 20 names a position, later ones a line and column as well. */
function withoutPlace(message: string): string {
  return message.replace(/ in JSON at position \d+( \(line \d+ column \d+\))?$| at position \d+( \(line.*)?$/, '');
}

/** Node quotes the text in some messages: keep it to one short line. */
function oneLine(message: string): string {
  const flat = message.replace(/\s+/g, ' ');
  return flat.length > 120 ? `${flat.slice(0, 117)}…` : flat;
}
