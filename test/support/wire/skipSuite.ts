import type { Context } from 'mocha';
import { serversRequired } from '../servers/toolchains';

/** Skips a suite whose server cannot be had here, saying why; fails where servers are required. */
export function skipSuite(suite: Context, sentence: string): void {
  if (serversRequired()) throw new Error(sentence);
  console.log(`      ${sentence}`);
  suite.skip();
}
