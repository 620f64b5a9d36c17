/**
 * Runs in the browser before the page's own script and plays the extension host: gives the page VS Code's API, answers
 * its requests, and keeps what it posts.
 */
import { Rpc } from '../../../src/base/rpc';
import type { FromWebview, ToWebview, WebviewRequests } from '../../../src/protocol/webview';
import { deepTrace, hostileTrace, largeTrace, shopTrace, wideTrace } from './sampleTraces';
import { buildTrace, detailsOf, rowsWith, type BuiltTrace } from './traceBuilder';
import { THEMES, type ThemeName } from './themes';

const TRACES = { shop: shopTrace, hostile: hostileTrace, empty: () => buildTrace([]) } as const;
export type TraceName = keyof typeof TRACES | `large ${number}` | `deep ${number}` | `wide ${number}`;

/** What tests use inside of the page, as `window.testHost`. */
export class PageHost {
  readonly posted: FromWebview[] = [];
  readonly violations: string[] = [];
  readonly errors: string[] = [];
  private trace: BuiltTrace | undefined;
  private acquired = false;
  /** Makes requests fail with this sentence. */
  failure: string | undefined;
  private readonly rpc = new Rpc<Record<never, never>, WebviewRequests>((message) => this.send(message as ToWebview), {
    spanDetails: ({ row }) => detailsOf(this.answering(), row),
    findByAttribute: ({ key, value }) => ({ rows: rowsWith(this.answering(), key, value) }),
  });

  readonly acquireVsCodeApi = () => {
    if (this.acquired) throw new Error('An instance of the VS Code API has already been acquired');
    this.acquired = true;
    return {
      postMessage: (message: unknown) => this.receive(structuredClone(message) as FromWebview),
      getState: (): unknown => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
      setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
    };
  };

  /** Makes a trace and posts it. @returns milliseconds until its first rows are in the document and on the canvas. */
  async show(name: TraceName, focusRow?: number): Promise<number> {
    this.prepare(name);
    return this.showPrepared(focusRow);
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

  async showPrepared(focusRow?: number): Promise<number> {
    for (const row of document.querySelectorAll<HTMLElement>('#tree .row')) row.dataset['before'] = '';
    const began = performance.now();
    this.send({ type: 'show', trace: this.answering().view, ...(focusRow === undefined ? {} : { focusRow }) });
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

  send(message: ToWebview): void {
    window.postMessage(message, '*');
  }

  /** Sets VS Code's variables and classes as VS Code does. */
  setTheme(name: ThemeName): void {
    const { variables, bodyClass } = THEMES[name];
    for (const [key, value] of Object.entries(variables)) document.documentElement.style.setProperty(key, value);
    document.body.className = bodyClass;
  }

  private answering(): BuiltTrace {
    if (this.failure !== undefined) throw new Error(this.failure);
    if (this.trace === undefined) throw new Error('No trace is open.');
    return this.trace;
  }

  private receive(message: FromWebview): void {
    this.posted.push(message);
    this.rpc.receive(message);
  }
}

declare global {
  interface Window {
    testHost: PageHost;
    hacked?: boolean;
  }
}

window.testHost = new PageHost();
Object.assign(window, { acquireVsCodeApi: window.testHost.acquireVsCodeApi });
document.addEventListener('securitypolicyviolation', (event) => {
  window.testHost.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
window.addEventListener('error', (event) => window.testHost.errors.push(String(event.message)));
window.addEventListener('unhandledrejection', (event) => window.testHost.errors.push(String(event.reason)));
