import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import type { TraceListItem } from '../../protocol/backends';
import type { SearchOutcome, SearchRequest, ToSearchPage } from '../../protocol/searchView';
import type { EngineClient } from '../engine/engineClient';

interface Run {
  readonly request: SearchRequest;
  /** Tells its results from those of other searches in the engine. */
  readonly token: number;
  readonly cancel: vscode.CancellationTokenSource;
  readonly items: TraceListItem[];
  outcome: SearchOutcome | undefined;
}

/**
 * The search of the view: one at a time. What it found is kept until the next one, because a page that is hidden is thrown
 * away.
 */
export class SearchRuns implements Disposable {
  private readonly disposables = new DisposableStore();
  private latest: Run | undefined;
  private nextToken = 1;

  /** @param post sends to the page, if there is one. */
  constructor(
    private readonly engine: EngineClient,
    private readonly post: (message: ToSearchPage) => void,
  ) {
    this.disposables.add(
      engine.on('spanlight/searchResults', ({ token, items }) => {
        const { latest } = this;
        if (latest?.token !== token || latest.outcome !== undefined) return;
        latest.items.push(...items);
        this.post({ type: 'results', run: latest.request.run, items });
      }),
    );
  }

  /** What a page that comes anew is to show; undefined before the first search. */
  restore(): ToSearchPage | undefined {
    if (this.latest === undefined) return undefined;
    const { request, items, outcome } = this.latest;
    return { type: 'restore', request, items, ...(outcome === undefined ? {} : { outcome }) };
  }

  /** Searches; a search that is under way is ended. Settles when it has ended; never rejects. */
  async start(request: SearchRequest): Promise<SearchOutcome> {
    this.stop();
    const cancel = new vscode.CancellationTokenSource();
    const run: Run = { request, token: this.nextToken++, cancel, items: [], outcome: undefined };
    this.latest = run;
    const outcome = await this.outcomeOf(run);
    cancel.dispose();
    this.end(run, outcome);
    return run.outcome ?? outcome;
  }

  /** Ends the search that is under way. What it found stays. */
  stop(): void {
    const { latest } = this;
    if (latest === undefined || latest.outcome !== undefined) return;
    latest.cancel.cancel();
    this.end(latest, { kind: 'stopped' });
  }

  /** Lets go what was found. */
  forget(): void {
    this.stop();
    this.latest = undefined;
  }

  dispose(): void {
    this.stop();
    this.disposables.dispose();
  }

  private async outcomeOf({ request, token, cancel }: Run): Promise<SearchOutcome> {
    const { query, limit, fromMs, toMs, anySemconv, withHidden } = request;
    const params = {
      ...{ token, query, limit, anySemconv, withHidden },
      ...(fromMs === undefined ? {} : { fromMs: Math.round(fromMs) }),
      ...(toMs === undefined ? {} : { toMs: Math.round(toMs) }),
    };
    try {
      return { kind: 'done', ...(await this.engine.request('spanlight/search', params, cancel.token)) };
    } catch (error) {
      if (cancel.token.isCancellationRequested) return { kind: 'stopped' };
      return { kind: 'failed', message: describeError(error) };
    }
  }

  private end(run: Run, outcome: SearchOutcome): void {
    if (run.outcome !== undefined) return;
    run.outcome = outcome;
    if (this.latest === run) this.post({ type: 'finished', run: run.request.run, outcome });
  }
}
