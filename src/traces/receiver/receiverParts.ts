import type { Logger } from '../../base/logger';
import type { OtlpSink } from '../ingest';
import type { BodyBudget } from './bodyBudget';
import type { ConnectionLimits } from './connections';
import type { ReceiverCounters } from './counters';

/** What both protocols share. */
export interface ReceiverParts {
  readonly host: string;
  readonly sink: OtlpSink;
  readonly counters: ReceiverCounters;
  readonly budget: BodyBudget;
  readonly limits: ConnectionLimits;
  readonly logger: Logger;
  /** Fires when the receiver closes. */
  readonly stop: AbortSignal;
}
