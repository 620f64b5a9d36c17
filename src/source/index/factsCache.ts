import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { FileFacts, Language } from '../../syntax/facts';

/** What is found in a text without parsing it. */
export interface TextOutline {
  /** Names of the types, functions and constants it declares. */
  readonly names: readonly string[];
  /** Simple names of the types that its types extend. */
  readonly bases: readonly string[];
  /** Whether the prefilter of its language expects anything a span may point at. */
  readonly mayHaveFacts: boolean;
}

/** Where a text's facts are in the file; a length of 0 where they were never asked for. */
type Kept = readonly [outline: TextOutline, offset: number, length: number];

interface Header {
  readonly dataBytes: number;
  readonly texts: readonly (readonly [key: string, names: string, bases: string, may: 0 | 1, length: number])[];
}

/** Caches of other builds and of workspaces that are gone. */
const KEPT_MS = 30 * 24 * 3_600_000;

/**
 * What was read out of texts in earlier sessions, by the hash of the text: a workspace is parsed once, whichever branch
 * comes and goes. One file: a row of JSON that tells which texts there are, then their facts, each read when it is asked
 * for. It is written anew as a whole, with what this session used; what does not fit is as if it were not there.
 */
export class FactsCache {
  private readonly fresh = new Map<string, { outline?: TextOutline; facts?: FileFacts }>();
  private readonly used = new Set<string>();

  private constructor(
    private readonly file: string,
    private readonly kept: ReadonlyMap<string, Kept>,
    private readonly data: Buffer,
    private readonly logger: Logger,
  ) {}

  /**
   * @param folder where caches lie.
   * @param workspace the folders whose texts these are.
   * @param build tells apart what other versions of Spanlight read out of the same text.
   */
  static async open(folder: string, workspace: readonly string[], build: string, logger: Logger): Promise<FactsCache> {
    const name = createHash('sha1')
      .update(JSON.stringify([build, workspace]))
      .digest('hex')
      .slice(0, 20);
    const file = path.join(folder, `facts-${name}`);
    try {
      const bytes = await readFile(file);
      const end = bytes.indexOf(10);
      const { dataBytes, texts } = JSON.parse(bytes.toString('utf8', 0, end)) as Header;
      const data = bytes.subarray(end + 1);
      if (data.length !== dataBytes) throw new Error(`${data.length} bytes of ${dataBytes}`);
      const kept = new Map<string, Kept>();
      let offset = 0;
      for (const [key, names, bases, may, length] of texts) {
        kept.set(key, [{ names: words(names), bases: words(bases), mayHaveFacts: may === 1 }, offset, length]);
        offset += length;
      }
      return new FactsCache(file, kept, data, logger);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
        logger.warn(`What was read of the workspace before cannot be used and is read again: ${describeError(error)}`);
      return new FactsCache(file, new Map(), Buffer.alloc(0), logger);
    }
  }

  /** What a text is known by. */
  static keyOf(language: Language, text: string): string {
    return `${language}:${createHash('sha1').update(text).digest('base64url')}`;
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
    const folder = path.dirname(this.file);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (this.fresh.size === 0) {
        const now = new Date();
        await utimes(this.file, now, now);
        return;
      }
      const part = `${this.file}.${process.pid}`;
      await writeFile(part, Buffer.concat(this.whole()), { mode: 0o600 });
      await rename(part, this.file);
      await removeOld(folder);
    } catch (error) {
      this.logger.warn(`What was read of the workspace cannot be kept in ${folder}: ${describeError(error)}`);
    }
  }

  private whole(): Buffer[] {
    const texts: Header['texts'][number][] = [];
    const pieces: Buffer[] = [];
    let dataBytes = 0;
    for (const key of this.used) {
      const outline = this.outline(key);
      if (outline === undefined) continue;
      const { facts } = this.fresh.get(key) ?? {};
      const [, offset, length] = this.kept.get(key) ?? [undefined, 0, 0];
      const piece =
        facts === undefined ? this.data.subarray(offset, offset + length) : Buffer.from(JSON.stringify(facts));
      texts.push([key, outline.names.join(' '), outline.bases.join(' '), outline.mayHaveFacts ? 1 : 0, piece.length]);
      pieces.push(piece);
      dataBytes += piece.length;
    }
    return [Buffer.from(`${JSON.stringify({ dataBytes, texts } satisfies Header)}\n`), ...pieces];
  }
}

function words(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ');
}

async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (name.startsWith('facts-') && Date.now() - (await stat(file)).mtimeMs > KEPT_MS) await rm(file, { force: true });
  }
}
