import { describeError } from '../../base/errors';
import type { OperationStats } from '../../model/operation';
import { nanosFromMillis, type TimeWindow } from '../../model/time';
import type { QueryCompletion, QueryCompletionItem, QueryRequests } from '../../protocol/queries';
import { SharedWork } from '../../traces/backends/sharedWork';
import { completionContext, type ValueOf } from '../../traces/traceql/parse/completionContext';
import { isTraceQl } from '../../traces/traceql/parse/wordsToTraceQl';
import type { KnownValue, LiveSource } from '../sources/liveSource';
import { attributeItems, fieldItems, fitting, keywordItems, valueItems } from './completionItems';
import { wordContext } from './wordCompletion';

/** Names and values are asked for again after this long. */
const KEPT_MS = 20_000;
/** Who types does not wait longer for them. */
const MOST_PATIENCE_MS = 4_000;
/** What may stand in a field for a span's own name and service, whatever the source calls them. */
const SERVICE = 'resource.service.name';

type Params = QueryRequests['spanlight/completeQuery']['params'];

export interface QueryCompleterOptions {
  readonly source: LiveSource;
  /** Names the source that is in use: what one knows is not offered for another. */
  readonly sourceName: () => string;
  /** Operations whose services and names are known without asking. */
  readonly known: () => readonly OperationStats[];
}

/** Says what can stand at a place of a query, with names and values that the source knows. */
export class QueryCompleter {
  private readonly names = new SharedWork<readonly string[]>(KEPT_MS);
  private readonly values = new SharedWork<readonly KnownValue[]>(KEPT_MS);

  constructor(private readonly options: QueryCompleterOptions) {}

  /** Never fails but for an abort: without the source's answer there are at least the words of TraceQL. */
  async complete(params: Params, signal: AbortSignal): Promise<QueryCompletion> {
    const { query, offset } = params;
    const isWords = query.trim() === '' || !isTraceQl(query);
    const asked = new AskedSource(
      signal,
      (of) => this.fetchNames(params, of),
      (name, of) => this.fetchValues(name, params, of),
    );
    const { from, to, prefix, items } = isWords
      ? await this.ofWords(query, offset, asked)
      : await this.ofTraceQl(query, offset, asked);
    const { problem } = asked;
    return { from, to, items: fitting(items, prefix), ...(problem === undefined ? {} : { problem }) };
  }

  private async ofWords(query: string, offset: number, asked: AskedSource): Promise<Place> {
    const { from, to, prefix, expects } = wordContext(query, offset);
    if (expects === 'anything')
      return { from, to, prefix, items: wordItems(from === 0 && query.slice(to).trim() === '') };
    const texts = await this.textsOf(expects === 'service' ? SERVICE : 'name', asked);
    const key = `${expects}=`;
    const items = texts.map(({ text }): QueryCompletionItem => ({
      ...{ label: text, kind: 'value' },
      insert: `${key}${/[\s"]/.test(text) ? `"${text.replaceAll('"', '')}"` : text} `,
    }));
    return { from, to, prefix, items };
  }

  private async ofTraceQl(query: string, offset: number, asked: AskedSource): Promise<Place> {
    const context = completionContext(query, offset);
    const { range, prefix } = context;
    return { ...range, prefix, items: await this.itemsOf(context, asked) };
  }

  private async itemsOf(
    context: ReturnType<typeof completionContext>,
    asked: AskedSource,
  ): Promise<QueryCompletionItem[]> {
    switch (context.expects) {
      case 'nothing':
        return [];
      case 'keyword':
        return keywordItems(context.words);
      case 'attribute':
        return attributeItems(await asked.names(), context.scope);
      case 'field':
        return [...fieldWords(context.words), ...fieldItems(await asked.names())];
      case 'value': {
        const values = await this.valuesOf(context.of, asked);
        return [...valueItems(values, context.quoted), ...(context.quoted ? [] : keywordItems(context.words))];
      }
    }
  }

  private async valuesOf(of: ValueOf, asked: AskedSource): Promise<readonly KnownValue[]> {
    if (of.scope === 'intrinsic') {
      if (of.name === 'name' || of.name === 'rootName') return this.textsOf('name', asked);
      return of.name === 'rootServiceName' ? this.textsOf(SERVICE, asked) : asked.values(of.name);
    }
    const name = `${of.scope === 'any' ? '' : of.scope}.${of.name}`;
    if (name === SERVICE || name === '.service.name') return this.textsOf(SERVICE, asked);
    if (of.scope !== 'any') return asked.values(name);
    const scoped = (await asked.names()).filter((known) => known.slice(known.indexOf('.')) === name).slice(0, 2);
    const values = await Promise.all(scoped.map((known) => asked.values(known)));
    return [...new Map(values.flat().map((value) => [value.text, value])).values()];
  }

  /** Services, or names of spans: those that are known already first. */
  private async textsOf(name: typeof SERVICE | 'name', asked: AskedSource): Promise<readonly KnownValue[]> {
    const sorted = [...this.options.known()].sort((a, b) => b.count - a.count);
    const texts = new Set(sorted.map(({ key }) => (name === 'name' ? key.name : key.service)));
    for (const { text } of await asked.values(name)) texts.add(text);
    return [...texts].map((text) => ({ text, type: 'text' }));
  }

  private fetchNames(params: Params, signal: AbortSignal): Promise<readonly string[]> {
    const { source, sourceName } = this.options;
    const work = (shared: AbortSignal) => source.attributeNames(windowOf(params), shared);
    return this.names.get(`${sourceName()} ${rangeKey(params)}`, work, signal);
  }

  private fetchValues(name: string, params: Params, signal: AbortSignal): Promise<readonly KnownValue[]> {
    const { source, sourceName } = this.options;
    const work = (shared: AbortSignal) => source.attributeValues(name, windowOf(params), shared);
    return this.values.get(`${sourceName()} ${rangeKey(params)} ${name}`, work, signal);
  }
}

interface Place {
  readonly from: number;
  readonly to: number;
  readonly prefix: string;
  readonly items: readonly QueryCompletionItem[];
}

/** The source as it is asked for one completion: what fails, or takes too long, is said and left out. */
class AskedSource {
  problem: string | undefined;
  private readonly limited: AbortSignal;

  constructor(
    private readonly signal: AbortSignal,
    private readonly fetchNames: (signal: AbortSignal) => Promise<readonly string[]>,
    private readonly fetchValues: (name: string, signal: AbortSignal) => Promise<readonly KnownValue[]>,
  ) {
    this.limited = AbortSignal.any([signal, AbortSignal.timeout(MOST_PATIENCE_MS)]);
  }

  names(): Promise<readonly string[]> {
    return this.orNothing(this.fetchNames(this.limited));
  }

  values(name: string): Promise<readonly KnownValue[]> {
    return this.orNothing(this.fetchValues(name, this.limited));
  }

  private async orNothing<T>(answer: Promise<readonly T[]>): Promise<readonly T[]> {
    try {
      return await answer;
    } catch (error) {
      this.signal.throwIfAborted();
      this.problem = this.limited.aborted ? 'The source takes long to say what it knows.' : describeError(error);
      return [];
    }
  }
}

/** Built-in fields before scopes: a scope alone is only half of a name. */
function fieldWords(words: readonly string[]): QueryCompletionItem[] {
  const isScope = (word: string): boolean => /[.:]$/.test(word);
  const items = [...words.filter((word) => !isScope(word)), ...words.filter(isScope)];
  return items.map((word) => ({
    label: word,
    insert: word,
    kind: 'keyword',
    ...(isScope(word) ? { detail: 'scope' } : {}),
  }));
}

/** @param isAlone nothing else stands in the search, so that it can become TraceQL. */
function wordItems(isAlone: boolean): QueryCompletionItem[] {
  const items: QueryCompletionItem[] = [
    { label: 'service=', insert: 'service=', kind: 'keyword', detail: 'spans of a service' },
    { label: 'name=', insert: 'name=', kind: 'keyword', detail: 'spans with this in their name' },
    { label: 'error', insert: 'error ', kind: 'keyword', detail: 'failed spans' },
    { label: 'duration>', insert: 'duration>100ms ', kind: 'keyword', detail: 'spans that take longer' },
    { label: 'duration<', insert: 'duration<1s ', kind: 'keyword', detail: 'spans that take less' },
  ];
  return isAlone ? [...items, { label: '{', insert: '{ ', kind: 'operator', detail: 'TraceQL' }] : items;
}

function windowOf({ fromMs, toMs }: Params): TimeWindow | undefined {
  if (fromMs === undefined || toMs === undefined) return undefined;
  return { from: nanosFromMillis(fromMs), to: nanosFromMillis(toMs) };
}

/** Windows that end now move on with every key; of one length they are one. */
function rangeKey({ fromMs = 0, toMs = 0 }: Params): string {
  return String(Math.round((toMs - fromMs) / 60_000));
}
