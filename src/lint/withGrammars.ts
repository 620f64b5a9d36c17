import { GrammarNotLoaded } from '../syntax/code/lazyCode';

/**
 * Runs what asks for code as it goes: where a grammar is missing that is loaded, and all begins again, at most once for
 * each language and each failure to load it.
 */
export async function withGrammars<T>(check: () => T): Promise<T> {
  for (;;) {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof GrammarNotLoaded)) throw error;
      await error.load();
    }
  }
}
