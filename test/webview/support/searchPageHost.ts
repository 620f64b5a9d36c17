/** Runs in the browser before the script of a page that lists traces and plays the extension host. */
import type { RpcHandlers } from '../../../src/base/rpc';
import type { TraceListItem } from '../../../src/protocol/backends';
import type { QueryCheck, QueryCompletion } from '../../../src/protocol/queries';
import type {
  FromSearchPage,
  SearchedSource,
  SearchOutcome,
  SearchPageRequests,
  ToSearchPage,
} from '../../../src/protocol/searchView';
import { play, PlayedHost } from './playedHost';
import { sampleResults } from './sampleResults';
import type { ThemeName } from './themes';

const EMBEDDED: SearchedSource = {
  name: 'embedded',
  isEmbedded: true,
  state: 'ready',
  kept: 120,
  receiver: 'listening',
};

/** What tests use inside of the page, as `window.searchHost`. */
export class SearchPageHost extends PlayedHost<FromSearchPage, ToSearchPage, SearchPageRequests> {
  /** What is answered: by the query as it is asked about. */
  check: (query: string) => QueryCheck = () => ({ problems: [], notes: [] });
  complete: (query: string, offset: number) => QueryCompletion = (_, offset) => ({
    from: offset,
    to: offset,
    items: [],
  });
  protected readonly answers: RpcHandlers<SearchPageRequests> = {
    checkQuery: ({ query }) => this.check(query),
    completeQuery: ({ query, offset }) => this.complete(query, offset),
  };

  /** Says whose traces are searched. */
  source(change: Partial<SearchedSource> = {}): void {
    this.send({ type: 'source', source: { ...EMBEDDED, ...change } });
  }

  /** The number of the search that was asked for last. */
  run(): number {
    const last = this.posted.findLast((message) => message.type === 'search');
    if (last?.type !== 'search') throw new Error('Nothing was searched for.');
    return last.request.run;
  }

  /** Answers the search that was asked for last. */
  answer(items: readonly TraceListItem[], outcome: Partial<Extract<SearchOutcome, { kind: 'done' }>> = {}): void {
    const run = this.run();
    this.send({ type: 'results', run, items });
    this.send({
      type: 'finished',
      run,
      outcome: { kind: 'done', found: items.length, hidden: 0, problems: [], ...outcome },
    });
  }

  /** As {@link answer}, with so many traces made up. */
  answerSample(count: number): void {
    this.answer(sampleResults(count));
  }

  /** The contents of a trace file with so many traces. */
  showFile(count: number, notes: readonly string[] = []): void {
    const items = sampleResults(count);
    const spans = items.reduce((sum, { spanCount }) => sum + spanCount, 0);
    const contents = {
      uri: 'file:///t/traces.jsonl',
      name: 'traces.jsonl',
      format: 'otlp-json',
      spans,
      total: count,
      items,
      notes,
    };
    this.send({ type: 'file', contents });
  }

  override setTheme(name: ThemeName): void {
    super.setTheme(name);
    // A view's page is as transparent as its place is coloured.
    document.documentElement.style.setProperty('background', 'var(--vscode-editor-background)');
  }
}

declare global {
  interface Window {
    searchHost: SearchPageHost;
  }
}

window.searchHost = play(new SearchPageHost());
