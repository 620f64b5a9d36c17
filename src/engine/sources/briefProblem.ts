import { BackendError, type BackendFault } from '../../traces/backends/backendError';

const WORDS: Partial<Record<BackendFault, string>> = {
  refused: 'not running',
  unknownHost: 'unknown host',
  tls: 'no trusted connection',
  timeout: 'no answer',
  disconnected: 'hung up',
  proxy: 'stopped by the proxy',
  unauthorised: 'needs signing in',
  login: 'needs signing in',
  incomplete: 'half an answer',
  wrongType: 'not an API',
  malformed: 'not an API',
  tooLarge: 'too much data',
  throttled: 'asked too often',
};

/** Why a backend failed, in a word or two: the HTTP status where that says it, as `401`. */
export function briefProblem(error: unknown): string {
  if (!(error instanceof BackendError)) return 'failed';
  if (error.status !== undefined && error.status >= 400) return String(error.status);
  return WORDS[error.fault] ?? 'failed';
}
