import type { Disposable } from '../base/disposable';
import { Rpc, type RpcMessage } from '../base/rpc';
import type { FromWebview, ToWebview, WebviewRequests, WebviewState } from '../protocol/webview';
import { isToWebview } from './messageGuard';

/** What VS Code gives to a webview's page; may be acquired once. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

type NoRequests = Record<never, { params: unknown; result: unknown }>;

/** The extension host as the page sees it. */
export class Host implements Disposable {
  private readonly api = acquireVsCodeApi();
  private readonly rpc = new Rpc<WebviewRequests, NoRequests>(
    (message: RpcMessage) => this.api.postMessage(message),
    {},
  );
  private readonly listener: (event: MessageEvent<unknown>) => void;

  /** @param onMessage gets what is no answer to a request. Messages that are none of the protocol's are ignored. */
  constructor(onMessage: (message: ToWebview) => void) {
    this.listener = (event) => {
      if (isToWebview(event.data) && !this.rpc.receive(event.data)) onMessage(event.data);
    };
    window.addEventListener('message', this.listener);
  }

  post(message: FromWebview): void {
    this.api.postMessage(message);
  }

  /** Rejects with the host's words, after 15 s without an answer, and when the page goes away. */
  request<K extends keyof WebviewRequests>(
    method: K,
    params: WebviewRequests[K]['params'],
  ): Promise<WebviewRequests[K]['result']> {
    return this.rpc.request(method, params);
  }

  /** What an earlier life of the page left; unchecked. */
  savedState(): unknown {
    return this.api.getState();
  }

  saveState(state: WebviewState): void {
    this.api.setState(state);
  }

  dispose(): void {
    window.removeEventListener('message', this.listener);
    this.rpc.dispose();
  }
}
