/** Runs in the browser before the script of the trace page and plays the extension host. */
import type { RpcHandlers } from '../../../src/base/rpc';
import type { FromWebview, ToWebview, WebviewRequests } from '../../../src/protocol/webview';
import { play, PlayedHost } from './playedHost';
import { deepTrace, hostileTrace, largeTrace, shopTrace, wideTrace } from './sampleTraces';
import { buildTrace, detailsOf, rowsWith, type BuiltTrace } from './traceBuilder';

const TRACES = { shop: shopTrace, hostile: hostileTrace, empty: () => buildTrace([]) } as const;
export type TraceName = keyof typeof TRACES | `large ${number}` | `deep ${number}` | `wide ${number}`;

/** What tests use inside of the page, as `window.testHost`. */
export class PageHost extends PlayedHost<FromWebview, ToWebview, WebviewRequests> {
  private trace: BuiltTrace | undefined;
  /** Makes requests fail with this sentence. */
  failure: string | undefined;
  protected readonly answers: RpcHandlers<WebviewRequests> = {
    spanDetails: ({ row }) => detailsOf(this.answering(), row),
    findByAttribute: ({ key, value }) => ({ rows: rowsWith(this.answering(), key, value) }),
  };

  /** Makes a trace and posts it. @returns milliseconds until its first rows are in the document and on the canvas. */
  async show(name: TraceName, focusRow?: number, foundRows?: readonly number[]): Promise<number> {
    this.prepare(name);
    return this.showPrepared(focusRow, foundRows);
  }

  prepare(name: TraceName): void {
    const [kind, count] = name.split(' ');
    this.trace =
      kind === 'large'
        ? largeTrace(Number(count))
        : kind === 'deep'
          ? deepTrace(Number(count))
          : kind === 'wide'
            ? wideTrace(Number(count))
            : TRACES[name as keyof typeof TRACES]();
  }

  prepared(): BuiltTrace['view'] {
    return this.answering().view;
  }

  /**
   * Milliseconds that scripts take in the next frame: from its first callback to the first task after it. The page's
   * own callbacks, asked for by the scroll event, run in between.
   */
  frameWork(): Promise<number> {
    return new Promise((resolve) => {
      const channel = new MessageChannel();
      requestAnimationFrame(() => {
        // Scroll events come before frame callbacks; what they ask for runs in this very frame, after this callback.
        const began = performance.now();
        channel.port1.onmessage = () => resolve(performance.now() - began);
        channel.port2.postMessage(undefined);
      });
    });
  }

  async showPrepared(focusRow?: number, foundRows?: readonly number[]): Promise<number> {
    for (const row of document.querySelectorAll<HTMLElement>('#tree .row')) row.dataset['before'] = '';
    const began = performance.now();
    this.send({
      ...{ type: 'show', trace: this.answering().view },
      ...(focusRow === undefined ? {} : { focusRow }),
      ...(foundRows === undefined ? {} : { foundRows: Uint32Array.from(foundRows) }),
    });
    while (document.querySelector('#tree .row[aria-level]:not([data-before]), .placeholder[role=alert]') === null) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return performance.now() - began;
  }

  /** Posts the trace with a row that ends before it begins. */
  showDamaged(): void {
    const { view } = shopTrace();
    view.columns.subtreeEnd[3] = 2;
    this.send({ type: 'show', trace: view });
  }

  private answering(): BuiltTrace {
    if (this.failure !== undefined) throw new Error(this.failure);
    if (this.trace === undefined) throw new Error('No trace is open.');
    return this.trace;
  }
}

declare global {
  interface Window {
    testHost: PageHost;
    hacked?: boolean;
  }
}

play(new PageHost());
