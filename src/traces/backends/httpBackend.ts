import type { TraceId } from '../../model/ids';
import type { TimeWindow } from '../../model/time';
import type { Trace } from '../../model/trace';
import type { BackendDeps, ConnectionStep } from './backend';
import { testConnection, type TestedSource } from './connectionTest';
import { lookback } from './lookback';
import type { SpanCollector } from './spanCollector';
import type { BackendHttp } from './transport/backendHttp';
import type { BackendTraffic } from './transport/traffic';

/** What backends do alike, however they are asked. */
export abstract class HttpBackend {
  readonly name: string;
  /** Epoch milliseconds. */
  protected readonly now: () => number;
  /** A line in the log about what it answered. */
  protected readonly warn: (reason: string) => void;
  /** All that is asked of it goes through this. */
  protected abstract readonly http: Pick<BackendHttp, 'traffic' | 'dispose'>;

  constructor({ name }: { readonly name: string }, { now = Date.now, logger }: Pick<BackendDeps, 'now' | 'logger'>) {
    this.name = name;
    this.now = now;
    this.warn = (reason) => logger.warn(`${name}: ${reason}`);
  }

  get traffic(): BackendTraffic {
    return this.http.traffic;
  }

  testConnection(this: HttpBackend & TestedSource, signal: AbortSignal): AsyncIterable<ConnectionStep> {
    return testConnection(this, signal, this.now());
  }

  dispose(): void {
    this.http.dispose();
  }

  /** The latest part of the past, so many milliseconds of it. */
  protected lookback(milliseconds: number): TimeWindow {
    return lookback(this.now(), milliseconds);
  }

  /** A trace of what was collected; spans that could not be read are told in the log. */
  protected collected(collector: SpanCollector, id: TraceId): Trace | undefined {
    const trace = collector.trace(id);
    if (collector.rejection !== undefined) this.warn(collector.rejection);
    return trace;
  }
}
