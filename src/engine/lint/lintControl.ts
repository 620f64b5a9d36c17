import type { Diagnostic } from 'vscode-languageserver/node';
import type { Disposable } from '../../base/disposable';
import { describeError, SpanlightError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { readLintSettings } from '../../lint/readLintSettings';
import { WorkspaceLinter, type ExplainedUnit, type LintResult } from '../../lint/workspaceLinter';
import type { Proof } from '../../lint/proof/provenFindings';
import type { Refutations } from '../../lint/proof/refutations';
import { suspectsOf, type BrokenRoot } from '../../lint/proof/suspects';
import type { Finding } from '../../model/finding';
import type { LintEngineSettings } from '../../protocol/lint';
import { fixAll } from '../../lint/fixing/fixAll';
import type { IgnoreNote } from '../../lint/ignoring/ignoreNotes';
import { TrialFiles } from '../../lint/fixing/trialFiles';
import type { FixEdit } from '../../model/finding';
import { WorkspaceFiles } from '../../source/workspace/workspaceFiles';
import type { SyntaxService } from '../../syntax/syntaxService';
import { withFolderNames } from './folderNames';
import { ignoreEdit, type IgnoredPlace, type IgnoreEdit } from './ignoreEdit';
import { shownDiagnostics } from './shownDiagnostics';
import type { LintLimits } from './tracingFacts';

export interface LintControlOptions {
  readonly logger: Logger;
  readonly syntax: () => Promise<SyntaxService>;
  /** The text of an open document; undefined for other files. */
  readonly openText: (file: string) => string | undefined;
  readonly openFiles: () => ReadonlySet<string>;
  /** Traces at hand. */
  readonly proof: () => Proof | undefined;
  /** What they refuted, in this session and before. */
  readonly refutations: () => Refutations;
  readonly publish: (uri: string, diagnostics: readonly Diagnostic[]) => void;
}

/** One set of folders and settings, with what was read of it. */
interface Reading {
  readonly files: WorkspaceFiles;
  /** The same as the linter reads them. */
  readonly trial: TrialFiles;
  readonly parser: SyntaxService;
  readonly linter: WorkspaceLinter;
  readonly abort: AbortController;
}

/**
 * Diagnostics of the workspace: linted once when somebody may see them, then by what changes. Runs follow each other;
 * what changes during one is in the next.
 */
export class LintControl implements Disposable {
  private folders: readonly string[] = [];
  private settings: LintEngineSettings | undefined;
  private reading: Promise<Reading | undefined> | undefined;
  private running: Promise<void> | undefined;
  /** Nothing is read before. */
  private wanted = false;
  private again = false;
  /** The linter does one thing at a time. */
  private turn: Promise<unknown> = Promise.resolve();
  /** What is wrong with the settings. */
  private complaints: readonly string[] = [];
  private virtualFolders: readonly string[] = [];
  private latest: LintResult | undefined;
  /** What the editor was last told of each file. */
  private readonly published = new Map<string, string>();

  constructor(private readonly options: LintControlOptions) {}

  /** Whether the last run found anything, what traces took back included. */
  get hasFound(): boolean {
    const { latest } = this;
    return latest !== undefined && (latest.findings.length > 0 || latest.units.some(isRefuted));
  }

  /** Findings as of the last run. */
  get findings(): readonly Finding[] {
    return this.latest?.findings ?? [];
  }

  /** Where, as of the last run, a span without a parent may have lost it. */
  suspects(root: BrokenRoot): readonly Finding[] {
    const units = this.latest?.units.map(({ unit }) => unit) ?? [];
    return suspectsOf(root, units, this.findings);
  }

  /** About comments that silence rules. */
  get notes(): readonly IgnoreNote[] {
    return this.latest?.notes ?? [];
  }

  /** Why nothing is linted, or not all of it, and what is wrong with the settings. */
  get limits(): LintLimits {
    const { folders, settings, virtualFolders, complaints } = this;
    return { isOff: settings?.scope === 'off', folders: folders.length, virtualFolders, complaints };
  }

  /** The lines of an open document; none of another file. */
  linesOf(file: string): readonly string[] {
    return this.options.openText(file)?.split(/\r\n|\n|\r/) ?? [];
  }

  /** Other folders or settings: everything is linted anew. @param virtualFolders names of those that cannot be read. */
  configure(folders: readonly string[], settings: LintEngineSettings, virtualFolders: readonly string[] = []): void {
    this.virtualFolders = virtualFolders;
    if (JSON.stringify([folders, settings]) === JSON.stringify([this.folders, this.settings])) return;
    this.folders = folders;
    this.settings = settings;
    this.latest = undefined;
    this.reread();
    if (this.reading === undefined) this.publishAll();
  }

  /** Other files may belong to the workspace. What was found is shown until it is known what is found now. */
  reread(): void {
    const { folders, settings } = this;
    void this.reading?.then((reading) => reading?.abort.abort());
    this.wanted ||= settings?.scope === 'workspace' || this.options.openFiles().size > 0;
    const isOn = this.wanted && settings !== undefined && folders.length > 0 && settings.scope !== 'off';
    this.reading = isOn ? this.open(folders, settings) : undefined;
    if (isOn) this.schedule();
  }

  /** A document is open, traces are at hand, or somebody asks: what is found matters now. */
  need(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.reread();
  }

  /** A document's text changed, or (undefined) the document was closed and the file counts again. */
  documentChanged(file: string, text: string | undefined): void {
    if (text !== undefined) this.need();
    this.withReading(({ files, linter }) => {
      const isNew = files.get(file) === undefined;
      // What is left out stays out, however often it is typed in.
      if (isNew && files.isIgnored(file)) return;
      // Opened or closed as it is on disk, nothing changed but what is shown.
      const isSame = !isNew && !files.setOverlay(file, text);
      if (isNew) {
        files.setOverlay(file, text);
        if (text !== undefined) files.add(file);
        linter.listed(file);
      }
      if (!isNew && !isSame) linter.edited(file);
    });
  }

  /** Other traces are at hand, or what they showed is forgotten. */
  proofChanged(): void {
    this.withReading(() => undefined);
  }

  fileChanged(file: string): void {
    this.withReading(({ files, linter }) => {
      if (files.isIgnored(file)) return;
      const isNew = files.get(file) === undefined;
      files.add(file);
      if (isNew) linter.listed(file);
      else linter.edited(file);
    });
  }

  /** A file or a folder is gone. */
  fileRemoved(gone: string): void {
    this.withReading(({ files, linter }) => {
      for (const file of files.knownAt(gone)) {
        files.remove(file);
        linter.listed(file);
      }
    });
  }

  /** What is known of the workspace's processes, after all changes told so far; undefined where nothing is linted. */
  async result(): Promise<LintResult | undefined> {
    this.need();
    while (this.running !== undefined) await this.running;
    return this.latest;
  }

  /** Edits that mend all findings of a rule, in a file or everywhere. */
  async fixAll(rule: string, file: string | undefined): Promise<readonly FixEdit[]> {
    const reading = await this.nowOpen();
    return this.inTurn(() => fixAll(reading.linter, reading.trial, { rule, file }, reading.abort.signal));
  }

  /** The comment that silences a rule; undefined where none can stand. */
  async ignore(place: IgnoredPlace): Promise<IgnoreEdit | undefined> {
    const { files, parser } = await this.nowOpen();
    const text = (await files.read(place.file)) ?? '';
    return ignoreEdit(place, text, (offset) => parser.commentPlace(place.file, text, offset));
  }

  dispose(): void {
    void this.reading?.then((reading) => reading?.abort.abort());
    this.reading = undefined;
    this.again = false;
  }

  private async nowOpen(): Promise<Reading> {
    const reading = await this.reading;
    if (reading === undefined) throw new SpanlightError('Nothing is linted.', undefined, 'Set spanlight.lint.scope.');
    return reading;
  }

  private async open(folders: readonly string[], settings: LintEngineSettings): Promise<Reading | undefined> {
    const { logger, syntax, openText, proof } = this.options;
    const refutations = this.options.refutations();
    try {
      const abort = new AbortController();
      const files = new WorkspaceFiles(folders, logger);
      await files.list(abort.signal);
      for (const file of files.all()) {
        const text = openText(file.path);
        if (text !== undefined) files.setOverlay(file.path, text);
      }
      const parser = await syntax();
      const complaints: string[] = [];
      const read = readLintSettings(settings, (sentence) => complaints.push(sentence));
      for (const sentence of complaints) if (!this.complaints.includes(sentence)) logger.warn(sentence);
      this.complaints = complaints;
      const trial = new TrialFiles(files);
      const linter = new WorkspaceLinter({ files: trial, code: parser, settings: read, proof, refutations, logger });
      return { files, trial, parser, linter, abort };
    } catch (error) {
      logger.error(`The workspace cannot be linted: ${describeError(error)}`);
      return undefined;
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private withReading(change: (reading: Reading) => void): void {
    const { reading } = this;
    if (reading === undefined) return;
    void reading.then((open) => {
      if (open === undefined || reading !== this.reading) return;
      change(open);
      this.schedule();
    });
  }

  private schedule(): void {
    this.again = true;
    this.running ??= this.runs().finally(() => {
      this.running = undefined;
    });
  }

  private async runs(): Promise<void> {
    while (this.again) {
      this.again = false;
      const { reading } = this;
      const open = await reading;
      if (open === undefined) continue;
      try {
        const result = await this.inTurn(() => open.linter.run(open.abort.signal));
        if (reading !== this.reading) continue;
        const findings = result.findings.map((finding) => withFolderNames(finding, this.folders));
        this.latest = { ...result, findings };
        this.publishAll();
      } catch (error) {
        if (!open.abort.signal.aborted) this.options.logger.error(`Lint: ${describeError(error)}`);
      }
    }
  }

  /** Tells the editor of the files whose diagnostics are others than it was told. */
  private publishAll(): void {
    const { latest, settings } = this;
    const isAll = settings?.scope === 'workspace';
    const open = this.options.openFiles();
    const shown = latest === undefined ? new Map<string, Diagnostic[]>() : shownDiagnostics(latest, { isAll, open });
    for (const uri of this.published.keys()) if (!shown.has(uri)) shown.set(uri, []);
    for (const [uri, diagnostics] of shown) {
      const words = JSON.stringify(diagnostics);
      if ((this.published.get(uri) ?? '[]') === words) continue;
      if (diagnostics.length === 0) this.published.delete(uri);
      else this.published.set(uri, words);
      this.options.publish(uri, diagnostics);
    }
  }
}

function isRefuted({ facts }: ExplainedUnit): boolean {
  return facts.some(({ topic }) => topic === 'refuted');
}
