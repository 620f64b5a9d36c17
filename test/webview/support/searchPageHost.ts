/**
 * Runs in the browser before the script of a page that lists traces and plays the extension host: gives the page VS Code's
 * API, answers its requests, and keeps what it posts.
 */
import { Rpc } from '../../../src/base/rpc';
import type { TraceListItem } from '../../../src/protocol/backends';
import type { QueryCheck, QueryCompletion } from '../../../src/protocol/queries';
import type {
  FromSearchPage,
  SearchedSource,
  SearchOutcome,
  SearchPageRequests,
  ToSearchPage,
} from '../../../src/protocol/searchView';
import { sampleResults } from './sampleResults';
import { THEMES, type ThemeName } from './themes';

const EMBEDDED: SearchedSource = {
  name: 'embedded',
  isEmbedded: true,
  state: 'ready',
  kept: 120,
  receiver: 'listening',
};

/** What tests use inside of the page, as `window.searchHost`. */
export class SearchPageHost {
  readonly posted: FromSearchPage[] = [];
  readonly violations: string[] = [];
  readonly errors: string[] = [];
  /** What is answered: by the query as it is asked about. */
  check: (query: string) => QueryCheck = () => ({ problems: [], notes: [] });
  complete: (query: string, offset: number) => QueryCompletion = (_, offset) => ({
    from: offset,
    to: offset,
    items: [],
  });
  private acquired = false;
  private readonly rpc = new Rpc<Record<never, never>, SearchPageRequests>(
    (message) => this.send(message as ToSearchPage),
    {
      checkQuery: ({ query }) => this.check(query),
      completeQuery: ({ query, offset }) => this.complete(query, offset),
    },
  );

  readonly acquireVsCodeApi = () => {
    if (this.acquired) throw new Error('An instance of the VS Code API has already been acquired');
    this.acquired = true;
    return {
      postMessage: (message: unknown) => this.receive(structuredClone(message) as FromSearchPage),
      getState: (): unknown => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
      setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
    };
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

  send(message: ToSearchPage): void {
    window.postMessage(message, '*');
  }

  /** Sets VS Code's variables and classes as VS Code does. */
  setTheme(name: ThemeName): void {
    const { variables, bodyClass } = THEMES[name];
    for (const [key, value] of Object.entries(variables)) document.documentElement.style.setProperty(key, value);
    document.body.className = bodyClass;
    // A view's page is as transparent as its place is coloured.
    document.documentElement.style.setProperty('background', 'var(--vscode-editor-background)');
  }

  private receive(message: FromSearchPage): void {
    this.posted.push(message);
    if (message.type === 'request') this.rpc.receive(message);
  }
}

declare global {
  interface Window {
    searchHost: SearchPageHost;
  }
}

window.searchHost = new SearchPageHost();
Object.assign(window, { acquireVsCodeApi: window.searchHost.acquireVsCodeApi, testHost: window.searchHost });
document.addEventListener('securitypolicyviolation', (event) => {
  window.searchHost.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
window.addEventListener('error', (event) => window.searchHost.errors.push(String(event.message)));
window.addEventListener('unhandledrejection', (event) => window.searchHost.errors.push(String(event.reason)));
