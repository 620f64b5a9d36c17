/**
 * For how long at a stretch the extension host computes while 20,000 spans a second arrive, against the same host left
 * alone, by turns in one run, in CPU time. What every other extension does there counts as well.
 * Run: npm run build && npx tsx test/bench/host.bench.ts
 */
import path from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../support/cacheFolder';
import { runSuiteInVscode } from '../support/vscodeHost';

async function main(): Promise<void> {
  const flood = path.join(projectRoot, 'out', 'bench', 'spanFlood.js');
  await build({
    entryPoints: [path.join(__dirname, 'support', 'spanFlood.ts')],
    outfile: flood,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  const { host, output, failed } = await runSuiteInVscode({
    workspace: 'test/workspaces/orders',
    suitePath: 'test/bench/support/hostDelay.test.ts',
    userSettings: { 'spanlight.receiver.httpPort': 0, 'spanlight.receiver.grpcPort': 0 },
    env: { SPANLIGHT_FLOOD: flood },
  });
  console.log(`${host}\n${output}`);
  if (failed > 0) process.exitCode = 1;
}

void main();
