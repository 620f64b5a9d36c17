import { ROW, type AttributeView, type SpanDetailsView, type TraceView } from '../../../src/protocol/traceView';

/** A span as tests write it; times in milliseconds from the trace's start. */
export interface SpanSpec {
  readonly name: string;
  readonly service: string;
  readonly start: number;
  readonly length: number;
  /** OTLP SpanKind; default internal. */
  readonly kind?: number;
  readonly error?: string;
  readonly mapped?: string;
  readonly flags?: number;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  readonly events?: SpanDetailsView['events'];
  readonly logs?: SpanDetailsView['logs'];
  readonly links?: SpanDetailsView['links'];
  readonly suspects?: SpanDetailsView['suspects'];
  readonly children?: readonly SpanSpec[];
}

/** A trace as the host has it: the columns to show, and the specs its details are made from. */
export interface BuiltTrace {
  readonly view: TraceView;
  readonly specs: readonly SpanSpec[];
}

export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const START_MS = Date.UTC(2026, 4, 12, 9, 30, 12, 418);
const MS = 1e6;

/** Lays specs out in pre-order, iteratively: test trees are as deep as real ones. */
export function buildTrace(roots: readonly SpanSpec[], notices: readonly string[] = []): BuiltTrace {
  const specs: SpanSpec[] = [];
  const parents: number[] = [];
  const stack = [...roots].reverse().map((spec) => ({ spec, parent: -1 }));
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const row = specs.push(next.spec) - 1;
    parents.push(next.parent);
    for (const child of [...(next.spec.children ?? [])].reverse()) stack.push({ spec: child, parent: row });
  }
  return { view: viewOf(specs, parents, notices), specs };
}

function viewOf(specs: readonly SpanSpec[], parents: readonly number[], notices: readonly string[]): TraceView {
  const count = specs.length;
  const services: string[] = [];
  const names: string[] = [];
  const serviceIndex = new Map<string, number>();
  const nameIndex = new Map<string, number>();
  const columns = emptyColumns(count);
  specs.forEach((spec, row) => {
    const parent = parents[row]!;
    columns.start[row] = spec.start * MS;
    columns.duration[row] = spec.length * MS;
    columns.self[row] = spec.length * MS;
    columns.parent[row] = parent;
    columns.depth[row] = parent < 0 ? 0 : columns.depth[parent]! + 1;
    columns.kind[row] = spec.kind ?? 1;
    columns.status[row] = spec.error === undefined ? 0 : 2;
    columns.flags[row] = (spec.flags ?? 0) | (spec.mapped === undefined ? 0 : ROW.mapped);
    columns.service[row] = indexIn(services, serviceIndex, spec.service);
    columns.name[row] = indexIn(names, nameIndex, spec.name);
    columns.eventCount[row] = spec.events?.length ?? 0;
    columns.linkCount[row] = spec.links?.length ?? 0;
    new DataView(columns.spanIds.buffer).setUint32(row * 8 + 4, row + 1);
  });
  for (let row = count - 1; row >= 0; row--) {
    columns.subtreeEnd[row] = Math.max(columns.subtreeEnd[row]!, row + 1);
    const parent = parents[row]!;
    if (parent < 0) continue;
    columns.subtreeEnd[parent] = Math.max(columns.subtreeEnd[parent]!, columns.subtreeEnd[row]!);
    columns.self[parent] = Math.max(0, columns.self[parent]! - columns.duration[row]!);
  }
  let end = 0;
  for (let row = 0; row < count; row++) end = Math.max(end, columns.start[row]! + columns.duration[row]!);
  return {
    traceId: TRACE_ID,
    count,
    startMs: START_MS,
    startNs: `${START_MS}000000`,
    durationNs: end,
    services,
    names,
    columns,
    criticalPath: lastChildPath(columns, count),
    notices,
  };
}

function emptyColumns(count: number) {
  return {
    start: new Float64Array(count),
    duration: new Float64Array(count),
    self: new Float64Array(count),
    parent: new Int32Array(count),
    depth: new Uint32Array(count),
    subtreeEnd: new Uint32Array(count),
    kind: new Uint8Array(count),
    status: new Uint8Array(count),
    flags: new Uint16Array(count),
    service: new Uint32Array(count),
    name: new Uint32Array(count),
    eventCount: new Uint16Array(count),
    linkCount: new Uint16Array(count),
    spanIds: new Uint8Array(count * 8),
  };
}

function indexIn(list: string[], known: Map<string, number>, text: string): number {
  const at = known.get(text) ?? list.push(text) - 1;
  known.set(text, at);
  return at;
}

/** A critical path good enough to look at: from the end backwards, always into the child that ended last. */
function lastChildPath(columns: TraceView['columns'], count: number): TraceView['criticalPath'] {
  const row: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const end = (at: number) => columns.start[at]! + columns.duration[at]!;
  const stack = count > 0 ? [{ at: 0, until: end(0) }] : [];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    let until = next.until;
    const children: number[] = [];
    for (let child = next.at + 1; child < columns.subtreeEnd[next.at]!; child = columns.subtreeEnd[child]!)
      children.push(child);
    for (const child of children.sort((a, b) => end(b) - end(a))) {
      if (end(child) > until || columns.start[child]! >= until) continue;
      row.push(next.at);
      from.push(end(child));
      to.push(until);
      stack.push({ at: child, until: end(child) });
      until = columns.start[child]!;
    }
    row.push(next.at);
    from.push(columns.start[next.at]!);
    to.push(until);
  }
  return { row: Uint32Array.from(row), from: Float64Array.from(from), to: Float64Array.from(to) };
}

/** What the engine would answer for a row. */
export function detailsOf({ view, specs }: BuiltTrace, row: number): SpanDetailsView {
  const spec = specs[row];
  if (spec === undefined) throw new Error('This trace is not kept any more, so its details cannot be shown.');
  const { columns } = view;
  const parent = columns.parent[row]!;
  return {
    row,
    spanId: spanId(row),
    parentSpanId: parent < 0 ? '' : spanId(parent),
    name: spec.name,
    service: spec.service,
    kind: 'internal',
    startNs: String(BigInt(view.startNs) + BigInt(columns.start[row]!)),
    endNs: String(BigInt(view.startNs) + BigInt(columns.start[row]! + columns.duration[row]!)),
    traceState: '',
    statusMessage: spec.error ?? '',
    attributes: attributes(spec.attributes ?? {}),
    resource: attributes({
      'service.name': spec.service,
      'service.version': '1.4.2',
      'host.name': 'dev-laptop',
      'process.pid': 4211,
      'telemetry.sdk.language': 'nodejs',
    }),
    scope: { name: '@opentelemetry/instrumentation-http', version: '0.203.0', attributes: [] },
    events: spec.events ?? [],
    links: spec.links ?? [],
    logs: spec.logs ?? [],
    dropped: { attributes: 0, events: 0, links: 0 },
    ...(spec.suspects === undefined ? {} : { suspects: spec.suspects }),
    source:
      spec.mapped === undefined
        ? { reason: 'No code of this workspace makes this span: it comes from a library.' }
        : {
            uri: 'file:///workspace/shop/src/orders.controller.ts',
            line: 41,
            symbol: spec.mapped,
            why: 'matched by route POST /orders, 0.92',
          },
  };
}

/** Rows whose attributes have `key` with `value`; any value if it is empty. */
export function rowsWith({ specs }: BuiltTrace, key: string, value: string): Uint32Array {
  return Uint32Array.from(
    specs.flatMap((spec, row) => {
      const has = spec.attributes?.[key];
      return has !== undefined && (value === '' || String(has) === value) ? [row] : [];
    }),
  );
}

function spanId(row: number): string {
  return (row + 1).toString(16).padStart(16, '0');
}

/** Attributes as the engine shows them. */
export function attributes(values: Readonly<Record<string, string | number | boolean>>): AttributeView[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: String(value),
    type:
      typeof value === 'number'
        ? Number.isInteger(value)
          ? 'int'
          : 'double'
        : typeof value === 'boolean'
          ? 'bool'
          : 'string',
  }));
}
