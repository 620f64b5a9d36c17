/**
 * `npm start`: VS Code with Spanlight, on the sample shop under load, until Ctrl+C.
 * `npm start -- --once`: the same without a person; prints the hints, takes screenshots, ends with 0, or 1 and a reason.
 * `--readme` also copies the screenshots to where the README shows them.
 */
import { runOnce } from './once';
import { runUntilStopped } from './untilStopped';

/** Far above what a cold cache on a slow machine needs; a hang must not look like patience. */
const ONCE_LIMIT_MS = 15 * 60_000;

async function main(args: readonly string[]): Promise<void> {
  const unknown = args.filter((arg) => !['--once', '--readme'].includes(arg));
  if (unknown.length > 0) throw new Error(`unknown argument ${unknown.join(' ')}: there are --once and --readme`);
  if (!args.includes('--once')) return runUntilStopped(console.log);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const words = `not done after ${ONCE_LIMIT_MS / 60_000} minutes`;
    timer = setTimeout(() => reject(new Error(words)), ONCE_LIMIT_MS);
  });
  await Promise.race([runOnce({ readme: args.includes('--readme') }, console.log), late]);
  clearTimeout(timer);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
