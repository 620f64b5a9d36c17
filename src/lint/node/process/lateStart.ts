import type { CodeFunction, CodeImport } from '../../../syntax/code/code';
import { dotted } from '../../code/names';
import type { Program } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { Evidence } from '../../evidence';
import type { ProcessUnit } from '../../project/processUnit';
import { isUnder } from '../../project/projectFiles';
import { evidenceAt } from '../evidenceAt';
import { exportedBy, fileOfModule } from '../modules';
import { REQUIRING, withHoles } from './esModules';
import { isLoadedFirst } from './loadedFirst';
import type { Setup } from './setups';

/**
 * Libraries whose files are patched as they are loaded and that nothing loads a second time. Built-in modules are patched in
 * place whenever somebody asks for them again, `@grpc/grpc-js` when the exporter does.
 */
const LOADED_ONCE: ReadonlyMap<string, string> = new Map([
  ['kafkajs', 'kafkajs'],
  ['amqplib', 'amqplib'],
  ['amqplib/callback_api', 'amqplib'],
]);

/** The files that start a program. */
const ENTRY = /(^|\/)(index|main|server|app|worker|bootstrap|start)\.[mc]?[jt]s$/;

/** Imports are followed through as many files. */
const MAX_FILES = 300;

/**
 * A set-up without the libraries that are loaded before it starts: the file that starts the process calls it in its own
 * code, and imports of that file, which come first, lead to them. None where something is loaded before all of it.
 */
export function withoutLate(unit: ProcessUnit, program: Program, setup: Setup): Setup {
  const candidates = [...new Set(LOADED_ONCE.values())].filter(
    (library) => setup.coverage.covered.has(library) && program.sources.some((source) => source.has(library)),
  );
  if (candidates.length === 0 || unit.deployment.agents.length > 0 || isLoadedFirst(unit)) return setup;
  if ([...unit.dependencies.keys()].some((name) => REQUIRING.test(name))) return setup;
  const entries = program.sources.filter(
    (source) => isUnder(unit.root, source.path) && ENTRY.test(source.file.relative) && source !== setup.source,
  );
  const starts = entries.flatMap((entry) => startIn(program, entry, setup) ?? []);
  const [start] = starts;
  // Of several entry points it is not known which one is meant.
  if (start === undefined || starts.length > 1 || isLoadedElsewhere(program)) return setup;
  const holes = new Map<string, Evidence>();
  for (const loaded of start.before) {
    const found = leadingTo(program, start.entry, loaded, setup.source);
    for (const [library, by] of found) if (!holes.has(library)) holes.set(library, by);
  }
  return withHoles(setup, holes);
}

interface Start {
  readonly entry: SourceCode;
  /** What is imported before the set-up runs. */
  readonly before: readonly CodeImport[];
}

/** Where an entry point calls the function that the set-up stands in: after all of its imports, or all that are above. */
function startIn(program: Program, entry: SourceCode, setup: Setup): Start | undefined {
  const outer = [setup.function, ...setup.source.around(setup.function)].filter(({ id }) => id !== 0).at(-1);
  if (outer === undefined || outer.name === '' || !entry.code.text.includes(`${outer.name}(`)) return undefined;
  const loaded = entry.code.imports.find(
    (one) => Object.values(one.names).includes(outer.name) && isFunctionOf(program, entry, one, outer, setup.source),
  );
  if (loaded === undefined) return undefined;
  for (const fn of entry.code.functions) {
    const call = entry.callsIn(fn).find(({ callee }) => dotted(callee) === outer.name);
    if (call === undefined) continue;
    const before = entry.code.imports.filter(
      (one) => one.typeOnly !== true && one.function === undefined && (fn.id !== 0 || one.start < call.start),
    );
    return { entry, before };
  }
  return undefined;
}

function isFunctionOf(
  program: Program,
  entry: SourceCode,
  { from }: CodeImport,
  outer: CodeFunction,
  source: SourceCode,
): boolean {
  const exported = exportedBy(program, entry, from, outer.name);
  // The index of a package gives on what another of its files has.
  if (exported === undefined && !from.startsWith('.'))
    return source.file.relative.split('/').includes(from.split('/').at(from.startsWith('@') ? 1 : 0) ?? '');
  return exported?.kind === 'function' && exported.source === source && exported.function === outer;
}

/** The libraries that an import loads, itself or by what it leads to, each with the import that names it. */
function leadingTo(program: Program, entry: SourceCode, first: CodeImport, setup: SourceCode): Map<string, Evidence> {
  const found = new Map<string, Evidence>();
  const seen = new Set<SourceCode>([entry, setup]);
  let last: { readonly source: SourceCode; readonly one: CodeImport }[] = [{ source: entry, one: first }];
  while (last.length > 0 && seen.size < MAX_FILES) {
    const next: typeof last = [];
    for (const { source, one } of last) {
      const library = LOADED_ONCE.get(one.from);
      if (library !== undefined && !found.has(library))
        found.set(library, evidenceAt(source, one, `${library} is loaded before tracing starts, and so not patched`));
      for (const file of filesOf(program, source, one)) {
        if (seen.has(file)) continue;
        seen.add(file);
        for (const inner of file.code.imports)
          if (inner.typeOnly !== true && inner.function === undefined) next.push({ source: file, one: inner });
      }
    }
    last = next;
  }
  return found;
}

/** The file of a relative import; of a package of the workspace the files that export what is imported. */
function filesOf(program: Program, source: SourceCode, { from, names }: CodeImport): SourceCode[] {
  const file = fileOfModule(program, source, from);
  if (file !== undefined) return [file];
  return Object.values(names).flatMap((name) => {
    const exported = exportedBy(program, source, from, name);
    if (exported === undefined) return [];
    return exported.kind === 'value' ? [exported.place.source] : [exported.source];
  });
}

/** Somebody asks for the library again, when tracing runs. */
function isLoadedElsewhere({ sources }: Program): boolean {
  return sources.some((source) =>
    source.code.text.includes('kafkajs') || source.code.text.includes('amqplib')
      ? source.code.imports.some((one) => one.function !== undefined && LOADED_ONCE.has(one.from)) ||
        /\bimport\(\s*['"](kafkajs|amqplib)/.test(source.code.text)
      : false,
  );
}
