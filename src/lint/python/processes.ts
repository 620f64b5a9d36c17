import path from 'node:path';
import type { SourceCode } from '../code/sourceCode';
import type { PythonCode } from './pythonCode';

/** What one start of the program runs: a part of a unit's files. */
export interface PythonProcess {
  /** Undefined for the unit as a whole, where imports do not lead from an entry to a file. */
  readonly entry: SourceCode | undefined;
  /** The files that belong to it for sure. */
  readonly own: ReadonlySet<SourceCode>;
  /** Its own files and those that no entry leads to: set-up that is found by name (`gunicorn.conf.py`, Django settings). */
  readonly setup: readonly SourceCode[];
}

/** Files that people run by hand beside the service: nothing of theirs is judged. */
const ASIDE =
  /(^|\/)(scripts?|tools?|bench(marks?)?|load[_-]?tests?|examples?|samples?|notebooks|migrations|alembic|docs?|fixtures|seeds?|hack|dev|ci|\.github|[\w-]*pytest[\w-]*)\/|(^|\/)(setup|noxfile|conftest|locustfile|fabfile|tasks_dev)\.py$/i;

/** Whether a file is code of the service rather than something beside it. */
export function isServiceCode(source: SourceCode, root: string): boolean {
  const inside = source.path.startsWith(root) ? source.path.slice(root.length + 1) : source.file.relative;
  return !ASIDE.test(inside.replace(/\\/g, '/'));
}

/** The processes of a unit: its entries, and the unit itself for the files that imports do not lead to. */
export class PythonProcesses {
  private readonly processes: readonly PythonProcess[];
  private readonly whole: PythonProcess;
  /** The files that are the unit's own, and what they lead to in the libraries of the workspace. */
  private readonly used: ReadonlySet<SourceCode>;

  /** @param others the roots of the units that this one uses: their files count as far as they are imported. */
  constructor(code: PythonCode, root: string, others: readonly string[]) {
    const sources = code.program.sources;
    const own = sources.filter((source) => nearestRoot(source.path, [root, ...others]) === root);
    this.used = code.modules.reach(own);
    const entries = own.filter((source) => isEntry(source, code));
    const reaches = entries.map((entry) => ({ entry, own: code.modules.reach([entry]) }));
    const loose = sources.filter((source) => !reaches.some(({ own }) => own.has(source)));
    this.processes = reaches.map(({ entry, own }) => ({ entry, own, setup: [...own, ...loose] }));
    this.whole = { entry: undefined, own: new Set(sources), setup: sources };
  }

  /** All of them; the unit itself where there is no entry. */
  all(): readonly PythonProcess[] {
    return this.processes.length === 0 ? [this.whole] : this.processes;
  }

  /** The processes a file runs in. */
  of(source: SourceCode): readonly PythonProcess[] {
    const found = this.processes.filter(({ own }) => own.has(source));
    if (found.length > 0) return found;
    return this.used.has(source) ? [this.whole] : [];
  }
}

/** The innermost of several folders that a file lies in. */
function nearestRoot(file: string, roots: readonly string[]): string | undefined {
  const around = roots.filter((root) => file.startsWith(root + path.sep));
  return around.sort((a, b) => b.length - a.length)[0];
}

const ENTRY_FILE = /(^|[\\/])(__main__|manage|wsgi|asgi)\.py$/;
const APPLICATIONS =
  /^(fastapi\.FastAPI|flask\.Flask|celery\.Celery|quart\.Quart|sanic\.Sanic|starlette\.applications\.Starlette|aiohttp\.web\.Application)$/;

function isEntry(source: SourceCode, code: PythonCode): boolean {
  if (ENTRY_FILE.test(source.path)) return true;
  const top = source.code.functions[0]!;
  const guarded = top.body.some(
    (statement) => statement.kind === 'if' && /^__name__\s*==/.test(source.textOf(statement.condition)),
  );
  if (guarded) return true;
  return code.sitesOf(source, top).some(({ name }) => APPLICATIONS.test(name));
}
