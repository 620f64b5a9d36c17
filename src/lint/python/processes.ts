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
  /(^|\/)(scripts?|tools?|bench(marks?)?|load[_-]?tests?|examples?|samples?|notebooks|migrations|alembic|docs?|fixtures|seeds?|hack|dev|ci|\.github)\/|(^|\/)(setup|noxfile|conftest|locustfile|fabfile|tasks_dev)\.py$/i;

/** Whether a file is code of the service rather than something beside it. */
export function isServiceCode(source: SourceCode, root: string): boolean {
  const inside = source.path.startsWith(root) ? source.path.slice(root.length + 1) : source.file.relative;
  return !ASIDE.test(inside.replace(/\\/g, '/'));
}

/** The processes of a unit: its entries, and the unit itself for the files that imports do not lead to. */
export class PythonProcesses {
  private readonly processes: readonly PythonProcess[];
  private readonly whole: PythonProcess;

  constructor(code: PythonCode) {
    const sources = code.program.sources;
    const entries = sources.filter((source) => isEntry(source, code));
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
    return found.length === 0 ? [this.whole] : found;
  }
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
