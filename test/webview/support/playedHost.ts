import { Rpc, type RpcHandlers, type RpcMessage, type RpcTable } from '../../../src/base/rpc';
import { THEMES, type ThemeName } from './themes';

/**
 * Plays the extension host inside of the browser: gives the page VS Code's API, answers its requests, and keeps what it
 * posts.
 */
export abstract class PlayedHost<From extends { readonly type: string }, To, Requests extends RpcTable<Requests>> {
  readonly posted: From[] = [];
  readonly violations: string[] = [];
  readonly errors: string[] = [];
  /** What the page is told while it says `ready`: no host is faster. */
  atOnce: readonly To[] = [];
  protected abstract readonly answers: RpcHandlers<Requests>;
  private acquired = false;
  private rpc: Rpc<Record<never, never>, Requests> | undefined;

  readonly acquireVsCodeApi = () => {
    if (this.acquired) throw new Error('An instance of the VS Code API has already been acquired');
    this.acquired = true;
    return {
      postMessage: (message: unknown) => this.receive(structuredClone(message) as From),
      getState: (): unknown => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
      setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
    };
  };

  send(message: To | RpcMessage): void {
    window.postMessage(message, '*');
  }

  /** Sets VS Code's variables and classes as VS Code does. */
  setTheme(name: ThemeName): void {
    const { variables, bodyClass } = THEMES[name];
    for (const [key, value] of Object.entries(variables)) document.documentElement.style.setProperty(key, value);
    document.body.className = bodyClass;
  }

  private receive(message: From): void {
    this.posted.push(message);
    this.rpc ??= new Rpc<Record<never, never>, Requests>((reply) => this.send(reply), this.answers);
    this.rpc.receive(message);
    if (message.type !== 'ready') return;
    for (const data of this.atOnce) window.dispatchEvent(new MessageEvent('message', { data }));
  }
}

/** Has the page that is about to load meet `host`, which is told of errors and of what the page's policy forbids. */
export function play<T extends Pick<PlayedHost<never, never, object>, 'acquireVsCodeApi' | 'violations' | 'errors'>>(
  host: T,
): T {
  const { acquireVsCodeApi, violations, errors } = host;
  Object.assign(window, { acquireVsCodeApi, testHost: host });
  document.addEventListener('securitypolicyviolation', (event) => {
    violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
  window.addEventListener('error', (event) => errors.push(String(event.message)));
  window.addEventListener('unhandledrejection', (event) => errors.push(String(event.reason)));
  return host;
}
