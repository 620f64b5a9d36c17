import { emptyFacts } from '../../syntax/emptyFacts';
import type { FileFacts, Language } from '../../syntax/facts';
import { declaredNames, extendedNames } from './declaredNames';
import { FactsCache, type TextOutline } from './factsCache';
import { isGenerated } from '../../base/fileRoles';
import { isConventionalFile, mayAnswer } from './fileRoutes';
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
 * Facts of the workspace's files, read and parsed at most once until the file changes, and not at all where an earlier
 * session read the same text.
 */
export class FactsStore {
  private readonly cache = new Map<string, Promise<FileFacts | undefined>>();
  /** Of files whose text was seen: what the text is known by. */
  private readonly keys = new Map<string, string>();

  constructor(
    private readonly files: WorkspaceFiles,
    private readonly provider: FactsProvider,
    private readonly disk: FactsCache | undefined,
  ) {}

  languageOf(path: string): Language | undefined {
    return this.provider.languageOf(path);
  }

  /** What a file's text says without being parsed, or why the file is not read. Its text may not be read for that. */
  async outline(file: WorkspaceFile, language: Language): Promise<TextOutline | string> {
    const disk = this.files.isOpen(file.path) ? undefined : this.disk;
    // Of before the text is read: what is written meanwhile has another one.
    const stamp = disk && (await this.files.stamp(file.path));
    const seen = stamp === undefined ? undefined : disk?.keyOfFile(file.path, stamp);
    const kept = seen === undefined ? undefined : disk?.outline(seen);
    if (seen !== undefined && kept !== undefined) {
      this.keys.set(file.path, seen);
      return kept;
    }
    const { text, why } = await this.files.load(file.path);
    if (text === undefined) return why;
    if (disk === undefined) return this.read(file, language, text);
    const key = FactsCache.keyOf(language, text);
    this.keys.set(file.path, key);
    if (stamp !== undefined) disk.noteFile(file.path, stamp, key);
    const known = disk.outline(key);
    if (known !== undefined) return known;
    const outline = this.read(file, language, text);
    disk.keepOutline(key, outline);
    return outline;
  }

  /** Whether anything a span may point at is expected in a text that people wrote. */
  isPromising(file: WorkspaceFile, outline: TextOutline): boolean {
    return (
      !isGenerated(file.relative) && (outline.mayHaveFacts || (outline.mayAnswer && isConventionalFile(file.relative)))
    );
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
    this.keys.delete(path);
  }

  /** Whether the facts of this file were asked for since it last changed. */
  has(path: string): boolean {
    return this.cache.has(path);
  }

  private async parse(file: WorkspaceFile): Promise<FileFacts | undefined> {
    const language = this.provider.languageOf(file.path);
    if (language === undefined) return undefined;
    const known = this.keys.get(file.path);
    const kept = known === undefined || this.files.isOpen(file.path) ? undefined : this.disk?.facts(known);
    if (kept !== undefined) return kept;
    const { text, why } = await this.files.load(file.path);
    if (text === undefined) return emptyFacts(language, why);
    if (this.files.isOpen(file.path)) return this.provider.update(file.path, text);
    const facts = await this.provider.facts(file.path, text);
    // The text may have changed since it was seen.
    if (known !== undefined && known === FactsCache.keyOf(language, text)) this.disk?.keepFacts(known, facts);
    return facts;
  }

  private read(file: WorkspaceFile, language: Language, text: string): TextOutline {
    const mayHaveFacts = this.provider.mayHaveFacts(file.path, text);
    return {
      names: [...declaredNames(language, text)],
      bases: [...extendedNames(language, text)],
      mayHaveFacts,
      mayAnswer: mayAnswer(text),
    };
  }
}
