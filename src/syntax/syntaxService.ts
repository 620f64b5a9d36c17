import type { Tree } from 'web-tree-sitter';
import type { AssetPaths } from '../base/assets';
import { nullLogger, type Logger } from '../base/logger';
import { now } from '../base/turns';
import { emptyFacts } from './emptyFacts';
import { extractorOf } from './extractors';
import { commentPlaceIn, type CommentPlace } from './commentPlace';
import { readEdited, topicsOf, type EditedSource } from './edited/editedSource';
import { Captures } from './extract/captures';
import { SourceText } from './extract/sourceText';
import { mayHoldSql } from './extract/sqlPrefilter';
import { EditedFiles } from './code/editedFiles';
import { GrammarNotLoaded, LazyCode } from './code/lazyCode';
import { noCode, type Lowering, type LoweringInput } from './code/lowering';
import { loweringOf } from './code/lowerings';
import { plainTree } from './code/plainTree';
import type { Code } from './code/code';
import type { FileFacts, Language } from './facts';
import { Grammars, type LoadedLanguage } from './grammars';
import { languageOf } from './language';
import { OpenDocuments } from './openDocuments';
import { decodeSource, whyUnsuitable } from './suitability';

/** Parsing longer than this is given up: error recovery in text of another language can take very long. */
const PARSE_BUDGET_MS = 3_000;

/** A source text, or a file's bytes. */
export type Source = string | Uint8Array;

/**
 * Turns source files into facts. One instance per process; grammars are loaded when the first file of their language
 * comes. Nothing here throws because of a file: facts that cannot be had are empty and say why (`skipped`).
 */
export class SyntaxService {
  private readonly open = new OpenDocuments();
  private readonly edited = new EditedFiles();

  private constructor(
    private readonly grammars: Grammars,
    private readonly logger: Logger,
  ) {}

  /** Throws if the parser's runtime file cannot be loaded. */
  static async create(assets: AssetPaths, logger: Logger = nullLogger): Promise<SyntaxService> {
    return new SyntaxService(await Grammars.create(assets, logger), logger);
  }

  /** Loads the parser's runtime with the first grammar that is asked for, which then throws if it cannot. */
  static later(assets: AssetPaths, logger: Logger = nullLogger): SyntaxService {
    return new SyntaxService(Grammars.later(assets, logger), logger);
  }

  /** The language of a path by its ending. */
  languageOf(path: string): Language | undefined {
    return languageOf(path);
  }

  /**
   * Whether a file may hold spans, routes, RPCs, messages, HTTP calls, statements of SQL or string constants others need. A cheap filter
   * for indexing (tens of MB/s): files without are only parsed when opened or named by a span.
   */
  mayHaveFacts(path: string, text: string): boolean {
    const language = languageOf(path);
    return language !== undefined && (extractorOf(language).prefilter.test(text) || mayHoldSql(language, text));
  }

  /** The facts of a file that is not open. */
  async facts(path: string, source: Source): Promise<FileFacts> {
    return this.read(path, source, false);
  }

  /** The facts of an open document, whose tree is kept and re-parsed incrementally until {@link forget}. */
  async update(path: string, text: string): Promise<FileFacts> {
    return this.read(path, text, true);
  }

  /** A file as statements and expressions, for lint. Its tree is not kept. */
  async code(path: string, text: string): Promise<Code> {
    const code = this.lazyCode(path, text);
    if (!(code instanceof LazyCode)) return code;
    return this.lower(path, code, await this.grammars.get(code.language), false);
  }

  /**
   * The same, parsed when something of it is asked for, which throws {@link GrammarNotLoaded} where the grammar is still
   * to be loaded. What is not worth to parse says so at once.
   *
   * @param isEdited the file changes again and again: its tree is kept, and parsed incrementally.
   */
  lazyCode(path: string, text: string, isEdited = false): Code {
    const language = languageOf(path);
    if (language === undefined || loweringOf(language) === undefined)
      return noCode('typescript', text, 'a language lint does not read');
    const unsuitable = whyUnsuitable(text);
    if (unsuitable !== undefined) return noCode(language, text, unsuitable);
    return new LazyCode(language, text, (file) => {
      const loaded = this.grammars.peek(language);
      if (loaded === 'later') throw new GrammarNotLoaded(async () => void (await this.grammars.get(language)));
      return this.lower(path, file, loaded, isEdited);
    });
  }

  /** What a comment would be in a file before the word at an offset; undefined where that cannot be known. */
  async commentPlace(path: string, text: string, offset: number): Promise<CommentPlace | undefined> {
    const language = languageOf(path);
    if (language === undefined || whyUnsuitable(text) !== undefined) return undefined;
    const loaded = await this.grammars.get(language);
    const tree = loaded === undefined ? undefined : parseWithin(loaded, text, undefined);
    try {
      return tree === undefined ? undefined : commentPlaceIn(tree.rootNode, offset);
    } finally {
      tree?.delete();
    }
  }

  /** Lets go of a document that was closed. */
  forget(path: string): void {
    this.open.forget(path);
  }

  async dispose(): Promise<void> {
    this.open.dispose();
    this.edited.dispose();
    await this.grammars.dispose();
  }

  private lower(path: string, file: LazyCode, loaded: LoadedLanguage | undefined, isEdited: boolean): Code {
    const { language, text } = file;
    if (loaded === undefined) return noCode(language, text, `the ${language} parser is out of order`);
    const source = new SourceText(text);
    const lowering = loweringOf(language)!;
    try {
      const code = isEdited
        ? this.edited.read(
            path,
            text,
            (before) => parseWithin(loaded, text, before),
            ({ rootNode: root }, plain) => lowering.lower({ language, root, source, plain }),
          )
        : lowerOnce(loaded, lowering, { language, source });
      return code ?? noCode(language, text, 'took too long to parse');
    } catch (error) {
      loaded.parser.reset();
      this.grammars.reportFailure(language, error, path);
      return noCode(language, text, `the ${language} parser failed`);
    }
  }

  private async read(path: string, source: Source, keepOpen: boolean): Promise<FileFacts> {
    const language = languageOf(path);
    if (language === undefined) return emptyFacts('typescript', 'a language Spanlight does not read');
    const text = typeof source === 'string' ? source : decodeSource(source);
    const unsuitable = whyUnsuitable(text);
    if (unsuitable !== undefined) {
      this.open.forget(path);
      return emptyFacts(language, unsuitable);
    }
    const loaded = await this.grammars.get(language);
    if (loaded === undefined) return emptyFacts(language, `the ${language} parser is out of order`);
    try {
      return this.parse(path, loaded.extractor.prepare?.(text) ?? text, language, loaded, keepOpen);
    } catch (error) {
      this.open.forget(path);
      loaded.parser.reset();
      this.grammars.reportFailure(language, error, path);
      return emptyFacts(language, `the ${language} parser failed`);
    }
  }

  private parse(path: string, text: string, language: Language, loaded: LoadedLanguage, keepOpen: boolean): FileFacts {
    const change = keepOpen ? this.open.edited(path, text) : undefined;
    const tree = parseWithin(loaded, text, change?.before);
    if (tree === undefined) {
      this.open.forget(path);
      this.logger.warn(`${path}: parsing took more than ${PARSE_BUDGET_MS / 1_000} s and was given up.`);
      return emptyFacts(language, 'took too long to parse');
    }
    let edited: EditedSource | undefined;
    try {
      const source = new SourceText(text);
      const rules = { query: loaded.query(), shapes: loaded.extractor.shapes, source };
      edited = change && readEdited(tree, rules, change);
      const captures = edited ? new Captures(topicsOf(edited)) : Captures.below(tree.rootNode, rules);
      const root = edited?.mirror ?? tree.rootNode;
      return loaded.extractor.extract({ language, root, captures, source });
    } finally {
      if (keepOpen) this.open.keep(path, text, tree, edited);
      else tree.delete();
    }
  }
}

/** Undefined if it takes too long to parse. */
function lowerOnce(
  loaded: LoadedLanguage,
  lowering: Lowering,
  { language, source }: Pick<LoweringInput, 'language' | 'source'>,
): Code | undefined {
  const tree = parseWithin(loaded, source.text, undefined);
  if (tree === undefined) return undefined;
  const root = tree.rootNode;
  try {
    return lowering.lower({ language, root, source, plain: (shape) => plainTree(root, shape) });
  } finally {
    tree.delete();
  }
}

function parseWithin({ parser, extractor }: LoadedLanguage, text: string, before: Tree | undefined): Tree | undefined {
  const deadline = now() + PARSE_BUDGET_MS;
  // The runtime cancels when the callback answers true, though its type says void.
  const progressCallback = (): boolean => now() > deadline;
  const tree = parser.parse(text + (extractor.ending ?? ''), before, { progressCallback });
  if (tree === null) parser.reset();
  return tree ?? undefined;
}
