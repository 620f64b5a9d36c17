import { createHash } from 'node:crypto';
import path from 'node:path';
import { serialize } from 'node:v8';
import { cacheName } from '../../base/caches/cacheName';
import { touchKept } from '../../base/caches/keptFile';
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { KeptCheck, KeptChecks, SoundRun } from '../../lint/keptChecks';
import type { LintFile } from '../../lint/lintFiles';
import { mayBeRead } from '../../lint/programReader';
import type { ProcessUnit, UnitLanguage } from '../../lint/project/processUnit';
import type { KeptFolder, KeptFolders } from '../../source/workspace/folderLister';
import { STAMP_NUMBERS, stampInto } from '../../source/workspace/stamps';
import { KEPT_RUN, readRun, writeRun, type KeptAnswer, type KeptRun, type KeptUnit } from './keptRun';

/** Where runs are kept, and what they depend on besides files. */
export interface KeptLintPlace {
  readonly folder: string;
  /** Build, folders, settings: what was found under others is none of ours. */
  readonly of: readonly unknown[];
  readonly logger: Logger;
  /** Milliseconds of the epoch: no file was read before. */
  readonly began?: number;
}

/**
 * What the last run over a workspace found, for the next one: of a process nothing is read again while its manifests, its
 * sources and what deploys it are as they were, and a workspace of which no file changed is only listed. What files hold is
 * told by their stamps, and of one that was written a moment ago nothing is concluded.
 *
 * One file for a workspace, which each run that changes something writes anew. What does not fit is as if it were not there.
 */
export class KeptLint implements KeptChecks, KeptFolders {
  private readonly folders = new Map<string, KeptFolder>();
  private readonly facts = new Map<ProcessUnit, string>();
  private readonly sourcesOf = new SourcesOf();
  /** The stamps of now of the files that the last run read, and which of them are not as they were. */
  private stamps = new Float64Array(0);
  private isChanged = new Uint8Array(0);
  private readonly places = new Map<string, number>();
  private listing = '';
  private sound: SoundRun | undefined;

  private constructor(
    private readonly file: string,
    private readonly before: KeptRun | undefined,
    private readonly logger: Logger,
    private readonly began: number,
  ) {}

  static async open({ folder, of, logger, began = Date.now() }: KeptLintPlace): Promise<KeptLint> {
    const file = path.join(folder, KEPT_RUN + cacheName([...of, process.version]));
    try {
      return new KeptLint(file, await readRun(file), logger, began);
    } catch (error) {
      logger.debug(`What the last run found cannot be used and is looked for again: ${describeError(error)}`);
      return new KeptLint(file, undefined, logger, began);
    }
  }

  folder(name: string): KeptFolder | undefined {
    return this.before?.folders.get(name);
  }

  noteFolder(name: string, folder: KeptFolder): void {
    this.folders.set(name, folder);
  }

  /** Looks at the files once they are listed. @returns what the last run answered if none of them changed. */
  async answer(listed: Iterable<LintFile>): Promise<KeptAnswer | undefined> {
    this.listing = Array.from(listed, ({ path: file }) => file).join('\0');
    const { before } = this;
    if (before === undefined) return undefined;
    const isSame = this.compare(before);
    if (!isSame || before.listing !== this.listing) return undefined;
    await this.trying(() => touchKept(this.file));
    return before.answer;
  }

  check(unit: ProcessUnit): KeptCheck | undefined {
    const kept = this.before?.units.get(unit.id);
    if (kept === undefined || kept.facts !== this.factsOf(unit)) return undefined;
    const sources = this.sourcesOf.unit(unit);
    if (sources.length !== kept.sources.length) return undefined;
    const isAsBefore = (file: string, i: number): boolean => {
      const place = this.places.get(file);
      return place !== undefined && place === kept.sources[i] && this.isChanged[place] === 0;
    };
    if (!sources.every(isAsBefore)) return undefined;
    const { marked, unread } = this.before!;
    const own = marked.length + unread.length === 0 ? new Set<string>() : new Set(sources);
    return {
      findings: kept.findings,
      marked: marked.filter((file) => own.has(file)),
      skipped: unread.filter(({ file }) => own.has(file)),
    };
  }

  keep(run: SoundRun): void {
    this.sound = run;
  }

  /**
   * Writes what this run found, for the next. A disk that is full or read-only costs that its time: no word for those who lint in CI.
   *
   * @param read the files whose content was asked for.
   */
  async save(answer: KeptAnswer, read: Iterable<string>): Promise<void> {
    const { sound } = this;
    if (sound === undefined) return;
    const files = new Set(read);
    // Those of processes that were not looked at again.
    for (const { unit } of sound.units)
      if (this.before?.units.has(unit.id) === true)
        for (const file of this.sourcesOf.unit(unit)) if (this.places.has(file)) files.add(file);
    const names = [...files];
    const places = new Map(names.map((name, i) => [name, i]));
    const units = new Map<string, KeptUnit>();
    for (const { unit, findings } of sound.units) {
      const sources = Int32Array.from(this.sourcesOf.unit(unit), (file) => places.get(file) ?? -1);
      if (!sources.includes(-1)) units.set(unit.id, { facts: this.factsOf(unit), sources, findings });
    }
    const { listing, folders } = this;
    const { marked, skipped: unread } = sound;
    const stamps = this.stampsOf(names);
    const run = { listing, files: names.join('\0'), stamps, folders, units, marked, unread, answer };
    if (stamps.some((number) => !Number.isNaN(number))) await this.trying(() => writeRun(this.file, run));
  }

  /** @returns whether all files that were read are as they were. */
  private compare({ files, stamps }: KeptRun): boolean {
    const names = files.split('\0');
    this.stamps = new Float64Array(stamps.length);
    this.isChanged = new Uint8Array(names.length);
    let isSame = true;
    for (const [i, name] of names.entries()) {
      this.places.set(name, i);
      const from = i * STAMP_NUMBERS;
      stampInto(this.stamps, from, name, this.began);
      for (let at = from; at < from + STAMP_NUMBERS; at++) {
        if (this.stamps[at] === stamps[at]) continue;
        this.isChanged[i] = 1;
        isSame = false;
      }
    }
    return isSame;
  }

  private stampsOf(names: readonly string[]): Float64Array {
    const stamps = new Float64Array(names.length * STAMP_NUMBERS);
    for (const [i, name] of names.entries()) {
      const known = this.places.get(name);
      const at = i * STAMP_NUMBERS;
      if (known === undefined) stampInto(stamps, at, name, this.began);
      else stamps.set(this.stamps.subarray(known * STAMP_NUMBERS, (known + 1) * STAMP_NUMBERS), at);
    }
    return stamps;
  }

  /** What tells the process from what it was, but for its files. */
  private factsOf(unit: ProcessUnit): string {
    let known = this.facts.get(unit);
    if (known === undefined) {
      const facts = serialize({ ...unit, files: undefined });
      this.facts.set(unit, (known = createHash('sha1').update(facts).digest('base64url')));
    }
    return known;
  }

  private async trying(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.logger.debug(`What was found cannot be kept in ${path.dirname(this.file)}: ${describeError(error)}`);
    }
  }
}

/** The files of processes whose text may matter: most of them belong to several. */
class SourcesOf {
  private readonly known = new Map<UnitLanguage, Map<LintFile, boolean>>();
  private readonly units = new Map<ProcessUnit, readonly string[]>();

  unit(unit: ProcessUnit): readonly string[] {
    let sources = this.units.get(unit);
    if (sources === undefined) this.units.set(unit, (sources = this.sources(unit).map(({ path: file }) => file)));
    return sources;
  }

  private sources({ language, files }: ProcessUnit): readonly LintFile[] {
    const known = this.known.get(language) ?? new Map<LintFile, boolean>();
    this.known.set(language, known);
    return files.filter((file) => {
      let may = known.get(file);
      if (may === undefined) known.set(file, (may = mayBeRead(language, file)));
      return may;
    });
  }
}
