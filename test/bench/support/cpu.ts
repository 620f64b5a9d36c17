import { spawnSync } from 'node:child_process';

/** CPU seconds (user and system, all threads) that `run` takes in this process. */
export function cpuSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

/** Runs the contestants in turn, `rounds` times, and gives the best CPU seconds of each. */
export function bestInTurn<Name extends string>(rounds: number, runs: Record<Name, () => void>): Record<Name, number> {
  const best = Object.fromEntries(Object.keys(runs).map((name) => [name, Infinity])) as Record<Name, number>;
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(runs) as Name[]) best[name] = Math.min(best[name], cpuSeconds(runs[name]));
  }
  return best;
}

/** The middle one; of an even number the higher of the two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** CPU seconds of a process and those it starts, as a Node around it counts them. */
export function childCpu(command: readonly string[]): number {
  const around = `require('node:child_process').spawnSync(process.argv[1], process.argv.slice(2), { stdio: 'ignore' });
    require('node:fs').readFileSync('/proc/self/stat', 'utf8').replace(/^.*\\) /, '').split(' ').slice(13, 15)
      .forEach((ticks) => console.log(ticks));`;
  const { stdout } = spawnSync(process.execPath, ['-e', around, ...command], { encoding: 'utf8' });
  // The ticks of waited-for children: a hundred a second on every Linux that Node runs on.
  return stdout
    .trim()
    .split('\n')
    .reduce((sum, ticks) => sum + Number(ticks) / 100, 0);
}
