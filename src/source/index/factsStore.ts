import { emptyFacts } from '../../syntax/emptyFacts';
import type { FileFacts, Language } from '../../syntax/facts';
import { isGenerated } from '../../base/fileRoles';
import { isConventionalFile } from './fileRoutes';
import type { WorkspaceFile, WorkspaceFiles } from '../workspace/workspaceFiles';

/** What this room asks of the syntax room; `SyntaxService` is one. */
export interface FactsProvider {
  languageOf(path: string): Language | undefined;
  /** A cheap look at the text: false means that parsing would find no spans, routes, messages or RPCs. */
  mayHaveFacts(path: string, text: string): boolean;
  facts(path: string, text: string): Promise<FileFacts>;
  /** The same for an open document, incrementally, until `forget`. */
  update(path: string, text: string): Promise<FileFacts>;
  forget(path: string): void;
}

/**
 * Facts of the workspace's files, read and parsed at most once until the file changes. A cache on disk, keyed by the
 * hash of the text, would stand between this and the provider.
 */
export class FactsStore {
  private readonly cache = new Map<string, Promise<FileFacts | undefined>>();

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly provider: FactsProvider,
  ) {}

  languageOf(path: string): Language | undefined {
    return this.provider.languageOf(path);
  }

  /** Whether the prefilter expects anything a span may point at in a text that people wrote. */
  isPromising(file: WorkspaceFile, text: string): boolean {
    if (isGenerated(file.relative)) return false;
    return isConventionalFile(file.relative) || this.provider.mayHaveFacts(file.path, text);
  }

  /** Parses whatever the prefilter says; undefined for a file without grammar. Of a file that is not read, `skipped`. */
  facts(file: WorkspaceFile): Promise<FileFacts | undefined> {
    let facts = this.cache.get(file.path);
    if (!facts) this.cache.set(file.path, (facts = this.parse(file)));
    return facts;
  }

  /** Forgets one file; the next question reads it again. */
  forget(path: string): void {
    this.cache.delete(path);
  }

  /** Whether the facts of this file were asked for since it last changed. */
  has(path: string): boolean {
    return this.cache.has(path);
  }

  private async parse(file: WorkspaceFile): Promise<FileFacts | undefined> {
    const language = this.provider.languageOf(file.path);
    if (language === undefined) return undefined;
    const { text, why } = await this.files.load(file.path);
    if (text === undefined) return emptyFacts(language, why);
    return this.files.isOpen(file.path) ? this.provider.update(file.path, text) : this.provider.facts(file.path, text);
  }
}
