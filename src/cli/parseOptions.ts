import { parseArgs, type ParseArgsConfig } from 'node:util';
import { describeError, SpanlightError } from '../base/errors';

/** What Node adds to what is wrong: advice that does not hold here, and is a sentence of its own. */
const ADVICE = /\.\s+(To specify|This command does not|Did you forget)[^]*$/;

/**
 * Reads the arguments of a subcommand, as `parseArgs` does.
 *
 * @param command its name.
 * @throws SpanlightError in one sentence each for what is wrong and for where to read on.
 */
export function parseOptions<T extends ParseArgsConfig>(command: string, config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const what = describeError(error).replace(ADVICE, '').replace(/\.?$/, '.');
    throw new SpanlightError(what, undefined, `See spanlight ${command} --help.`, { cause: error });
  }
}
