import type { EventOfSpan, RecordEvent } from './spanRecord';

/** Events that came by themselves, by the ids of trace and span with a blank between them; of each span in order of time. */
export function eventsBySpan(events: Iterable<EventOfSpan>): ReadonlyMap<string, readonly RecordEvent[]> {
  const bySpan = new Map<string, RecordEvent[]>();
  for (const { traceId, spanId, event } of events) {
    const key = `${traceId} ${spanId}`;
    bySpan.set(key, [...(bySpan.get(key) ?? []), event]);
  }
  for (const own of bySpan.values()) own.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
  return bySpan;
}
