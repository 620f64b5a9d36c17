import type { Disposable } from './disposable';
import { describeError } from './errors';

/** A table of requests: method name → parameters and result. */
export type RpcTable<T> = { readonly [K in keyof T]: { params: unknown; result: unknown } };

/** What goes over the channel; `type` tells these from a protocol's other messages. */
export type RpcMessage =
  | { readonly type: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly type: 'response'; readonly id: number; readonly result: unknown }
  | { readonly type: 'responseError'; readonly id: number; readonly message: string };

/** Answers for the requests of the other end. */
export type RpcHandlers<T extends RpcTable<T>> = {
  readonly [K in keyof T]: (params: T[K]['params']) => T[K]['result'] | Promise<T[K]['result']>;
};

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * Requests with answers over a channel that only posts messages; the same class serves both ends with the type
 * parameters swapped. A handler that throws rejects the caller; so do a timeout and {@link Rpc.dispose}.
 */
export class Rpc<Out extends RpcTable<Out>, In extends RpcTable<In>> implements Disposable {
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private disposed = false;

  /**
   * @param post sends one message to the other end.
   * @param handlers answer what the other end asks.
   * @param timeoutMs after that long without an answer a request is rejected.
   */
  constructor(
    private readonly post: (message: RpcMessage) => void,
    private readonly handlers: RpcHandlers<In>,
    private readonly timeoutMs = 15_000,
  ) {}

  /** Asks the other end. Rejects with the other end's message, on timeout, and when this end is disposed. */
  request<K extends keyof Out & string>(method: K, params: Out[K]['params']): Promise<Out[K]['result']> {
    if (this.disposed) return Promise.reject(new Error('The connection is closed.'));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(new Error(`No answer to ${method} within ${this.timeoutMs / 1000} s.`));
      }, this.timeoutMs);
      this.pending.set(id, { resolve: resolve, reject, timer });
      try {
        this.post({ type: 'request', id, method, params });
      } catch (error) {
        this.settle(id)?.reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /**
   * Takes a message that came in.
   * @returns false if it is none of {@link RpcMessage}; the caller then handles it.
   */
  receive(message: { readonly type: string }): boolean {
    const rpc = message as RpcMessage;
    switch (rpc.type) {
      case 'request':
        void this.answer(rpc.id, rpc.method, rpc.params);
        return true;
      case 'response':
        this.settle(rpc.id)?.resolve(rpc.result);
        return true;
      case 'responseError':
        this.settle(rpc.id)?.reject(new Error(rpc.message));
        return true;
      default:
        return false;
    }
  }

  /** Rejects everything that waits and answers nothing more. */
  dispose(): void {
    this.disposed = true;
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(new Error('The connection is closed.'));
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    if (pending === undefined) return undefined;
    this.pending.delete(id);
    clearTimeout(pending.timer);
    return pending;
  }

  private async answer(id: number, method: string, params: unknown): Promise<void> {
    let reply: RpcMessage;
    try {
      if (!Object.hasOwn(this.handlers, method)) throw new Error(`Unknown request ${method}.`);
      reply = { type: 'response', id, result: await this.handlers[method as keyof In](params) };
    } catch (error) {
      reply = { type: 'responseError', id, message: describeError(error) };
    }
    if (!this.disposed) this.post(reply);
  }
}
