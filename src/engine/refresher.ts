import type { Disposable } from '../base/disposable';
import type { OperationStats } from '../model/operation';
import type { EngineNotifications, EngineStatus } from '../protocol/engine';
import type { LiveHints } from './hints/liveHints';
import type { OperationBoard } from './boards/operationBoard';
import { Pulse } from './pulse';

/** What is shown changes at most this often. */
const INTERVAL_MS = 1_000;
/** Without news the window still moves on, by whole minutes. */
const WINDOW_MOVES_MS = 15_000;
/** An answer is fresh with statistics of this age, or older where taking them costs more than a tenth of the time. */
const FRESH_MS = 200;
const REST_FACTOR = 10;

/** Sends a notification to the host. */
export type Notify = <M extends keyof EngineNotifications>(method: M, params: EngineNotifications[M]) => void;

export interface RefresherParts {
  readonly board: OperationBoard;
  readonly live: LiveHints;
  /** The statistics of the window as of now. */
  readonly operations: () => readonly OperationStats[];
  readonly status: () => EngineStatus;
  readonly notify: Notify;
}

/** Once a second, if anything came: takes new statistics and tells the host what looks different now. */
export class Refresher implements Disposable {
  private readonly pulse = new Pulse(INTERVAL_MS, () => this.beat());
  private newSpans = false;
  private newPlaces = false;
  private lastUpdate = -Infinity;
  private lastCostMs = 0;
  /** Something was taken in for a request that the host has not been told of. */
  private untold = false;
  private lastStatus = '';

  constructor(private readonly parts: RefresherParts) {}

  /** Spans came, or settings changed what their statistics mean. Cheap: called for every batch of spans. */
  spansChanged(): void {
    this.newSpans = true;
    this.pulse.request();
  }

  placesChanged(): void {
    this.newPlaces = true;
    this.pulse.request();
  }

  statusChanged(): void {
    this.pulse.request();
  }

  /**
   * Takes in what came since the last beat, for a request whose answer should hold it; but not for every request anew
   * while spans pour in.
   */
  catchUp(): void {
    const age = performance.now() - this.lastUpdate;
    if (age >= Math.max(FRESH_MS, REST_FACTOR * this.lastCostMs) || this.parts.board.all.length === 0) this.takeIn();
    else if (this.newPlaces) this.regroup();
  }

  dispose(): void {
    this.pulse.dispose();
  }

  /** @returns whether anything came. */
  private takeIn(): boolean {
    const now = performance.now();
    const moved = now - this.lastUpdate >= WINDOW_MOVES_MS && this.parts.board.all.length > 0;
    if (!this.newSpans && !moved) return this.newPlaces && this.regroup();
    this.newSpans = false;
    this.newPlaces = false;
    this.lastUpdate = now;
    this.parts.board.update(this.parts.operations());
    this.lastCostMs = performance.now() - now;
    this.untold = true;
    return true;
  }

  private regroup(): boolean {
    this.newPlaces = false;
    this.parts.board.regroup();
    this.untold = true;
    return true;
  }

  private beat(): void {
    const { board, live, notify } = this.parts;
    if (this.takeIn() || this.untold) {
      this.untold = false;
      const uris = live.changed();
      if (uris.length > 0) notify('spanlight/hintsDidChange', { uris });
      notify('spanlight/servicesDidChange', null);
    }
    const status = this.parts.status();
    const words = JSON.stringify(status);
    if (words !== this.lastStatus) {
      this.lastStatus = words;
      notify('spanlight/statusDidChange', status);
    }
    if (board.all.length > 0) this.pulse.later(WINDOW_MOVES_MS);
  }
}
