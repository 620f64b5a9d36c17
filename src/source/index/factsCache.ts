import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheName } from '../../base/caches/cacheName';
import { touchKept, writeKept } from '../../base/caches/keptFile';
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { FileFacts, Language } from '../../syntax/facts';
import type { KeptFolder, KeptFolders } from '../workspace/folderLister';

/** What is found in a text without parsing it. */
export interface TextOutline {
  /** Names of the types, functions and constants it declares. */
  readonly names: readonly string[];
  /** Simple names of the types that its types extend. */
  readonly bases: readonly string[];
  /** Whether the prefilter of its language expects anything a span may point at. */
  readonly mayHaveFacts: boolean;
  /** Whether it exports something under a name that frameworks look for in certain files. */
  readonly mayAnswer: boolean;
}

/** Where a text's facts are in the file; a length of 0 where they were never asked for. */
type Kept = readonly [outline: TextOutline, offset: number, length: number];

interface Header {
  readonly dataBytes: number;
  readonly texts: readonly (readonly [key: string, names: string, bases: string, may: number, length: number])[];
  /** Which of the texts a file had that was stamped so. */
  readonly files: readonly (readonly [path: string, stamp: string, text: number])[];
  /** What folders held that were stamped so; names are parted by `/`. */
  readonly folders: readonly FolderRow[];
}

type FolderRow = readonly [
  path: string,
  stamp: string,
  rules: string,
  isReadAnew: number,
  files: string,
  folders: string,
];

/** A file as it was when its text was seen. */
interface SeenFile {
  readonly stamp: string;
  readonly key: string;
}

/** What the names of caches begin with. */
const KIND = 'facts-';

/**
 * What was read out of texts in earlier sessions, by the hash of the text: a workspace is parsed once, whichever branch
 * comes and goes. Of a file that is as it was, the text need not even be read to know which it is: to read and hash all was
 * half of an index from this cache.
 *
 * One file: a row of JSON that tells which texts there are, then their facts, each read when it is asked for. It is written
 * anew as a whole, with what this session used; what does not fit is as if it were not there.
 */
export class FactsCache implements KeptFolders {
  private readonly fresh = new Map<string, { outline?: TextOutline; facts?: FileFacts }>();
  private readonly used = new Set<string>();
  private readonly files = new Map<string, SeenFile>();
  private readonly folders = new Map<string, KeptFolder>();
  private isChanged = false;

  private constructor(
    private readonly file: string,
    private readonly kept: ReadonlyMap<string, Kept>,
    private readonly seen: ReadonlyMap<string, SeenFile>,
    private readonly listed: ReadonlyMap<string, KeptFolder>,
    private readonly data: Buffer,
    private readonly logger: Logger,
  ) {}

  /**
   * @param folder where caches lie.
   * @param workspace the folders whose texts these are.
   * @param build tells apart what other versions of Spanlight read out of the same text.
   */
  static async open(folder: string, workspace: readonly string[], build: string, logger: Logger): Promise<FactsCache> {
    const file = path.join(folder, KIND + cacheName([build, workspace]));
    try {
      const bytes = await readFile(file);
      const end = bytes.indexOf(10);
      const { dataBytes, texts, files, folders } = JSON.parse(bytes.toString('utf8', 0, end)) as Header;
      const data = bytes.subarray(end + 1);
      if (data.length !== dataBytes) throw new Error(`${data.length} bytes of ${dataBytes}`);
      const kept = new Map<string, Kept>();
      let offset = 0;
      for (const [key, names, bases, may, length] of texts) {
        kept.set(key, [
          { names: words(names), bases: words(bases), mayHaveFacts: (may & 1) > 0, mayAnswer: (may & 2) > 0 },
          offset,
          length,
        ]);
        offset += length;
      }
      const seen = new Map(files.map(([name, stamp, text]) => [name, { stamp, key: texts[text]![0] }]));
      const listed = new Map(
        folders.map(([name, stamp, rulesStamp, isReadAnew, inside, below]) => [
          name,
          { stamp, rulesStamp, isReadAnew: isReadAnew === 1, files: words(inside, '/'), folders: words(below, '/') },
        ]),
      );
      return new FactsCache(file, kept, seen, listed, data, logger);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
        logger.warn(`What was read of the workspace before cannot be used and is read again: ${describeError(error)}`);
      return new FactsCache(file, new Map(), new Map(), new Map(), Buffer.alloc(0), logger);
    }
  }

  /** What a text is known by. */
  static keyOf(language: Language, text: string): string {
    return `${language}:${createHash('sha1').update(text).digest('base64url')}`;
  }

  /** What the text of a file is known by that is as it was when it was seen. */
  keyOfFile(file: string, stamp: string): string | undefined {
    const seen = this.seen.get(file);
    if (seen?.stamp !== stamp) return undefined;
    this.files.set(file, seen);
    return seen.key;
  }

  /** From now on a file that is stamped so has this text. */
  noteFile(file: string, stamp: string, key: string): void {
    this.files.set(file, { stamp, key });
    this.isChanged = true;
  }

  folder(name: string): KeptFolder | undefined {
    return this.listed.get(name);
  }

  noteFolder(name: string, folder: KeptFolder): void {
    this.folders.set(name, folder);
    if (this.listed.get(name) !== folder) this.isChanged = true;
  }

  outline(key: string): TextOutline | undefined {
    const found = this.fresh.get(key)?.outline ?? this.kept.get(key)?.[0];
    if (found !== undefined) this.used.add(key);
    return found;
  }

  facts(key: string): FileFacts | undefined {
    const fresh = this.fresh.get(key)?.facts;
    const [, offset, length] = this.kept.get(key) ?? [undefined, 0, 0];
    if (fresh !== undefined || length === 0) return fresh;
    try {
      return JSON.parse(this.data.toString('utf8', offset, offset + length)) as FileFacts;
    } catch {
      return undefined;
    }
  }

  keepOutline(key: string, outline: TextOutline): void {
    this.used.add(key);
    this.fresh.set(key, { ...this.fresh.get(key), outline });
  }

  keepFacts(key: string, facts: FileFacts): void {
    this.fresh.set(key, { ...this.fresh.get(key), facts });
  }

  /** Writes what this session used. A disk that is full or read-only costs the next session its time, and is told. */
  async save(): Promise<void> {
    try {
      if (this.fresh.size === 0 && !this.isChanged) await touchKept(this.file);
      else await writeKept(this.file, KIND, Buffer.concat(this.whole()));
    } catch (error) {
      const folder = path.dirname(this.file);
      this.logger.warn(`What was read of the workspace cannot be kept in ${folder}: ${describeError(error)}`);
    }
  }

  private whole(): Buffer[] {
    const texts: Header['texts'][number][] = [];
    const pieces: Buffer[] = [];
    let dataBytes = 0;
    const numbers = new Map<string, number>();
    for (const key of this.used) {
      const outline = this.outline(key);
      if (outline === undefined) continue;
      numbers.set(key, texts.length);
      const { facts } = this.fresh.get(key) ?? {};
      const [, offset, length] = this.kept.get(key) ?? [undefined, 0, 0];
      const piece =
        facts === undefined ? this.data.subarray(offset, offset + length) : Buffer.from(JSON.stringify(facts));
      texts.push([
        key,
        outline.names.join(' '),
        outline.bases.join(' '),
        (outline.mayHaveFacts ? 1 : 0) | (outline.mayAnswer ? 2 : 0),
        piece.length,
      ]);
      pieces.push(piece);
      dataBytes += piece.length;
    }
    const files = [...this.files].flatMap(([name, { stamp, key }]) => {
      const text = numbers.get(key);
      return text === undefined ? [] : [[name, stamp, text] as const];
    });
    const folders = [...this.folders].map(
      ([name, { stamp, rulesStamp, isReadAnew, files: inside, folders: below }]) =>
        [name, stamp, rulesStamp, isReadAnew ? 1 : 0, inside.join('/'), below.join('/')] as const,
    );
    return [Buffer.from(`${JSON.stringify({ dataBytes, texts, files, folders } satisfies Header)}\n`), ...pieces];
  }
}

function words(text: string, between = ' '): readonly string[] {
  return text === '' ? [] : text.split(between);
}
