import type { LintFile, LintFiles, LintText } from '../lintFiles';

/** The files of a workspace, some of them with a text that is tried out and is nowhere else. */
export class TrialFiles implements LintFiles {
  private readonly tried = new Map<string, string>();

  constructor(private readonly files: LintFiles) {}

  /** Lays a text over a file; undefined takes it away. */
  try(file: string, text: string | undefined): void {
    if (text === undefined) this.tried.delete(file);
    else this.tried.set(file, text);
  }

  all(): Iterable<LintFile> {
    return this.files.all();
  }

  get(path: string): LintFile | undefined {
    return this.files.get(path);
  }

  async read(path: string, maxBytes?: number): Promise<string | undefined> {
    return this.tried.get(path) ?? this.files.read(path, maxBytes);
  }

  async load(path: string, maxBytes?: number): Promise<LintText> {
    const text = this.tried.get(path);
    return text === undefined ? this.files.load(path, maxBytes) : { text };
  }

  async loadIf(path: string, matters: (bytes: Uint8Array) => boolean): Promise<LintText | undefined> {
    const text = this.tried.get(path);
    return text === undefined ? this.files.loadIf(path, matters) : { text };
  }
}
