import type { TraceId } from '../../model/ids';
import { SPAN_KINDS } from '../../model/operation';
import { ROW, type Trace } from '../../model/trace';

/** A span by its time, for asking what ran while it ran. Nanoseconds since 1970, which doubles hold to some 200 ns. */
export interface Timed {
  readonly from: number;
  readonly to: number;
  readonly traceId: TraceId;
}

/** A span of a message. */
export interface Message extends Timed {
  /** The topic or queue; undefined where the span does not say. */
  readonly destination: string | undefined;
}

/** Spans kept for one question and service: more say nothing new. */
const MOST_SPANS = 20_000;

/** What traces say of one service, as far as it bears on whether it passes the context on. */
export class ServiceWitness {
  /** Instrumentation scopes of its spans, with how many. */
  readonly scopes = new Map<string, number>();
  /** The same for its spans of kind CLIENT alone. */
  readonly clientScopes = new Map<string, number>();
  /**
   * Spans of kind SERVER with a parent in another service; and without any parent or link, which would be meant, and that no
   * browser asked for: a page begins its requests while other services are at work for it, too.
   */
  servedWithCaller = 0;
  readonly servedAsRoots: Timed[] = [];
  /** Spans of kind CLIENT with a child in another service; and those alone, that are no database's. */
  answeredCalls = 0;
  readonly lonelyCalls: Timed[] = [];
  /** What the service was asked for: spans of kind SERVER that nothing of its own began. */
  readonly requests: Timed[] = [];
  /** Spans of kind CONSUMER; and those without a parent or a link. */
  readonly received: Timed[] = [];
  readonly receivedAlone: Message[] = [];
  /** Spans without a parent or a link, of kind CLIENT and INTERNAL. */
  readonly clientRoots: Timed[] = [];
  readonly internalRoots: Timed[] = [];
  /** Spans of kind PRODUCER that a consumer continues or links to; and the others. */
  readonly continuedMessages: Message[] = [];
  readonly lonelyMessages: Message[] = [];
  /** Spans that are nobody's child in the service: when it was at work. */
  readonly work: Timed[] = [];

  constructor(readonly service: string) {}
}

/** Gathers from traces what lint asks them. */
export class TraceWitness {
  private readonly services = new Map<string, ServiceWitness>();
  /** Spans that a span of kind CONSUMER links to, as `trace/span`. */
  private readonly linked = new Set<string>();
  private readonly producers: { readonly key: string; readonly span: Message; readonly of: ServiceWitness }[] = [];

  /** All services seen so far. */
  get all(): readonly ServiceWitness[] {
    this.settleMessages();
    return [...this.services.values()];
  }

  add(trace: Trace): void {
    const foreignChild = childrenElsewhere(trace);
    for (let row = 0; row < trace.count; row++) this.addSpan(trace, row, foreignChild[row] === 1);
  }

  private addSpan(trace: Trace, row: number, hasForeignChild: boolean): void {
    const witness = this.witness(trace.services[trace.service[row]!]!);
    const kind = SPAN_KINDS[trace.kind[row]!];
    const { scope, attributes } = trace.operationKeys[trace.operation[row]!]!;
    count(witness.scopes, scope);
    const parent = trace.parent[row]!;
    const isForeign = parent >= 0 && trace.service[parent] !== trace.service[row];
    // An orphan has a parent that is not here: neither a root nor somebody's child.
    const isTop = parent < 0 && (trace.flags[row]! & (ROW.orphan | ROW.cycle)) === 0;
    // Who links instead of having a parent means to, as at a public endpoint or for a batch.
    const isRoot = isTop && trace.linkCount[row]! === 0;
    const span = timed(trace, row);
    if (isTop || isForeign) keep(witness.work, span);
    if (kind === 'SERVER') {
      if (isTop || isForeign) keep(witness.requests, span);
      if (isForeign) witness.servedWithCaller++;
      else if (isRoot && !isAskedByBrowser(trace, row)) keep(witness.servedAsRoots, span);
    } else if (kind === 'CLIENT') {
      count(witness.clientScopes, scope);
      const isDatabase = attributes.get('db.system') !== undefined || attributes.get('db.system.name') !== undefined;
      if (isRoot) keep(witness.clientRoots, span);
      if (hasForeignChild) witness.answeredCalls++;
      else if (!isDatabase) keep(witness.lonelyCalls, span);
    } else if (kind === 'PRODUCER') {
      const message = { ...span, destination: destinationOf(attributes) };
      if (hasForeignChild) keep(witness.continuedMessages, message);
      else if (this.producers.length < MOST_SPANS) {
        this.producers.push({ key: `${trace.id}/${trace.spanId(row) ?? ''}`, span: message, of: witness });
      }
    } else if (kind === 'INTERNAL' && isRoot) keep(witness.internalRoots, span);
    if (kind !== 'CONSUMER') return;
    keep(witness.received, span);
    if (isRoot) keep(witness.receivedAlone, { ...span, destination: destinationOf(attributes) });
    if (trace.linkCount[row]! > 0) this.addLinks(trace, row);
  }

  private addLinks(trace: Trace, row: number): void {
    if (this.linked.size >= MOST_SPANS) return;
    for (const { traceId, spanId } of trace.details(row).links) this.linked.add(`${traceId ?? ''}/${spanId ?? ''}`);
  }

  /** Which messages were linked to is known when all traces are in. */
  private settleMessages(): void {
    for (const { key, span, of } of this.producers.splice(0)) {
      keep(this.linked.has(key) ? of.continuedMessages : of.lonelyMessages, span);
    }
  }

  private witness(service: string): ServiceWitness {
    let known = this.services.get(service);
    if (known === undefined) this.services.set(service, (known = new ServiceWitness(service)));
    return known;
  }
}

/** 1 for each row that has a child in another service. */
function childrenElsewhere(trace: Trace): Uint8Array {
  const found = new Uint8Array(trace.count);
  for (let row = 0; row < trace.count; row++) {
    const parent = trace.parent[row]!;
    if (parent >= 0 && trace.service[parent] !== trace.service[row]) found[parent] = 1;
  }
  return found;
}

/** Browsers all begin with the name of the first of them (RFC 9110, 10.1.5, and what they send). */
const BROWSER = /^Mozilla\//;

function isAskedByBrowser(trace: Trace, row: number): boolean {
  const { attributes } = trace.details(row);
  return ['user_agent.original', 'http.user_agent'].some((key) => {
    const value = attributes.get(key);
    return typeof value === 'string' && BROWSER.test(value);
  });
}

function timed(trace: Trace, row: number): Timed {
  const from = Number(trace.startNs) + trace.start[row]!;
  return { from, to: from + trace.duration[row]!, traceId: trace.id };
}

function destinationOf(attributes: ReadonlyMap<string, unknown>): string | undefined {
  for (const key of ['messaging.destination.name', 'messaging.destination']) {
    const name = attributes.get(key);
    if (typeof name === 'string') return name;
  }
  return undefined;
}

function keep<T extends Timed>(list: T[], span: T): void {
  if (list.length < MOST_SPANS) list.push(span);
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
