import type { LintFile, LintFiles, LintText } from '../../lint/lintFiles';

/** The files of a workspace, noting of which of them the content is asked for. */
export class NotedFiles implements LintFiles {
  /** Absolute paths, also of what is not there. */
  readonly noted = new Set<string>();

  constructor(private readonly files: LintFiles) {}

  all(): Iterable<LintFile> {
    return this.files.all();
  }

  get(path: string): LintFile | undefined {
    return this.files.get(path);
  }

  read(path: string, maxBytes?: number): Promise<string | undefined> {
    this.noted.add(path);
    return this.files.read(path, maxBytes);
  }

  load(path: string, maxBytes?: number): Promise<LintText> {
    this.noted.add(path);
    return this.files.load(path, maxBytes);
  }

  loadIf(path: string, matters: (bytes: Uint8Array) => boolean): Promise<LintText | undefined> {
    this.noted.add(path);
    return this.files.loadIf(path, matters);
  }
}
