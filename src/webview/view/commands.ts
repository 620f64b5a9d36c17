import { quoteValue } from '../query/parseQuery';
import type { FailureCure } from '../../protocol/webview';
import type { TraceHost } from '../traceHost';
import type { PageModel } from '../state/pageModel';
import type { DetailOptions, TraceSession } from '../state/traceSession';

/** Places that can take the keyboard. */
export type FocusPlace = 'tree' | 'search' | 'detail';

/** Everything a key, a button or a click can do. */
export class Commands {
  constructor(
    private readonly page: PageModel,
    private readonly host: TraceHost,
    private readonly focusPlace: (place: FocusPlace) => void,
  ) {}

  get session(): TraceSession | undefined {
    return this.page.session;
  }

  get helpOpen(): boolean {
    return this.page.helpOpen;
  }

  openSource(beside: boolean, row = this.session?.selected ?? -1): void {
    if (row >= 0) this.host.post({ type: 'openSource', row, beside });
  }

  openTrace(traceId: string, spanId: string): void {
    this.host.post({ type: 'openTrace', traceId, spanId });
  }

  openFrame(file: string, line: number): void {
    this.host.post({ type: 'openFrame', file, line });
  }

  /** Asks the host for what helps where there is no trace to show. */
  cure(cure: FailureCure): void {
    this.host.post({ type: 'cure', cure });
  }

  /** Hands text to VS Code's clipboard and says so. */
  copy(text: string, what: string): void {
    this.host.post({ type: 'copy', text });
    this.page.announce(`Copied ${what}`);
  }

  copyTraceId(): void {
    if (this.session !== undefined) this.copy(this.session.trace.traceId, 'the trace id');
  }

  nextMatch(direction: 1 | -1): void {
    const { session } = this;
    if (session === undefined) return;
    if (!session.nextMatch(direction)) this.page.announce('No matches');
  }

  nextError(direction: 1 | -1): void {
    if (this.session !== undefined && !this.session.nextError(direction)) this.page.announce('No failed spans');
  }

  toggleCriticalPath(): void {
    const { session } = this;
    if (session === undefined) return;
    session.setCriticalPath(!session.criticalPath);
    this.page.announce(session.criticalPath ? 'Critical path shown' : 'Critical path hidden');
  }

  toggleFilterOnly(): void {
    const { session } = this;
    if (session !== undefined) session.setFilterOnly(!session.filterOnly);
  }

  search(query: string): void {
    void this.session?.search.search(query);
  }

  /** Adds a condition to the filter box; `hide` turns it round and hides what does not match. */
  filterBy(key: string, value: string, hide = false): void {
    const { session } = this;
    if (session === undefined) return;
    const condition = `${hide ? '-' : ''}${key}=${quoteValue(value)}`;
    const query = session.search.query.trim();
    if (!` ${query} `.includes(` ${condition} `)) this.search(query === '' ? condition : `${query} ${condition}`);
    if (hide && !session.filterOnly) session.setFilterOnly(true);
  }

  openDetail(tab?: string): void {
    this.session?.setDetail({ open: true, ...(tab === undefined ? {} : { tab }) });
  }

  /** Shows the details of the selection and puts the keyboard there. */
  enterDetail(): void {
    this.openDetail();
    this.focus('detail');
  }

  setDetail(change: Partial<DetailOptions>): void {
    this.session?.setDetail(change);
  }

  closeDetail(): void {
    this.session?.setDetail({ open: false });
    this.focus('tree');
  }

  toggleHelp(open = !this.page.helpOpen): void {
    this.page.setHelp(open);
    if (!open) this.focus('tree');
  }

  /**
   * One step back: out of the list of keys, the search, the details; then to the whole trace. The search box clears
   * itself first, because only it knows what was typed but not searched for yet.
   */
  back(from: FocusPlace): void {
    const { session } = this;
    if (this.page.helpOpen) this.toggleHelp(false);
    else if (session === undefined) return;
    else if (from !== 'tree') this.focus('tree');
    else if (session.detail.open) session.setDetail({ open: false });
    else session.showAll();
  }

  focus(place: FocusPlace): void {
    this.focusPlace(place);
  }
}
