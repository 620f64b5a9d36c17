import type { Disposable } from '../base/disposable';
import { Rpc, type RpcMessage, type RpcTable } from '../base/rpc';

/** What VS Code gives to a webview's page; may be acquired once. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The extension host as a page sees it. `State` is what the page leaves for its next life. */
export class Host<
  From,
  To extends { readonly type: string },
  Requests extends RpcTable<Requests>,
  State,
> implements Disposable {
  private readonly api = acquireVsCodeApi();
  private readonly rpc = new Rpc<Requests, Record<never, never>>(
    (message: RpcMessage) => this.api.postMessage(message),
    {},
  );
  private readonly listener: (event: MessageEvent<unknown>) => void;

  /**
   * @param isMessage says whether a message is one of the protocol's; others are ignored.
   * @param onMessage gets what is no answer to a request.
   */
  constructor(isMessage: (message: unknown) => message is To, onMessage: (message: To) => void) {
    this.listener = ({ data }) => {
      if (isMessage(data) && !this.rpc.receive(data)) onMessage(data);
    };
    window.addEventListener('message', this.listener);
  }

  post(message: From): void {
    this.api.postMessage(message);
  }

  /** Rejects with the host's words, after 15 s without an answer, and when the page goes away. */
  request<K extends keyof Requests & string>(method: K, params: Requests[K]['params']): Promise<Requests[K]['result']> {
    return this.rpc.request(method, params);
  }

  /** What an earlier life of the page left; unchecked. */
  savedState(): unknown {
    return this.api.getState();
  }

  saveState(state: State): void {
    this.api.setState(state);
  }

  dispose(): void {
    window.removeEventListener('message', this.listener);
    this.rpc.dispose();
  }
}
