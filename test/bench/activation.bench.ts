/**
 * What activation costs: CPU time of loading dist/extension.js and running `activate` in a fresh process, against an
 * empty process and against loading protobufjs alone, interleaved, median. The editor's side is answered by a stand-in
 * that accepts every call, so what is measured is ours alone. Run: npm run build && npx tsx test/bench/activation.bench.ts
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const ROUNDS = 15;
const ROOT = path.join(__dirname, '../..');
const EXTENSION = path.join(ROOT, 'dist', 'extension.js');

/** Answers any property, call or construction with itself; events give a disposable, settings what they are asked for. */
const EDITOR = `
  const Module = require('node:module');
  const anything = new Proxy(function () {}, {
    get: (_, key) => (key === Symbol.toPrimitive ? () => 0 : key === Symbol.iterator ? [][Symbol.iterator].bind([]) : anything),
    set: () => true,
    apply: () => anything,
    construct: () => anything,
  });
  const parts = (own) => new Proxy(own, { get: (_, key) => (key in own ? own[key] : anything) });
  const names = ['commands', 'env', 'languages', 'Uri', 'ThemeColor', 'ThemeIcon', 'EventEmitter', 'MarkdownString',
    'StatusBarAlignment', 'DecorationRangeBehavior', 'OverviewRulerLane', 'CancellationTokenSource', 'ViewColumn'];
  const editor = Object.fromEntries(names.map((name) => [name, anything]));
  editor.window = parts({ visibleTextEditors: [] });
  editor.workspace = parts({ workspaceFolders: undefined, isTrusted: true });
  const load = Module._load;
  Module._load = (name, ...rest) => (name === 'vscode' ? editor : load(name, ...rest));
`;

const PARTS = {
  empty: '',
  activation: `
    ${EDITOR}
    const extension = require(${JSON.stringify(EXTENSION)});
    extension.activate({ subscriptions: [], extensionUri: anything, workspaceState: { get: (_, value) => value } });
  `,
  protobufjs: `require(${JSON.stringify(require.resolve('protobufjs'))});`,
};

/** CPU milliseconds of the process from before the part until after it, as the process itself sees it. */
function measure(part: string): number {
  const script = `
    const before = process.cpuUsage();
    ${part}
    const used = process.cpuUsage(before);
    process.stdout.write(String((used.user + used.system) / 1e3));
    process.exit(0);
  `;
  return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

if (!existsSync(EXTENSION)) throw new Error('dist/ is not built: run "npm run build" first');
const times: Record<keyof typeof PARTS, number[]> = { empty: [], activation: [], protobufjs: [] };
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, part] of Object.entries(PARTS)) times[name as keyof typeof PARTS].push(measure(part));
}
const [empty, activation, protobufjs] = [median(times.empty), median(times.activation), median(times.protobufjs)];
console.log(
  `activation ${(activation - empty).toFixed(1)} CPU-ms (goal: at most 20), protobufjs alone ${(protobufjs - empty).toFixed(1)} CPU-ms, ` +
    `ratio ${((activation - empty) / (protobufjs - empty)).toFixed(2)}`,
);
