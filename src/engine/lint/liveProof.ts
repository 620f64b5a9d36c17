import type { Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import { Emitter } from '../../base/event';
import type { Logger } from '../../base/logger';
import type { Proof } from '../../lint/proof/provenFindings';
import { TraceWitness } from '../../lint/proof/traceWitness';
import type { Trace } from '../../model/trace';
import type { TraceId } from '../../model/ids';
import type { TraceQuery, TraceSummary } from '../../model/traceSource';
import { Pulse } from '../pulse';

/** Traces are heard this often at most, and so many of the latest. */
const INTERVAL_MS = 20_000;
const MOST_TRACES = 1_000;
/** Larger traces are batch runs: seldom telling, and long to go through. */
const MOST_SPANS = 10_000;

export interface LiveProofOptions {
  readonly logger: Logger;
  /** The traces that this editor received; a backend's are not fetched for lint. */
  readonly search: (query: TraceQuery, signal: AbortSignal) => AsyncIterable<TraceSummary>;
  readonly traceAtHand: (id: TraceId) => Trace | undefined;
  readonly folderOf: (service: string) => string | undefined;
  /** Whether there is anything that traces could prove or refute. */
  readonly isNeeded: () => boolean;
}

/** Traces of this editor as witnesses of lint's findings, gathered anew while traces come and findings stand. */
export class LiveProof implements Disposable {
  private readonly changed = new Emitter<void>();
  private readonly pulse = new Pulse(INTERVAL_MS, () => void this.gather());
  private readonly abort = new AbortController();
  private latest: Proof | undefined;

  /** Other traces are heard now. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly options: LiveProofOptions) {}

  /** What was heard last; undefined while nothing was. */
  get current(): Proof | undefined {
    return this.latest;
  }

  /** Spans came or went. Cheap: called for every batch of them. */
  spansChanged(): void {
    if (this.options.isNeeded()) this.pulse.request();
  }

  dispose(): void {
    this.abort.abort();
    this.pulse.dispose();
    this.changed.dispose();
  }

  private async gather(): Promise<void> {
    const { logger, search, traceAtHand, folderOf } = this.options;
    const { signal } = this.abort;
    try {
      const witness = new TraceWitness();
      for await (const { traceId, spanCount } of search({ text: '{}', limit: MOST_TRACES }, signal)) {
        const trace = spanCount > MOST_SPANS ? undefined : traceAtHand(traceId);
        if (trace !== undefined) witness.add(trace);
      }
      this.latest = { services: witness.all, folderOf };
      this.changed.fire();
    } catch (error) {
      if (!signal.aborted) logger.warn(`Traces cannot be heard about lint's findings: ${describeError(error)}`);
    }
  }
}
