import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LintSettings } from '../../../../src/lint/lintSettings';
import type { LanguageCheck } from '../../../../src/lint/rule';
import { ROW, type Trace } from '../../../../src/model/trace';
import { plainEnvironment, SLOW_MS, startProcess, stopProcess } from '../../../support/processes';
import { ReceiverBed } from '../../../support/receiverBed';
import { applyFix, lintProject } from '../../../unit/lint/support/lintProject';

/** A program that loses the context, and how it is run. */
export interface BrokenProgram {
  readonly check: LanguageCheck;
  readonly files: Readonly<Record<string, string>>;
  readonly rule: string;
  readonly settings?: LintSettings;
  readonly command: string;
  readonly args: readonly string[];
  /** Asked for each run. */
  readonly env?: () => Readonly<Record<string, string>>;
  /** A folder of packages that the program finds as its `node_modules`. */
  readonly packages?: string;
}

/** The spans of a program's two lives, each as `root > … > span` for every span that has no child. */
export interface BeforeAndAfter {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * Runs a program as it is and once more with the first fix of its only finding, and receives its spans. Fails where lint
 * finds something else, or still finds it afterwards.
 */
export async function beforeAndAfter(program: BrokenProgram): Promise<BeforeAndAfter> {
  const { check, files, rule, settings } = program;
  const broken = await lintProject(check, files, settings);
  assert.deepEqual(
    broken.findings.map((found) => found.rule),
    [rule],
    broken.short.join('\n'),
  );
  const fixed = applyFix(files, broken.findings[0]!.finding);
  assert.notDeepEqual(fixed, files, `${rule} has a fix`);
  assert.deepEqual((await lintProject(check, fixed, settings)).short, []);
  const [before, after] = await Promise.all([spansOf(program, files), spansOf(program, fixed)]);
  return { before, after };
}

async function spansOf(program: BrokenProgram, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spanlight-mended-'));
  const bed = await ReceiverBed.start();
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
    if (program.packages) await symlink(program.packages, path.join(folder, 'node_modules'), 'junction');
    await run(program, folder, bed.httpUrl);
    return await chainsIn(bed);
  } finally {
    await bed.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs it to its end, which it must reach by itself and well. */
async function run({ command, args, env }: BrokenProgram, folder: string, endpoint: string): Promise<void> {
  const child = startProcess(command, args, {
    cwd: folder,
    env: plainEnvironment({
      OTEL_SERVICE_NAME: 'shop',
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_NODE_RESOURCE_DETECTORS: 'none',
      ...env?.(),
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const read = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-8_000));
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  const late = setTimeout(() => void stopProcess(child), SLOW_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  if (code !== 0) throw new Error(`it ended with ${code}: ${output}`);
}

async function chainsIn({ store }: ReceiverBed): Promise<readonly string[]> {
  const chains: string[] = [];
  const { signal } = new AbortController();
  for await (const { traceId } of store.search({ text: '{}', limit: 1_000 }, signal)) {
    const trace = await store.trace(traceId, signal);
    if (trace !== undefined) chains.push(...chainsOf(trace));
  }
  return chains.sort();
}

function chainsOf(trace: Trace): string[] {
  const chains: string[] = [];
  for (let row = 0; row < trace.count; row++) {
    if (trace.subtreeEnd[row] !== row + 1) continue;
    const names: string[] = [];
    let at = row;
    for (; trace.parent[at]! >= 0; at = trace.parent[at]!) names.unshift(trace.names[trace.name[at]!]!);
    names.unshift(trace.names[trace.name[at]!]!);
    if ((trace.flags[at]! & ROW.orphan) !== 0) names.unshift('(orphan)');
    chains.push(names.join(' > '));
  }
  return chains;
}
