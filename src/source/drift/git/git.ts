import { execFile } from 'node:child_process';
import path from 'node:path';

/** Longer than this no question takes on a repository that can be worked with. */
const MOST_MS = 15_000;

/** What most answers stay far below. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Processes at one time. */
const PARALLEL = 2;

/** What git said, or why it could not be asked. */
export type GitAnswer =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly why: GitFailure; readonly text: string };

/** `failed`: git ran and said no, which `text` tells in its words. */
export type GitFailure = 'untrusted' | 'missing' | 'too-large' | 'timeout' | 'stopped' | 'failed';

export interface GitOptions {
  /** Whether programs may be started for this workspace, as long as it is trusted. Asked each time. */
  readonly mayRun: () => boolean;
  /** Ends what is running. */
  readonly signal?: AbortSignal | undefined;
  /** The program; `git` of the PATH where left out. */
  readonly program?: string;
}

/**
 * Asks git. Nothing of the repository's configuration is run: no pager, no file system monitor, no external diff, no
 * text conversion, no hook, no filter (objects are compared, not the work tree), and nothing is fetched or written.
 */
export class Git {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly options: GitOptions) {}

  /**
   * @param folder git is asked in.
   * @param args without `git`; paths in them are taken literally.
   */
  async ask(folder: string, args: readonly string[], mostBytes = MOST_BYTES): Promise<GitAnswer> {
    if (!this.options.mayRun()) return { ok: false, why: 'untrusted', text: 'the workspace is not trusted' };
    if (this.running >= PARALLEL) await new Promise<void>((resume) => this.waiting.push(resume));
    this.running++;
    try {
      return await this.run(['-C', folder, ...SAFE, ...args], mostBytes);
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }

  private run(args: readonly string[], maxBuffer: number): Promise<GitAnswer> {
    const { signal, program = 'git' } = this.options;
    return new Promise((resolve) => {
      execFile(
        program,
        args,
        {
          // Windows looks for programs in the working directory first, so that it must not be the repository.
          cwd: path.dirname(process.execPath),
          env: environment(),
          encoding: 'buffer',
          maxBuffer,
          timeout: MOST_MS,
          windowsHide: true,
          shell: false,
          ...(signal === undefined ? {} : { signal }),
        },
        (error, stdout, stderr) => resolve(error === null ? { ok: true, bytes: stdout } : failure(error, stderr)),
      );
    });
  }
}

const SAFE = [
  '--no-pager',
  '--literal-pathspecs',
  '--no-optional-locks',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.quotePath=false',
];

/** Variables that would lead git to another repository, or to programs. */
const LEADING = /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|NAMESPACE|EXTERNAL_DIFF|PAGER|TRACE.*)$/i;

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !LEADING.test(name));
  // A partial clone would fetch what it lacks: no protocol is allowed, on any version of git.
  const own = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1' };
  return { ...Object.fromEntries(kept), ...own, GIT_ALLOW_PROTOCOL: 'none' };
}

function failure(error: Error & { code?: string | number | null; killed?: boolean }, stderr: Buffer): GitAnswer {
  const { code } = error;
  if (code === 'ENOENT' || code === 'EACCES')
    return { ok: false, why: 'missing', text: 'git is not installed, or not in the PATH' };
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return { ok: false, why: 'too-large', text: 'git says more than is read' };
  if (error.name === 'AbortError') return { ok: false, why: 'stopped', text: 'it was stopped' };
  if (error.killed === true) return { ok: false, why: 'timeout', text: `git took longer than ${MOST_MS / 1000} s` };
  const [line = ''] = stderr.toString('utf8').trim().split('\n');
  const text = line.replace(/^(fatal|error): /, '').slice(0, 300);
  return { ok: false, why: 'failed', text: text === '' ? `git ended with ${String(code)}` : text };
}
