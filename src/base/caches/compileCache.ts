import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';
import { userCacheFolder } from './userCache';

/** What is as old belongs to a version that is gone, as a rule; what is still used is compiled once more. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** Loads a text as a module; Node's own, which its types leave out. */
type Compile = (this: Module, content: string, file: string) => unknown;

/**
 * Keeps the compiled code of the scripts in a folder between runs, in the user's cache folder: to compile what `lint`
 * consists of takes 0.1 s of each run, to read it compiled 0.01 s. Node 22 has that built in. Where nothing can be read or
 * written, or what is there does not fit, scripts are compiled as always. `NODE_DISABLE_COMPILE_CACHE=1` turns it off.
 *
 * To be called before the scripts are required, and after flags of V8 are set: code is kept for the flags it was made with.
 *
 * @param folder whose scripts are kept: no other's.
 * @param use tells apart what is run with other flags.
 */
export function keepCompiledCode(folder: string, use: string): void {
  if (process.env['NODE_DISABLE_COMPILE_CACHE'] !== undefined) return;
  const cache = path.join(userCacheFolder(), `${process.version}-${process.arch}-${use}`);
  const builtIn = (Module as { enableCompileCache?: (folder: string) => unknown }).enableCompileCache;
  if (builtIn !== undefined) {
    builtIn(cache);
    return;
  }
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const compile = prototype._compile;
  const made = new Map<string, Script>();
  prototype._compile = function (content, file) {
    if (path.dirname(file) !== folder) return compile.call(this, content, file);
    const kept = keptName(cache, file);
    const cachedData = readKept(kept);
    const script = new Script(Module.wrap(content), { filename: file, ...(cachedData ? { cachedData } : {}) });
    if (cachedData === undefined || script.cachedDataRejected === true) made.set(kept, script);
    const wrapped = script.runInThisContext() as (...parts: unknown[]) => unknown;
    return wrapped.call(this.exports, this.exports, createRequire(file), this, file, folder);
  };
  // At the end, as functions are compiled when they are called.
  process.once('exit', () => keep(cache, made));
}

/** Scripts carry a hash of what they hold in their names, but for those that are being worked on. */
function keptName(cache: string, file: string): string {
  const { size, mtimeMs } = statSync(file);
  return path.join(cache, `${path.basename(file)}-${size}-${Math.round(mtimeMs)}`);
}

function readKept(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function keep(cache: string, made: ReadonlyMap<string, Script>): void {
  if (made.size === 0) return;
  try {
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    for (const [file, script] of made) {
      // Renamed when it is whole: another run may be reading.
      const part = `${file}.${process.pid}`;
      writeFileSync(part, script.createCachedData());
      renameSync(part, file);
    }
    for (const name of readdirSync(cache)) {
      const file = path.join(cache, name);
      if (Date.now() - statSync(file).mtimeMs > KEPT_MS) rmSync(file, { force: true });
    }
  } catch {
    // A disk that is full or read-only: the next run compiles again.
  }
}
