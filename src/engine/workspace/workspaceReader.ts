import path from 'node:path';
import { assetsBeside } from '../../base/assets';
import { buildIdentity } from '../../base/caches/buildIdentity';
import type { Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import { Emitter } from '../../base/event';
import type { Logger } from '../../base/logger';
import type { OperationId } from '../../model/operation';
import type { EngineSettings } from '../../protocol/engine';
import { FactsCache } from '../../source/index/factsCache';
import type { SourceMapperOptions } from '../../source/mapperOptions';
import { SourceMapper } from '../../source/sourceMapper';
import type { FunctionFact } from '../../syntax/facts';
import { SyntaxService } from '../../syntax/syntaxService';
import { within } from '../within';
import type { CodePast } from './codePast';

/** Shows that the workspace is being read; `done` ends it. */
export interface ReadingProgress {
  readonly signal: AbortSignal;
  report(done: number, total: number): void;
  done(): void;
}

export interface WorkspaceReaderOptions {
  readonly assetsPath: string;
  /** Where what was read is kept between sessions; undefined for nowhere. */
  readonly cacheFolder: string | undefined;
  readonly logger: Logger;
  /** On which code spans were recorded. */
  readonly past: CodePast;
  /** What single spans of an operation said. */
  readonly samplesOf: SourceMapperOptions['samplesOf'];
  /** The text of an open document; undefined for other files. */
  readonly openText: (file: string) => string | undefined;
  readonly startProgress: () => Promise<ReadingProgress>;
}

type SourceSettings = EngineSettings['source'];

/** One mapper with what it was made of; replaced as a whole when folders or rules change. */
interface Reading {
  readonly mapper: SourceMapper;
  readonly cache: FactsCache | undefined;
  readonly abort: AbortController;
  started: Promise<void> | undefined;
}

/**
 * The code of the workspace, as far as the engine needs it. Nothing is read until something asks; then the folders are
 * indexed once, in the background, and kept up to date by what the host tells of documents and files.
 */
export class WorkspaceReader implements Disposable {
  private readonly mapperChanged = new Emitter<SourceMapper | undefined>();
  private readonly placesChanged = new Emitter<readonly OperationId[]>();
  private readonly progressChanged = new Emitter<void>();
  private syntax: Promise<SyntaxService> | undefined;
  private reading: Promise<Reading | undefined> | undefined;
  private ready: SourceMapper | undefined;
  private wanted = false;
  /** The user cancelled the reading: nothing but a command starts it again. */
  private cancelled = false;
  private folders: readonly string[] = [];
  private source: SourceSettings = { pathRules: [], services: {} };
  private progress: { done: number; total: number } | undefined;
  /** Changes of files wait for each other, so that the last text wins. */
  private queue: Promise<void> = Promise.resolve();

  /** The mapper whose index is complete, or none while one is made. */
  readonly onDidChangeMapper = this.mapperChanged.event;
  /** Operations that a changed file may have moved. */
  readonly onDidChangePlaces = this.placesChanged.event;
  readonly onDidProgress = this.progressChanged.event;

  constructor(private readonly options: WorkspaceReaderOptions) {}

  get roots(): readonly string[] {
    return this.folders;
  }

  get mapper(): SourceMapper | undefined {
    return this.ready;
  }

  get indexing(): { readonly done: number; readonly total: number } | undefined {
    return this.progress;
  }

  /** Other folders or other rules: what was read is read again if it had been needed. */
  configure(folders: readonly string[], source: SourceSettings): void {
    if (JSON.stringify([folders, source]) === JSON.stringify([this.folders, this.source])) return;
    this.folders = folders;
    this.source = source;
    this.cancelled = false;
    this.reread();
  }

  /** Which files belong to the workspace may be another matter now: it is read again if it had been needed. */
  reread(): void {
    const old = this.reading;
    this.reading = undefined;
    this.setReady(undefined);
    void old?.then((reading) => close(reading));
    if (this.wanted) this.need();
  }

  /** The user cancelled the reading, and nothing has started it again. */
  get isCancelled(): boolean {
    return this.cancelled;
  }

  /**
   * Something needs places: reads the workspace in the background, once.
   * @param again also if the user cancelled that before.
   */
  need(again = false): void {
    this.wanted = true;
    if (again) this.cancelled = false;
    if (this.folders.length === 0 || this.cancelled) return;
    void this.open().then(async (reading) => {
      if (reading !== undefined) await (reading.started ??= this.index(reading));
    });
  }

  /** What names OpenTelemetry in a manifest, a lock file, compose or an environment file; undefined if nothing does. */
  async openTelemetryEvidence(): Promise<string | undefined> {
    if (this.folders.length === 0) return undefined;
    const reading = await this.open();
    const found = await reading?.mapper.usesOpenTelemetry();
    return found?.yes === true ? (found.evidence ?? 'the workspace') : undefined;
  }

  /** The functions of a file; empty for files of other languages and outside the folders. */
  async symbols(file: string): Promise<readonly FunctionFact[]> {
    this.need();
    if (this.ready !== undefined) {
      await this.queue;
      return this.ready.symbols(file);
    }
    // An open document can be explained while the workspace is still being read, or where there is none.
    const text = this.options.openText(file);
    if (text === undefined) return [];
    const facts = await this.parser()
      .then((syntax) => (syntax.languageOf(file) === undefined ? undefined : syntax.facts(file, text)))
      .catch((error: unknown) => this.options.logger.error(`${file}: ${describeError(error)}`));
    return facts?.functions ?? [];
  }

  /** Why the code of a file is not read; undefined if it is, or nothing is known of it yet. */
  async whyNotRead(file: string): Promise<string | undefined> {
    await this.queue;
    return this.ready?.whyNotRead(file);
  }

  /** The workspace's file for a path as a runtime wrote it. */
  async resolvePath(file: string): Promise<string | undefined> {
    this.need();
    return this.ready?.resolvePath(file);
  }

  /** A document's text changed, or (undefined) the document was closed and the file counts again. */
  documentChanged(file: string, text: string | undefined): void {
    this.enqueue(file, (mapper) => mapper.updateFile(file, text));
  }

  fileChanged(file: string): void {
    this.enqueue(file, (mapper) => mapper.updateFile(file, undefined));
  }

  fileRemoved(file: string): void {
    this.enqueue(file, (mapper) => mapper.removeFile(file));
  }

  /** Settles when all changes told so far have been read, or after `limitMs`. */
  async settled(limitMs: number): Promise<void> {
    await within(this.queue, limitMs);
  }

  /** `services/orders/src/a.ts:40`: relative to the folder it is in, with that folder's name where there are several. */
  describePlace(file: string, line: number): string {
    return `${this.describeFile(file)}:${line + 1}`;
  }

  /** The same without a line. */
  describeFile(file: string): string {
    const root = this.folders.find((folder) => file.startsWith(folder + path.sep));
    if (root === undefined) return file;
    const relative = path.relative(root, file).split(path.sep).join('/');
    return this.folders.length > 1 ? `${path.basename(root)}/${relative}` : relative;
  }

  /** A folder relative to the one it is in; the name of a workspace folder itself. */
  describeFolder(folder: string): string {
    const place = this.describePlace(path.join(folder, 'x'), 0);
    return place.includes('/') ? place.slice(0, place.lastIndexOf('/')) : path.basename(folder);
  }

  dispose(): void {
    const { reading, syntax } = this;
    this.reading = undefined;
    this.folders = [];
    void reading?.then((open) => close(open)).then(async () => (await syntax)?.dispose());
    for (const emitter of [this.mapperChanged, this.placesChanged, this.progressChanged]) emitter.dispose();
  }

  private open(): Promise<Reading | undefined> {
    if (this.folders.length === 0) return Promise.resolve(undefined);
    this.reading ??= this.create().catch((error: unknown) => {
      this.options.logger.error(`The code cannot be read: ${describeError(error)}`);
      return undefined;
    });
    return this.reading;
  }

  /** What parses, shared by all who read code. */
  parser(): Promise<SyntaxService> {
    return (this.syntax ??= SyntaxService.create(assetsBeside(this.options.assetsPath), this.options.logger));
  }

  private async create(): Promise<Reading> {
    const { logger, samplesOf } = this.options;
    const syntax = await this.parser();
    const { pathRules, services } = this.source;
    const folders = [...this.folders];
    const cache = await this.keptFacts(folders);
    const abort = new AbortController();
    const history = this.options.past.of(folders, abort.signal);
    const mapper = new SourceMapper({ folders, syntax, pathRules, services, cache, history, samplesOf, logger });
    mapper.onDidChange((ids) => {
      if (mapper === this.ready) this.placesChanged.fire(ids);
    });
    return { mapper, cache, abort, started: undefined };
  }

  private keptFacts(folders: readonly string[]): Promise<FactsCache> | undefined {
    const { cacheFolder, assetsPath, logger } = this.options;
    if (cacheFolder === undefined) return undefined;
    const build = buildIdentity(process.argv[1]!, assetsBeside(assetsPath).queries);
    return FactsCache.open(cacheFolder, folders, build, logger);
  }

  private async index(reading: Reading): Promise<void> {
    const progress = await this.options.startProgress();
    const stop = (): void => reading.abort.abort();
    progress.signal.addEventListener('abort', stop);
    try {
      await reading.mapper.start(reading.abort.signal, ({ done, total }) => {
        this.progress = { done, total };
        progress.report(done, total);
        this.progressChanged.fire();
      });
      if ((await this.reading) === reading) this.setReady(reading.mapper);
      await reading.cache?.save();
    } catch (error) {
      await this.notRead(reading, progress.signal.aborted, error);
    } finally {
      this.progress = undefined;
      progress.signal.removeEventListener('abort', stop);
      progress.done();
      this.progressChanged.fire();
    }
  }

  private async notRead(reading: Reading, byUser: boolean, error: unknown): Promise<void> {
    const { logger } = this.options;
    if (byUser) logger.warn('Reading the workspace was cancelled. Show Mapping Report starts it again.');
    else if (!reading.abort.signal.aborted) logger.error(`Reading the workspace: ${describeError(error)}`);
    if ((await this.reading) !== reading) return;
    this.cancelled = true;
    this.reading = undefined;
  }

  private setReady(mapper: SourceMapper | undefined): void {
    if (mapper === this.ready) return;
    this.ready = mapper;
    this.mapperChanged.fire(mapper);
  }

  private enqueue(file: string, change: (mapper: SourceMapper) => Promise<void> | void): void {
    this.queue = this.queue.then(async () => {
      try {
        const reading = await this.reading;
        // What was never read need not be kept up to date.
        if (reading?.started !== undefined) await reading.started.then(() => change(reading.mapper));
      } catch (error) {
        this.options.logger.error(`${file}: ${describeError(error)}`);
      }
    });
  }
}

function close(reading: Reading | undefined): void {
  reading?.abort.abort();
}
