import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { LruMap } from '../../base/tables/lruMap';
import type { CodeVersion, FunctionOutline } from './codeVersion';

/** A file as it was when a process was first heard of; `saved` where it had been written since the process began. */
export type Snapshot = { readonly kind: 'version'; readonly version: CodeVersion } | { readonly kind: 'saved' };

/** Lines of all snapshots together, about 6 bytes each on disk; what was asked for longest ago goes first. */
const MOST_LINES = 400_000;
/** Snapshots come in bursts when the workspace is mapped. */
const WRITE_PAUSE_MS = 2_000;
const FORMAT = 1;

type KeptFunction = readonly [string, readonly string[], number, number, number];
type Kept = readonly [process: string, file: string, lines: string | null, functions: readonly KeptFunction[]];

/**
 * Files as they were when processes that name no revision were first heard of: hashes of lines and the places of functions,
 * no text. Kept on disk, so that a window that is opened again does not take what was edited meanwhile for what runs.
 */
export class Snapshots {
  private readonly entries = new LruMap<string, Snapshot & { readonly process: string; readonly file: string }>(
    MOST_LINES,
    (snapshot) => (snapshot.kind === 'version' ? snapshot.version.lines.length : 0) + 1,
  );
  /** In the order in which they came, to be written. */
  private readonly keys = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  /** @param file where they are kept; undefined for nowhere. */
  constructor(
    private readonly file: string | undefined,
    private readonly logger: Logger,
  ) {
    if (file !== undefined) this.load(file);
  }

  /** @param process of its service. @param file absolute. */
  get(process: string, file: string): Snapshot | undefined {
    return this.entries.get(`${process}\0${file}`);
  }

  set(process: string, file: string, snapshot: Snapshot): void {
    const key = `${process}\0${file}`;
    this.entries.set(key, { ...snapshot, process, file });
    this.keys.add(key);
    if (this.file === undefined) return;
    this.timer ??= setTimeout(() => this.save(), WRITE_PAUSE_MS).unref();
  }

  /** Writes what is waiting to be written. */
  dispose(): void {
    if (this.timer !== undefined) this.save();
  }

  private save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.file === undefined) return;
    const kept: Kept[] = [];
    for (const key of this.keys) {
      const entry = this.entries.get(key);
      if (entry === undefined) this.keys.delete(key);
      else kept.push(written(entry.process, entry.file, entry));
    }
    try {
      mkdirSync(path.dirname(this.file), { recursive: true, mode: 0o700 });
      const part = `${this.file}.${process.pid}`;
      writeFileSync(part, JSON.stringify([FORMAT, kept]), { mode: 0o600 });
      renameSync(part, this.file);
    } catch (error) {
      this.logger.warn(`What processes run cannot be kept in ${this.file}: ${describeError(error)}`);
    }
  }

  private load(file: string): void {
    try {
      const [format, kept] = JSON.parse(readFileSync(file, 'utf8')) as [number, readonly Kept[]];
      if (format !== FORMAT) return;
      for (const [process, name, lines, functions] of kept) {
        const key = `${process}\0${name}`;
        const snapshot: Snapshot =
          lines === null ? { kind: 'saved' } : { kind: 'version', version: read(lines, functions) };
        this.entries.set(key, { ...snapshot, process, file: name });
        this.keys.add(key);
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      this.logger.warn(`What processes ran before cannot be read, and is taken anew: ${describeError(error)}`);
    }
  }
}

function written(process: string, file: string, snapshot: Snapshot): Kept {
  if (snapshot.kind === 'saved') return [process, file, null, []];
  const { lines, functions } = snapshot.version;
  const rows = functions.map(({ name, container, startLine, endLine, nameLine }): KeptFunction => [
    name,
    container,
    startLine,
    endLine,
    nameLine,
  ]);
  return [process, file, Buffer.from(new Uint32Array(lines).buffer).toString('base64'), rows];
}

function read(lines: string, functions: readonly KeptFunction[]): CodeVersion {
  const bytes = Buffer.from(lines, 'base64');
  const copy = new Uint8Array(bytes).buffer;
  const outlines = functions.map(([name, container, startLine, endLine, nameLine]): FunctionOutline => ({
    name,
    container,
    startLine,
    endLine,
    nameLine,
  }));
  return { lines: [...new Uint32Array(copy, 0, Math.floor(bytes.length / 4))], functions: outlines };
}
