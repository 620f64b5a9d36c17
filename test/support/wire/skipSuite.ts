import type { Context } from 'mocha';
import type { ServerKind } from '../servers/serverKinds';
import { missingFor, serversRequired } from '../servers/toolchains';

/** Skips a suite whose server cannot be had here, saying why; fails where servers are required. */
export function skipSuite(suite: Context, sentence: string): void {
  if (serversRequired()) throw new Error(sentence);
  console.log(`      ${sentence}`);
  suite.skip();
}

/**
 * Declares a suite that a server is missing for as left out: one test without a body, which mocha counts as pending.
 * @returns whether it is left out; false where the server can be had, or must be.
 */
export function isLeftOut(name: string, server: ServerKind | undefined): boolean {
  const missing = server === undefined ? undefined : missingFor(server);
  if (missing === undefined || serversRequired()) return false;
  describe(name, () => void it(`is left out: ${missing.reason}`));
  return true;
}
