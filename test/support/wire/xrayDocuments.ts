/** A segment document, as far as the stand-in for X-Ray and the model of its losses look into it. */
export interface Segment {
  readonly id: string;
  readonly trace_id: string;
  readonly parent_id?: string;
  readonly name: string;
  readonly type?: 'subsegment';
  readonly namespace?: string;
  readonly start_time: number;
  readonly end_time: number;
  readonly error?: boolean;
  readonly fault?: boolean;
  readonly throttle?: boolean;
  readonly http?: { readonly response?: { readonly status?: number } };
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** One trace of X-Ray: its documents as they were sent, and read. */
export interface StoredTrace {
  readonly id: string;
  readonly documents: readonly string[];
  readonly segments: readonly Segment[];
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

/** Documents by their traces, the latest start first. */
export function storedTraces(documents: readonly string[]): StoredTrace[] {
  const traces = new Map<string, { documents: string[]; segments: Segment[] }>();
  for (const document of documents) {
    const segment = JSON.parse(document) as Segment;
    const trace = traces.get(segment.trace_id) ?? { documents: [], segments: [] };
    trace.documents.push(document);
    trace.segments.push(segment);
    traces.set(segment.trace_id, trace);
  }
  return [...traces]
    .map(([id, trace]) => ({
      ...{ id, ...trace },
      start: Math.min(...trace.segments.map((segment) => segment.start_time)),
      end: Math.max(...trace.segments.map((segment) => segment.end_time)),
    }))
    .sort((a, b) => b.start - a.start);
}

/** The segment that a document belongs to: itself, or the nearest one above; undefined where the way up is broken. */
export function segmentAbove<T extends { readonly id: string; readonly parent_id?: string; readonly type?: string }>(
  own: T,
  byId: ReadonlyMap<string, T>,
): T | undefined {
  let current: T | undefined = own;
  for (let steps = 0; current?.type === 'subsegment' && steps <= byId.size; steps++) {
    current = current.parent_id === undefined ? undefined : byId.get(current.parent_id);
  }
  return current?.type === 'subsegment' ? undefined : current;
}

/** What X-Ray's map shows as a node: a segment, or what was called and sends nothing itself. */
export interface XrayNode {
  readonly segment: Segment;
  readonly name: string;
  readonly type: string | undefined;
  /** The segment that called it; undefined for what clients call. */
  readonly caller: Segment | undefined;
}

export function nodesOf({ segments }: StoredTrace): XrayNode[] {
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  const called = new Set(segments.filter(({ type }) => type === undefined).map((segment) => segment.parent_id));
  return segments.flatMap((segment): XrayNode[] => {
    const parent = segment.parent_id === undefined ? undefined : byId.get(segment.parent_id);
    const caller = parent && segmentAbove(parent, byId);
    const { name, type, namespace, id } = segment;
    if (type === undefined) return [{ segment, name, type: undefined, caller }];
    return namespace === 'remote' && !called.has(id) ? [{ segment, name, type: 'remote', caller }] : [];
  });
}
