import type { Evidence } from '../../evidence';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { preloadsIn } from '../../project/deployment/deploymentPart';
import { sourceOfBuilt } from '../../project/deployment/sourceOfBuilt';
import type { ProcessUnit } from '../../project/processUnit';
import { fileOfModule } from '../modules';

/** A command that starts a program of the manifest, and what of it is read. */
export interface Start {
  readonly at: Evidence;
  /** The file that it names, which is not read where it mentions nothing that rules ask for. */
  readonly entry: SourceCode | undefined;
  /** What it loads, itself and by its options, as far as one file that is read leads to the next. */
  readonly loads: ReadonlySet<SourceCode>;
}

const RUNNER = /^(?:\S*\/)?(?:node|nodejs|tsx|ts-node|ts-node-dev|nodemon)$/;
const WITH_VALUE = /^(-r|--require|--import|--loader|--experimental-loader|--env-file|-C|--conditions|--watch-path)$/;

const known = new WeakMap<Program, readonly Start[]>();

/** The commands of a process that name the file they run. */
export function startsOf(program: Program, unit: ProcessUnit): readonly Start[] {
  let starts = known.get(program);
  if (starts === undefined) {
    starts = unit.deployment.commands.flatMap((at) => startOf(program, unit, at) ?? []);
    known.set(program, starts);
  }
  return starts;
}

function startOf(program: Program, unit: ProcessUnit, at: Evidence): Start | undefined {
  const named = entryNamed(at.text);
  const file = named === undefined ? undefined : sourceOfBuilt(named, [unit.root], unit.files);
  if (file === undefined) return undefined;
  const entry = program.at(file.path);
  const first = preloadsIn(at.text).flatMap(({ module }) => {
    const preloaded = /^\.{0,2}\//.test(module) ? sourceOfBuilt(module, [unit.root], unit.files) : undefined;
    return (preloaded && program.at(preloaded.path)) ?? [];
  });
  return { at, entry, loads: loadedFrom(program, entry ? [...first, entry] : first) };
}

/** `src/worker.js` of `NODE_ENV=production node -r ./tracing.js src/worker.js`; undefined for several commands in one. */
function entryNamed(command: string): string | undefined {
  if (/&&|\|\||[;|]/.test(command)) return undefined;
  const words = command
    .replace(/["'[\],]+/g, ' ')
    .trim()
    .split(/\s+/);
  const runner = words.findIndex((word) => RUNNER.test(word));
  if (runner < 0) return undefined;
  for (let i = runner + 1; i < words.length; i++) {
    const word = words[i]!;
    if (WITH_VALUE.test(word)) i++;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
}

function loadedFrom(program: Program, first: readonly SourceCode[]): ReadonlySet<SourceCode> {
  const found = new Set(first);
  // A set gives what is added while it is gone through.
  for (const source of found) {
    for (const { from, typeOnly } of source.code.imports) {
      const next = typeOnly === true ? undefined : fileOfModule(program, source, from);
      if (next) found.add(next);
    }
  }
  return found;
}
