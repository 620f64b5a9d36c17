import path from 'node:path';
import type { LintFile, LintFiles, LintText } from '../../../../src/lint/lintFiles';

/** The folder that the files of a test lie in; nothing is there on disk. */
export const PROJECT = path.resolve('/project');

/** Files given as text, by their paths relative to {@link PROJECT} with `/`. */
export class MemoryFiles implements LintFiles {
  private readonly known = new Map<string, { file: LintFile; text: string }>();

  constructor(files: Readonly<Record<string, string>>) {
    for (const [relative, text] of Object.entries(files)) {
      const full = path.join(PROJECT, relative);
      this.known.set(full, { file: { path: full, folder: PROJECT, relative }, text });
    }
  }

  /** Gives a file another text; its absolute path. */
  change(relative: string, text: string): string {
    const full = path.join(PROJECT, relative);
    this.known.set(full, { file: { path: full, folder: PROJECT, relative }, text });
    return full;
  }

  *all(): Generator<LintFile> {
    for (const { file } of this.known.values()) yield file;
  }

  get(file: string): LintFile | undefined {
    return this.known.get(file)?.file;
  }

  read(file: string, maxBytes = Infinity): Promise<string | undefined> {
    const text = this.known.get(file)?.text;
    return Promise.resolve(text !== undefined && text.length <= maxBytes ? text : undefined);
  }

  async load(file: string, maxBytes = Infinity): Promise<LintText> {
    const text = await this.read(file, maxBytes);
    if (text !== undefined) return { text };
    return { why: this.known.has(file) ? `larger than ${maxBytes} bytes` : 'gone' };
  }

  async loadIf(file: string, matters: (bytes: Uint8Array) => boolean): Promise<LintText | undefined> {
    const loaded = await this.load(file);
    return loaded.text === undefined || matters(Buffer.from(loaded.text)) ? loaded : undefined;
  }
}

/** A path as the test wrote it. */
export function relativeToProject(file: string): string {
  return path.relative(PROJECT, file).split(path.sep).join('/');
}
