import { describeError } from '../../base/errors';
import type { SpanDetailsView } from '../../protocol/traceView';

export type DetailsState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'loaded'; readonly details: SpanDetailsView };

const KEPT = 100;
const LOADING: DetailsState = { kind: 'loading' };

/** Asks for a span's details once and keeps the last hundred. */
export class SpanDetailsCache {
  private readonly states = new Map<number, DetailsState>();

  /** @param ask the host; @param changed is told when an answer came. */
  constructor(
    private readonly ask: (row: number) => Promise<SpanDetailsView>,
    private readonly changed: (row: number) => void,
  ) {}

  /** What is known now, without asking. */
  peek(row: number): DetailsState {
    return this.states.get(row) ?? LOADING;
  }

  /** Asks unless it is known or under way; a failure is asked again. */
  load(row: number): void {
    const known = this.states.get(row);
    if (known !== undefined && known.kind !== 'failed') return;
    this.states.delete(row);
    this.states.set(row, LOADING);
    for (const oldest of this.states.keys()) {
      if (this.states.size <= KEPT) break;
      this.states.delete(oldest);
    }
    this.ask(row).then(
      (details) => this.settle(row, { kind: 'loaded', details }),
      (error: unknown) => this.settle(row, { kind: 'failed', message: describeError(error) }),
    );
  }

  private settle(row: number, state: DetailsState): void {
    this.states.set(row, state);
    this.changed(row);
  }
}
