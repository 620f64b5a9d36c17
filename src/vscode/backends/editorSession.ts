/** Sign-ins of the editor itself, for backends that take their tokens: without `vscode`, so that it can be tried out. */
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';

/** Whose session is wanted, and for what. */
export interface EditorSession {
  /** `microsoft`, or `microsoft-sovereign-cloud`. */
  readonly provider: string;
  readonly scopes: readonly string[];
}

/** What of VS Code's `authentication` is used. */
export interface SessionProvider {
  getSession(
    provider: string,
    scopes: readonly string[],
    options: { readonly createIfNone?: boolean },
  ): Thenable<{ readonly accessToken: string } | undefined>;
}

/**
 * A token of a session of the editor. It is asked for each time, for the editor renews it, and never kept or logged.
 *
 * @param mayAsk whether the user may be asked to sign in at once; otherwise the editor's menu of accounts offers it.
 * @returns null where nobody is signed in, or where the editor knows no such accounts.
 */
export async function sessionToken(
  sessions: SessionProvider,
  { provider, scopes }: EditorSession,
  mayAsk: boolean,
  log: Logger,
): Promise<string | null> {
  try {
    const session = await sessions.getSession(provider, scopes, mayAsk ? { createIfNone: true } : {});
    return session?.accessToken ?? null;
  } catch (error) {
    // Declined, or an editor without Microsoft's accounts.
    log.info(`No session of ${provider}: ${describeError(error)}`);
    return null;
  }
}
