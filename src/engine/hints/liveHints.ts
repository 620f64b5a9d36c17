import { fileHints, sameHints } from '../../hints/fileHints';
import type { Hint, HintSettings } from '../../model/hint';
import type { OperationBoard } from '../boards/operationBoard';

/** Files that the host draws hints in; far more than anybody has on screen. */
const MOST_FILES = 200;

interface Shown {
  /** As the host spelled it. */
  readonly uri: string;
  hints: readonly Hint[];
}

/** Remembers what the host was told per file, and finds the files whose words differ now. */
export class LiveHints {
  private readonly shown = new Map<string, Shown>();

  constructor(
    private readonly board: OperationBoard,
    private readonly settings: () => HintSettings,
  ) {}

  /** The hints of a file; from now on changes of it are told. */
  of(file: string, uri: string): readonly Hint[] {
    const hints = fileHints(this.board.inFile(file), this.settings());
    this.shown.delete(file);
    this.shown.set(file, { uri, hints });
    if (this.shown.size > MOST_FILES) this.shown.delete(this.shown.keys().next().value!);
    return hints;
  }

  /** The file is not on screen any more. */
  forget(file: string): void {
    this.shown.delete(file);
  }

  /** The URIs of the files whose hints are not what the host was told last. */
  changed(): string[] {
    const uris: string[] = [];
    for (const [file, entry] of this.shown) {
      const hints = fileHints(this.board.inFile(file), this.settings());
      if (sameHints(hints, entry.hints)) continue;
      entry.hints = hints;
      uris.push(entry.uri);
    }
    return uris;
  }
}
