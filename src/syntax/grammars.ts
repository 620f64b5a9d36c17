import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { Language as Grammar, Parser, Query } from 'web-tree-sitter';
import type { AssetPaths } from '../base/assets';
import { describeError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { Language } from './facts';
import { extractorOf } from './extractors';
import { startRuntime } from './parserRuntime';
import type { LanguageExtractor } from './extract/languageExtractor';

/** A language ready to parse. */
export interface LoadedLanguage {
  readonly parser: Parser;
  /**
   * The patterns of the extractor. They are compiled on first use, since lint, which only parses, never asks for them:
   * those of TypeScript, TSX and JavaScript take 0.4 s together.
   */
  readonly query: () => Query;
  readonly extractor: LanguageExtractor;
  readonly dispose: () => void;
}

/** A grammar that fails this often is not asked again in this process. */
const FAILURES_ALLOWED = 2;

/** Loads grammars on first use and takes those out of service that keep failing, so that the others go on. */
export class Grammars {
  private readonly loading = new Map<Language, Promise<LoadedLanguage | undefined>>();
  private readonly loaded = new Map<Language, LoadedLanguage>();
  private runtime: Promise<void> | undefined;
  private readonly failures = new Map<Language, number>();

  private constructor(
    private readonly assets: AssetPaths,
    private readonly logger: Logger,
  ) {}

  /** Loads the parser's runtime; throws when that file is missing or broken. */
  static async create(assets: AssetPaths, logger: Logger): Promise<Grammars> {
    const grammars = Grammars.later(assets, logger);
    await grammars.start();
    return grammars;
  }

  /** Loads the parser's runtime with the first grammar, whose {@link get} then throws in its place. */
  static later(assets: AssetPaths, logger: Logger): Grammars {
    return new Grammars(assets, logger);
  }

  /** The language if it is loaded, `later` if {@link get} is to be waited for; undefined once it is disabled. */
  peek(language: Language): LoadedLanguage | 'later' | undefined {
    if (this.isDisabled(language)) return undefined;
    return this.loaded.get(language) ?? 'later';
  }

  /** The language, loaded; undefined once it is disabled. */
  async get(language: Language): Promise<LoadedLanguage | undefined> {
    if (this.isDisabled(language)) return undefined;
    await this.start();
    let loading = this.loading.get(language);
    if (loading === undefined) {
      loading = this.load(language).catch((error: unknown) => {
        this.loading.delete(language);
        this.reportFailure(language, error);
        return undefined;
      });
      this.loading.set(language, loading);
    }
    return loading;
  }

  isDisabled(language: Language): boolean {
    return (this.failures.get(language) ?? 0) >= FAILURES_ALLOWED;
  }

  /** Counts a failure to load or to parse. */
  reportFailure(language: Language, error: unknown, file?: string): void {
    const count = (this.failures.get(language) ?? 0) + 1;
    this.failures.set(language, count);
    const where = file === undefined ? 'while loading' : `in ${file}`;
    const consequence = count >= FAILURES_ALLOWED ? '; no more files of this language are read' : '';
    this.logger.warn(`The ${language} parser failed ${where}: ${describeError(error)}${consequence}`);
  }

  async dispose(): Promise<void> {
    const loaded = await Promise.all(this.loading.values());
    this.loading.clear();
    this.loaded.clear();
    for (const language of loaded) language?.dispose();
  }

  private start(): Promise<void> {
    this.runtime ??= startRuntime(this.assets.runtime);
    return this.runtime;
  }

  private async load(language: Language): Promise<LoadedLanguage> {
    const extractor = extractorOf(language);
    const [wasm, ...queries] = await Promise.all([
      readGrammar(this.assets.grammars(language)),
      ...extractor.queries.map((name) => readFile(path.join(this.assets.queries, `${name}.scm`), 'utf8')),
    ]);
    const grammar = await Grammar.load(wasm);
    const parser = new Parser();
    parser.setLanguage(grammar);
    let compiled: Query | undefined;
    const loaded: LoadedLanguage = {
      parser,
      query: () => (compiled ??= new Query(grammar, queries.join('\n'))),
      extractor,
      dispose: () => {
        compiled?.delete();
        parser.delete();
      },
    };
    this.loaded.set(language, loaded);
    return loaded;
  }
}

const unpack = promisify(brotliDecompress);

async function readGrammar(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  return new Uint8Array(file.endsWith('.br') ? await unpack(bytes) : bytes);
}
