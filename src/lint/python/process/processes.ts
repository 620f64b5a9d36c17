import path from 'node:path';
import type { SourceCode } from '../../code/sourceCode';
import { runsCelery, tasksOf } from './celeryWorkers';
import type { PythonModules } from '../names/modules';
import type { PythonCode } from '../names/pythonCode';
import { seenFrom } from '../../seenFrom';
import { isUnder } from '../../project/projectFiles';

/** What one start of the program runs: a part of a unit's files. */
export interface PythonProcess {
  /** Undefined for the unit as a whole, where imports do not lead from an entry to a file. */
  readonly entry: SourceCode | undefined;
  /** The files that belong to it for sure. */
  readonly own: ReadonlySet<SourceCode>;
  /** Its own files and those that no entry leads to: set-up that is found by name (`gunicorn.conf.py`, Django settings). */
  readonly setup: readonly SourceCode[];
  /** The files whose code may call what these declare. */
  readonly callers: Iterable<SourceCode>;
}

/** Files that people run by hand beside the service: nothing of theirs is judged. Inside a package, `tools` are an agent's. */
const ASIDE =
  /(^|\/)(scripts?|bench(marks?)?|load[_-]?tests?|examples?|samples?|demos?|tests?[_-]\w+|[\w-]+[_-]tests?|[\w-]+-dev|notebooks|migrations|alembic|dags|docs?|fixtures|seeds?|hack|dev|ci|\.github|[\w-]*pytest[\w-]*|[\w-]*airflow[\w-]*)\/|^tools?\/|(^|\/)(noxfile|conftest|locustfile|fabfile|tasks_dev)\.py$/i;

/** What was put away and is run no more, with its manifest or without. */
const PUT_AWAY = /(^|\/)(_archived?|archived|attic|_?deprecated)\//i;

/** Whether a file is code of the service rather than something beside it. */
export function isServiceCode(source: SourceCode, root: string): boolean {
  const inside = isUnder(root, source.path) ? seenFrom(root, source.path) : source.file.relative;
  const packages = /(^|[\\/])setup\.py$/.test(inside) && source.has(/\b(setuptools|distutils)\b/);
  return !packages && !ASIDE.test(inside) && !PUT_AWAY.test(source.file.relative);
}

/** The processes of a unit: its entries, and the unit itself for the files that imports do not lead to. */
export class PythonProcesses {
  private readonly processes: readonly PythonProcess[];
  private readonly whole: PythonProcess;
  private readonly perFolder = new Map<string, PythonProcess>();
  private readonly modules: PythonModules;
  private readonly root: string;
  /** The files that are the unit's own, and what they lead to in the libraries of the workspace. */
  private readonly used: ReadonlySet<SourceCode>;

  /** @param others the roots of the units that this one uses: their files count as far as they are imported. */
  constructor(code: PythonCode, root: string, others: readonly string[]) {
    const sources = code.program.sources;
    this.modules = code.modules;
    this.root = root;
    // Its own files may also lie outside of its root, where no other unit has them.
    const own = sources.filter((source) => [root, undefined].includes(nearestRoot(source.path, [root, ...others])));
    this.used = code.modules.reach(own);
    const entries = own.filter((source) => isEntry(source, code));
    const reaches = entries.map((entry) => ({
      entry,
      own: code.modules.reach([entry, ...tasksOf(entry, own, code)]),
    }));
    const loose = own.filter((source) => !reaches.some(({ own }) => own.has(source)));
    const django = entries.filter((entry) => startsDjango(entry, code));
    const isOne = new Set(django.map(({ path: file }) => path.basename(file))).size === django.length;
    this.processes = reaches.map(({ entry, own }) => {
      const setup = [...own, ...loose];
      if (!isOne || !django.includes(entry)) return { entry, own, setup, callers: setup };
      // Django loads its applications by the names in its settings, whatever else imports them.
      const others = reaches.filter((one) => !django.includes(one.entry) && !runsCelery(one.entry, code));
      const apps = [...this.used].filter(
        (source) => !NOT_OF_REQUESTS.test(source.path) && !others.some((one) => one.own.has(source)),
      );
      return { entry, own: new Set([...own, ...apps]), setup, callers: this.used };
    });
    this.whole = { entry: undefined, own: this.used, setup: [...this.used], callers: this.used };
  }

  /** Whether it is known where programs begin. */
  get hasEntries(): boolean {
    return this.processes.length > 0;
  }

  /** The files that programs begin with. */
  get entries(): readonly SourceCode[] {
    return this.processes.flatMap(({ entry }) => entry ?? []);
  }

  /** All of them; the unit itself where there is no entry. */
  all(): readonly PythonProcess[] {
    return this.processes.length === 0 ? [this.whole] : this.processes;
  }

  /** The processes a file runs in. */
  of(source: SourceCode): readonly PythonProcess[] {
    const found = this.processes.filter(({ own }) => own.has(source));
    if (found.length > 0) return found;
    return this.used.has(source) ? [this.around(source)] : [];
  }

  /** What a command runs that is given a file to load: the workers of queues of jobs are started so. */
  startingAt(source: SourceCode): PythonProcess {
    const own = this.modules.reach([source]);
    return { entry: source, own, setup: [...own], callers: own };
  }

  /**
   * A file that no entry leads to runs with the files of its folder and what these import: beside it may lie the code of
   * other processes.
   */
  private around(source: SourceCode): PythonProcess {
    const folder = topFolder(source.path, this.root);
    if (folder === undefined) return this.whole;
    let found = this.perFolder.get(folder);
    if (found === undefined) {
      const near = [...this.used].filter(({ path: file }) => [folder, undefined].includes(topFolder(file, this.root)));
      const own = this.modules.reach(near);
      this.perFolder.set(folder, (found = { entry: undefined, own, setup: [...own], callers: this.used }));
    }
    return found;
  }
}

/** The folder under the unit's root that a file lies in, past `src`; undefined for a file of the root itself. */
function topFolder(file: string, root: string): string | undefined {
  if (!file.startsWith(root + path.sep)) return undefined;
  const parts = file.slice(root.length + 1).split(path.sep);
  return parts.length - 1 > (parts[0] === 'src' ? 1 : 0) ? parts[parts[0] === 'src' ? 1 : 0] : undefined;
}

/** The innermost of several folders that a file lies in. */
function nearestRoot(file: string, roots: readonly string[]): string | undefined {
  const around = roots.filter((root) => file.startsWith(root + path.sep));
  return around.sort((a, b) => b.length - a.length)[0];
}

const ENTRY_FILE = /(^|[\\/])(__main__|manage|wsgi|asgi)\.py$/;
const APPLICATIONS =
  /^(fastapi\.FastAPI|flask\.Flask|celery\.Celery|quart\.Quart|sanic\.Sanic|starlette\.applications\.Starlette|aiohttp\.web\.Application)$/;

/** Tasks, which workers run, and commands run by hand lie in files of these names. */
const NOT_OF_REQUESTS = /[\\/](tasks|management|commands)([\\/]|\.py$)|[\\/]celery\w*\.py$/;

function startsDjango(source: SourceCode, code: PythonCode): boolean {
  if (!source.has(/django/)) return false;
  const starts = /^django\.core\.(wsgi\.get_wsgi_application|asgi\.get_asgi_application)$/;
  return code.sitesIn(source).some(({ name }) => starts.test(name));
}

function isEntry(source: SourceCode, code: PythonCode): boolean {
  if (ENTRY_FILE.test(source.path)) return true;
  const top = source.code.functions[0]!;
  const guarded = top.body.some(
    (statement) => statement.kind === 'if' && /^__name__\s*==/.test(source.textOf(statement.condition)),
  );
  if (guarded) return true;
  return code.sitesOf(source, top).some(({ name }) => APPLICATIONS.test(name));
}
