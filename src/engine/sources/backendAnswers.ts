import { describeError, SpanlightError } from '../../base/errors';
import { parseTraceId } from '../../model/ids';
import type { BackendRequests, ConnectionStepItem } from '../../protocol/backends';
import type { Notify, Refresher } from '../refresher';
import type { RequestHandlers } from '../requests';
import type { IsHidden } from '../traces/hiddenOperations';
import type { TraceAnswers } from '../traces/traceAnswers';
import { searchTraces } from '../traces/traceSearch';
import type { SourceControl } from './sourceControl';

/** What answers about backends, files and searches are made of. */
export interface BackendAnswerParts {
  readonly sources: SourceControl;
  readonly traces: TraceAnswers;
  readonly refresher: Refresher;
  readonly notify: Notify;
  readonly isHidden: () => IsHidden;
}

/** The answers to the requests of `protocol/backends.ts`. */
export function backendAnswers(parts: BackendAnswerParts): Pick<RequestHandlers, keyof BackendRequests> {
  const { sources, traces, refresher, notify } = parts;
  return {
    'spanlight/backends': () => sources.backends(),
    'spanlight/testBackend': ({ entry, token }, signal) => testBackend(sources, entry, signal, token, notify),
    'spanlight/retryBackend': () => {
      sources.retry();
      refresher.spansChanged();
      return null;
    },
    'spanlight/traceLink': ({ traceId }) => {
      const id = parseTraceId(traceId);
      return id === undefined ? null : sources.link(id);
    },
    'spanlight/search': (params, signal) => {
      const send = (items: Parameters<Parameters<typeof searchTraces>[1]['send']>[0]): void =>
        notify('spanlight/searchResults', { token: params.token, items });
      return searchTraces(params, { source: sources.active, isHidden: parts.isHidden(), send }, signal);
    },
    'spanlight/openFile': ({ uri }, signal) => {
      const read = (bytes: number, of: number): void => notify('spanlight/fileProgress', { uri, read: bytes, of });
      return traces.openFile(uri, { signal, read });
    },
  };
}

async function testBackend(
  sources: SourceControl,
  entry: unknown,
  signal: AbortSignal,
  token: number,
  notify: Notify,
): Promise<BackendRequests['spanlight/testBackend']['result']> {
  const steps: ConnectionStepItem[] = [];
  try {
    for await (const step of sources.test(entry, signal)) {
      steps.push(step);
      notify('spanlight/connectionStep', { token, step });
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof SpanlightError)) throw error;
    return { steps, problem: describeError(error) };
  }
  return { steps };
}
