import type { Diagnostic } from 'vscode-languageserver/node';
import type { Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { readLintSettings } from '../../lint/readLintSettings';
import { WorkspaceLinter, type ExplainedUnit, type LintResult } from '../../lint/workspaceLinter';
import type { Proof } from '../../lint/proof/provenFindings';
import type { Refutations } from '../../lint/proof/refutations';
import { suspectsOf, type BrokenRoot } from '../../lint/proof/suspects';
import type { Finding } from '../../model/finding';
import type { LintEngineSettings } from '../../protocol/lint';
import { WorkspaceFiles } from '../../source/workspace/workspaceFiles';
import { languageOf } from '../../syntax/language';
import type { SyntaxService } from '../../syntax/syntaxService';
import { uriOfPath } from '../workspace/uris';
import { diagnosticOf } from './diagnostics';

export interface LintControlOptions {
  readonly logger: Logger;
  readonly syntax: () => Promise<SyntaxService>;
  /** The text of an open document; undefined for other files. */
  readonly openText: (file: string) => string | undefined;
  /** Traces at hand. */
  readonly proof: () => Proof | undefined;
  /** What they refuted, in this session and before. */
  readonly refutations: () => Refutations;
  readonly publish: (uri: string, diagnostics: readonly Diagnostic[]) => void;
}

/** One set of folders and settings, with what was read of it. */
interface Reading {
  readonly files: WorkspaceFiles;
  readonly linter: WorkspaceLinter;
  readonly abort: AbortController;
}

/**
 * Diagnostics of the workspace: linted once when the engine has folders, then by what changes. Runs follow each other;
 * what changes during one is in the next.
 */
export class LintControl implements Disposable {
  private folders: readonly string[] = [];
  private settings: LintEngineSettings | undefined;
  private reading: Promise<Reading | undefined> | undefined;
  private running: Promise<void> | undefined;
  private again = false;
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

  /** Other folders or settings: everything is linted anew. */
  configure(folders: readonly string[], settings: LintEngineSettings): void {
    if (JSON.stringify([folders, settings]) === JSON.stringify([this.folders, this.settings])) return;
    this.folders = folders;
    this.settings = settings;
    void this.reading?.then((reading) => reading?.abort.abort());
    this.latest = undefined;
    this.reading = folders.length === 0 || settings.scope === 'off' ? undefined : this.open(folders, settings);
    if (this.reading === undefined) this.publishAll();
    else this.schedule();
  }

  /** A document's text changed, or (undefined) the document was closed and the file counts again. */
  documentChanged(file: string, text: string | undefined): void {
    this.withReading(({ files, linter }) => {
      const isNew = files.get(file) === undefined;
      // What is left out stays out, however often it is typed in.
      if (isNew && files.isIgnored(file)) return;
      files.setOverlay(file, text);
      if (isNew && text !== undefined) files.add(file);
      if (isNew) linter.listed(file);
      else linter.edited(file);
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
    while (this.running !== undefined) await this.running;
    return this.latest;
  }

  dispose(): void {
    void this.reading?.then((reading) => reading?.abort.abort());
    this.reading = undefined;
    this.again = false;
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
      const complain = (sentence: string): void => logger.warn(`spanlight.lint: ${sentence}`);
      return {
        files,
        linter: new WorkspaceLinter({
          files,
          code: parser,
          settings: readLintSettings(settings, complain),
          proof,
          refutations,
        }),
        abort,
      };
    } catch (error) {
      logger.error(`The workspace cannot be linted: ${describeError(error)}`);
      return undefined;
    }
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
        const result = await open.linter.run(open.abort.signal);
        if (reading !== this.reading) continue;
        this.latest = result;
        this.publishAll();
      } catch (error) {
        if (!open.abort.signal.aborted) this.options.logger.error(`Lint: ${describeError(error)}`);
      }
    }
  }

  /** Tells the editor of the files whose diagnostics are others than it was told. */
  private publishAll(): void {
    const shown = new Map<string, Diagnostic[]>();
    for (const finding of this.findings) {
      if (!this.isShown(finding)) continue;
      const uri = uriOfPath(finding.file);
      shown.set(uri, [...(shown.get(uri) ?? []), diagnosticOf(finding)]);
    }
    for (const uri of this.published.keys()) if (!shown.has(uri)) shown.set(uri, []);
    for (const [uri, diagnostics] of shown) {
      const words = JSON.stringify(diagnostics);
      if ((this.published.get(uri) ?? '[]') === words) continue;
      if (diagnostics.length === 0) this.published.delete(uri);
      else this.published.set(uri, words);
      this.options.publish(uri, diagnostics);
    }
  }

  /** Manifests are not among the documents that the editor tells of: what is found there is always shown. */
  private isShown({ file }: Finding): boolean {
    const isSource = languageOf(file) !== undefined;
    return this.settings?.scope === 'workspace' || !isSource || this.options.openText(file) !== undefined;
  }
}

function isRefuted({ facts }: ExplainedUnit): boolean {
  return facts.some(({ topic }) => topic === 'refuted');
}
