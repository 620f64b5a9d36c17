import type { WorkspaceFiles } from '../workspace/workspaceFiles';

/** Reads a file of a kind that no grammar is for. @param path absolute. */
export type FileParser<T> = (text: string, path: string) => T;

/** What evidence makes of files that are not source (templates, route files, `.proto`): made once, until they change. */
export class ParsedFiles {
  private readonly known = new Map<string, Map<FileParser<unknown>, Promise<unknown>>>();

  constructor(private readonly files: WorkspaceFiles) {}

  /** What a parser makes of a file, of no text where it cannot be read. @param parse the same function each time. */
  get<T>(path: string, parse: FileParser<T>): Promise<T> {
    let ofFile = this.known.get(path);
    if (ofFile === undefined) this.known.set(path, (ofFile = new Map<FileParser<unknown>, Promise<unknown>>()));
    let parsed = ofFile.get(parse) as Promise<T> | undefined;
    if (parsed === undefined) {
      parsed = this.files.read(path).then((text = '') => parse(text, path));
      ofFile.set(parse, parsed);
    }
    return parsed;
  }

  /** The next question reads the file anew. */
  forget(path: string): void {
    this.known.delete(path);
  }
}
