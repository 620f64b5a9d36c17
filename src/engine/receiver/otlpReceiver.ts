import type { Logger } from '../../base/logger';
import type { OtlpSink } from '../../traces/ingest';
import { startReceiver } from '../../traces/receiver/receiver';
import type { ListeningReceiver, ListenOptions } from './receiverControl';

/** Starts the OTLP receiver. @throws SpanlightError if it cannot listen at all. */
export function listenForOtlp(options: ListenOptions, sink: OtlpSink, logger: Logger): Promise<ListeningReceiver> {
  return startReceiver({ ...options, sink, logger });
}
