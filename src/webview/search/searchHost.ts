import type { Disposable } from '../../base/disposable';
import { Rpc, type RpcMessage } from '../../base/rpc';
import type { FromSearchPage, SearchPageRequests, ToSearchPage } from '../../protocol/searchView';
import { isToSearchPage } from './searchGuard';

/** What VS Code gives to a webview's page; may be acquired once. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The extension host as a page that lists traces sees it. */
export class SearchHost implements Disposable {
  private readonly api = acquireVsCodeApi();
  private readonly rpc = new Rpc<SearchPageRequests, Record<never, never>>(
    (message: RpcMessage) => this.api.postMessage(message),
    {},
  );
  private readonly listener: (event: MessageEvent<unknown>) => void;

  /** @param onMessage gets what is no answer to a request. Messages that are none of the protocol's are ignored. */
  constructor(onMessage: (message: ToSearchPage) => void) {
    this.listener = (event) => {
      if (isToSearchPage(event.data) && !this.rpc.receive(event.data)) onMessage(event.data);
    };
    window.addEventListener('message', this.listener);
  }

  post(message: FromSearchPage): void {
    this.api.postMessage(message);
  }

  /** Rejects with the host's words, after 15 s without an answer, and when the page goes away. */
  request<K extends keyof SearchPageRequests>(
    method: K,
    params: SearchPageRequests[K]['params'],
  ): Promise<SearchPageRequests[K]['result']> {
    return this.rpc.request(method, params);
  }

  /** What an earlier life of the page left; unchecked. */
  savedState(): unknown {
    return this.api.getState();
  }

  saveState(state: unknown): void {
    this.api.setState(state);
  }

  dispose(): void {
    window.removeEventListener('message', this.listener);
    this.rpc.dispose();
  }
}
