import { h, render } from 'preact';
import { describeError } from '../../base/errors';
import type { TraceListItem } from '../../protocol/backends';
import type { SearchCure, SearchedSource, ToSearchPage } from '../../protocol/searchView';
import { ThemeWatcher } from '../canvas/theme';
import { QUERY_ID } from './query/queryField';
import { restoreSearch, savedSearch } from './savedSearch';
import type { SearchActions } from './searchActions';
import { SearchApp } from './searchApp';
import { SearchHost } from './searchHost';
import { SearchModel } from './searchModel';
import { rangeTimes } from './timeRange';

/** State is written this long after the last change. */
const SAVE_MS = 200;
/** A query is checked once typing rests: half of one is always wrong. */
const CHECK_MS = 450;

/** The search page between its model and the host. */
export class SearchPage implements SearchActions {
  readonly model = new SearchModel((run, delayMs) => void setTimeout(run, delayMs));
  private readonly host = new SearchHost((message) => this.receive(message));
  private saving: ReturnType<typeof setTimeout> | undefined;
  private checking: ReturnType<typeof setTimeout> | undefined;
  /** The host says after `ready` whether it still has what was found; only else it is searched for again. */
  private searchAgain: boolean;

  constructor() {
    this.searchAgain = restoreSearch(this.model, this.host.savedState());
    this.model.results.onDidChange(() => this.changed());
    document.addEventListener('keydown', (event) => this.onKey(event));
    window.addEventListener('pagehide', () => this.saveNow());
  }

  /** The page is drawn. */
  ready(): void {
    this.host.post({ type: 'ready' });
  }

  readonly open = ({ traceId, matched = [] }: TraceListItem): void =>
    this.host.post({ type: 'open', traceId, spanIds: matched });

  readonly copyId = ({ traceId }: TraceListItem): void => this.host.post({ type: 'copy', text: traceId });

  readonly cure = (cure: SearchCure): void => this.host.post({ type: 'cure', cure });

  readonly stop = (): void => this.host.post({ type: 'stop' });

  readonly changed = (): void => {
    this.saving ??= setTimeout(() => this.saveNow(), SAVE_MS);
  };

  readonly run = (withHidden = false): void => {
    clearTimeout(this.checking);
    this.host.post({ type: 'search', request: this.model.begin(Date.now(), withHidden) });
    void this.check();
    this.changed();
  };

  readonly typed = (query: string): void => {
    this.model.setQuery(query);
    clearTimeout(this.checking);
    this.checking = setTimeout(() => void this.check(), CHECK_MS);
    this.changed();
  };

  readonly complete: SearchActions['complete'] = (query, offset) =>
    this.host.request('completeQuery', { query, offset, ...rangeTimes(this.model.range, Date.now()) });

  private receive(message: ToSearchPage): void {
    const { model } = this;
    switch (message.type) {
      case 'source':
        return this.setSource(message.source);
      case 'recent':
        return model.setRecent(message.queries);
      case 'prefill':
        model.setQuery(message.query);
        if (message.run) this.run();
        return;
      case 'focus':
        return focusField();
      case 'results':
        return model.add(message.run, message.items);
      case 'finished':
        return model.finish(message.run, message.outcome);
      case 'restore':
        return model.restore(message.request, message.items, message.outcome);
      default:
        return;
    }
  }

  private setSource(source: SearchedSource | undefined): void {
    const { model } = this;
    model.setSource(source);
    if (source === undefined || model.asked !== undefined) return;
    // What was received here costs nothing to list; a backend is asked only for what somebody asks for.
    const isCheap = source.isEmbedded && source.kept > 0 && model.query === '';
    if (this.searchAgain || isCheap) this.run();
    this.searchAgain = false;
  }

  private async check(): Promise<void> {
    const { query, options } = this.model;
    if (query.trim() === '') return;
    try {
      const answer = await this.host.request('checkQuery', { query, anySemconv: options.anySemconv });
      if (this.model.query === query) this.model.setCheck(answer);
    } catch (error) {
      // It is checked again when it runs, and what is wrong then is said.
      this.host.post({ type: 'log', message: `The query could not be checked: ${describeError(error)}` });
    }
  }

  private saveNow(): void {
    clearTimeout(this.saving);
    this.saving = undefined;
    this.host.saveState(savedSearch(this.model));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented) return;
    if (event.key === 'Escape' && this.model.running) this.stop();
    else if ((event.ctrlKey || event.metaKey) && event.key === 'f') focusField();
    else return;
    event.preventDefault();
  }
}

/** Builds the search page and tells the host that it listens. */
export function startSearchPage(root: HTMLElement): void {
  const page = new SearchPage();
  render(h(SearchApp, { model: page.model, actions: page, themes: new ThemeWatcher() }), root);
  page.ready();
}

function focusField(): void {
  const field = document.getElementById(QUERY_ID);
  field?.focus();
  if (field instanceof HTMLTextAreaElement) field.select();
}
