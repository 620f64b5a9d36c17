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
