/** `npm run bench`: every bench, one after the other, each in a process of its own. Names as arguments choose among them. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

function main(names: readonly string[]): number {
  const files = readdirSync(__dirname)
    .filter((file) => file.endsWith('.bench.ts'))
    .filter((file) => names.length === 0 || names.some((name) => file.startsWith(name)));
  if (files.length === 0) throw new Error(`no such bench: ${names.join(' ')}`);
  const failed = files.filter((file) => {
    console.log(`\n${file}`);
    const args = ['--expose-gc', '--require', 'tsx/cjs', path.join(__dirname, file)];
    return spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0;
  });
  if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
  return failed.length;
}

process.exitCode = main(process.argv.slice(2)) === 0 ? 0 : 1;
