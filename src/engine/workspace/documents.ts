import { TextDocuments, TextDocumentSyncKind, type Connection } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Disposable } from '../../base/disposable';
import { pathOfUri } from './uris';

/** While somebody types, a text is read again this long after the last key. */
const TYPING_PAUSE_MS = 300;

export const DOCUMENT_SYNC = TextDocumentSyncKind.Incremental;

/** The open documents of the workspace's files, and what reads them. */
export class Documents implements Disposable {
  private readonly documents = new TextDocuments(TextDocument);
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  /** @param changed told of a file's text, or (undefined) that it was closed. */
  constructor(private readonly changed: (file: string, text: string | undefined) => void) {
    this.documents.onDidChangeContent(({ document }) => this.later(document));
    this.documents.onDidClose(({ document }) => this.closed(document.uri));
  }

  /** Begins to listen. Call once. */
  listen(connection: Connection): void {
    this.documents.listen(connection);
  }

  isOpen(file: string): boolean {
    return this.documents.all().some((document) => pathOfUri(document.uri) === file);
  }

  /** The files that are open. */
  get files(): ReadonlySet<string> {
    return new Set(this.documents.all().flatMap(({ uri }) => pathOfUri(uri) ?? []));
  }

  /** The text of an open document. */
  textOf(file: string): string | undefined {
    return this.documents
      .all()
      .find((document) => pathOfUri(document.uri) === file)
      ?.getText();
  }

  /** Tells of all open documents anew: somebody else reads them now. */
  tellAll(): void {
    for (const document of this.documents.all()) this.tell(document);
  }

  /** Tells of a document's edits at once instead of after the pause. */
  flush(uri: string): void {
    if (!this.waiting.has(uri)) return;
    const document = this.documents.get(uri);
    if (document !== undefined) this.tell(document);
  }

  /** Length of a line without its end; undefined if the document is not open or has no such line. */
  lineLength(uri: string, line: number): number | undefined {
    const document = this.documents.get(uri);
    if (document === undefined || line >= document.lineCount) return undefined;
    const start = { line, character: 0 };
    const text = document.getText({ start, end: { line: line + 1, character: 0 } });
    return text.replace(/[\r\n]+$/, '').length;
  }

  dispose(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  private later(document: TextDocument): void {
    clearTimeout(this.waiting.get(document.uri));
    const timer = setTimeout(() => this.tell(document), TYPING_PAUSE_MS);
    this.waiting.set(document.uri, timer);
  }

  private tell(document: TextDocument): void {
    clearTimeout(this.waiting.get(document.uri));
    this.waiting.delete(document.uri);
    const file = pathOfUri(document.uri);
    if (file !== undefined) this.changed(file, document.getText());
  }

  private closed(uri: string): void {
    clearTimeout(this.waiting.get(uri));
    this.waiting.delete(uri);
    const file = pathOfUri(uri);
    if (file !== undefined) this.changed(file, undefined);
  }
}
