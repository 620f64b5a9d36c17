import { Emitter } from '../../base/event';
import type { FailureCure } from '../../protocol/webview';
import type { TraceSession } from './traceSession';

/** What the page shows as a whole. */
export type PageContent =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly message: string; readonly cures: readonly FailureCure[] }
  | { readonly kind: 'trace'; readonly session: TraceSession };

/** The page around the trace: which state it is in, and what lies over it. */
export class PageModel {
  content: PageContent = { kind: 'loading' };
  helpOpen = false;
  /** Said to screen readers, and shown for a moment. */
  announcement = '';
  private readonly emitter = new Emitter<void>();
  readonly onDidChange = this.emitter.event;

  get session(): TraceSession | undefined {
    return this.content.kind === 'trace' ? this.content.session : undefined;
  }

  show(content: PageContent): void {
    this.content = content;
    this.emitter.fire();
  }

  setHelp(open: boolean): void {
    this.helpOpen = open;
    this.emitter.fire();
  }

  announce(text: string): void {
    this.announcement = text;
    this.emitter.fire();
  }
}
