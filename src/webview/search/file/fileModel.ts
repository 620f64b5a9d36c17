import { Emitter } from '../../../base/event';
import type { FileContents, SearchCure } from '../../../protocol/searchView';
import { ResultsModel, type RunLater } from '../results/resultsModel';

export type FileState =
  /** Bytes; 0 of 0 until it is known how many there are. */
  | { readonly kind: 'reading'; readonly read: number; readonly of: number }
  | { readonly kind: 'failed'; readonly message: string; readonly cures: readonly SearchCure[] }
  | { readonly kind: 'read'; readonly contents: FileContents };

/** A trace file that is read, and its traces. Knows nothing of the DOM. */
export class FileModel {
  state: FileState = { kind: 'reading', read: 0, of: 0 };
  readonly results: ResultsModel;
  private readonly emitter = new Emitter<void>();
  readonly onDidChange = this.emitter.event;

  /** @param later runs something after so many milliseconds. */
  constructor(later: RunLater) {
    this.results = new ResultsModel(later);
    // What a file is opened for is mostly what is slow.
    this.results.sort = 'slowest';
  }

  show(state: FileState): void {
    if (state.kind === 'read') this.results.replace(state.contents.items);
    this.state = state;
    this.emitter.fire();
  }
}
