import path from 'node:path';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { importsOne } from './loadedModules';
import { fileOfModule } from './modules';

/** The files that load one, for more than its types. */
export function importersOf(program: Program, source: SourceCode): SourceCode[] {
  const stem = path.basename(source.path).replace(/\.[^.]+$/, '');
  const hint = stem === 'index' ? path.basename(path.dirname(source.path)) : stem;
  return program.sources.filter((one) =>
    importsOne(
      one,
      [hint],
      ({ from, typeOnly }) => typeOnly !== true && from.includes(hint) && fileOfModule(program, one, from) === source,
    ),
  );
}
