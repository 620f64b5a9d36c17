import {
  LSPErrorCodes,
  ErrorCodes,
  ResponseError,
  type CancellationToken,
  type Connection,
} from 'vscode-languageserver/node';
import { describeError, SpanlightError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { EngineRequests } from '../protocol/engine';
import { REQUEST_READERS } from './requestReaders';

type Method = keyof EngineRequests;
type Params<M extends Method> = EngineRequests[M]['params'];
type Result<M extends Method> = EngineRequests[M]['result'];

/** Answers to all requests of the protocol; forgetting one does not compile. */
export type RequestHandlers = {
  readonly [M in Method]: (params: Params<M>, signal: AbortSignal) => Promise<Result<M>> | Result<M>;
};

/**
 * Listens for every request of the protocol. A handler that throws, or parameters that make no sense, become an error
 * answer with a sentence for the user; cancelled requests are answered as such, and the engine goes on.
 */
export function listenForRequests(connection: Connection, handlers: RequestHandlers, logger: Logger): void {
  for (const method of Object.keys(REQUEST_READERS) as Method[]) listenFor(connection, method, handlers, logger);
}

function listenFor<M extends Method>(
  connection: Connection,
  method: M,
  handlers: RequestHandlers,
  logger: Logger,
): void {
  // The token comes last; before it there is one value, none, or (from a client that is wrong) many.
  connection.onRequest(method, async (...received: unknown[]) => {
    const token = received.at(-1) as CancellationToken;
    const { signal, dispose } = signalOf(token);
    try {
      const params = readParams(method, received.length > 1 ? received[0] : undefined);
      return await handlers[method](params, signal);
    } catch (error) {
      if (signal.aborted) return new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled.');
      if (error instanceof ResponseError) return error;
      logger.error(`${method}: ${stackOf(error)}`);
      return new ResponseError(LSPErrorCodes.RequestFailed, describeError(error));
    } finally {
      dispose();
    }
  });
}

function readParams<M extends Method>(method: M, value: unknown): Params<M> {
  try {
    return REQUEST_READERS[method](value);
  } catch (error) {
    throw new ResponseError(ErrorCodes.InvalidParams, `${method}: ${describeError(error)}`);
  }
}

function signalOf(token: CancellationToken): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const subscription = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, dispose: () => subscription.dispose() };
}

function stackOf(error: unknown): string {
  if (error instanceof SpanlightError || !(error instanceof Error)) return describeError(error);
  return error.stack ?? error.message;
}
