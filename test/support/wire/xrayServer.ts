import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { refusalOf, type AcceptedKeys, type AwsRefusal } from './awsSignature';
import { nodesOf, storedTraces, type StoredTrace } from './xrayDocuments';
import { meets } from './xrayFilterLanguage';
import { listening } from './loopback';

/** What a {@link XrayWireServer} holds, and how it behaves. */
export interface XrayWireOptions {
  /** Segment documents, as PutTraceSegments takes them. */
  readonly documents: readonly string[];
  /** Documents that only Transaction Search has. */
  readonly retrievable?: readonly string[];
  /** Documents of traces that summaries list, and that BatchGetTraces does not have. */
  readonly listed?: readonly string[];
  readonly keys?: AcceptedKeys;
  readonly region?: string;
  /** Epoch milliseconds; `Date.now` where left out. */
  readonly now?: () => number;
  /** False where a gate stands before it, which changes the host that is signed. */
  readonly comparesSignatures?: boolean;
  /** Retrievals never come to an end. */
  readonly neverReady?: boolean;
}

/** A request as it arrived. */
export interface XrayCall {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** X-Ray as its API is described, on loopback; all that moto leaves out. */
export interface XrayWireServer {
  readonly url: string;
  readonly calls: readonly XrayCall[];
  /** What the next requests are answered with instead. */
  refuse(...refusals: readonly (AwsRefusal & { readonly status: number })[]): void;
  /** From now on it has these. */
  hold(documents: readonly string[]): void;
  close(): Promise<void>;
}

export const XRAY_KEYS: AcceptedKeys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalr/EXAMPLEKEY+of/tests',
};

const PAGE = 40;
/** Documents of one answer; a trace with more goes on with the next token. */
const DOCUMENTS_AT_ONCE = 12;
const MAX_WINDOW_S = 6 * 3600;

type Body = Readonly<Record<string, unknown>>;

/** Starts a {@link XrayWireServer}. Of every seventh trace the first question is put off, as under load. */
export async function startXrayWire(options: XrayWireOptions): Promise<XrayWireServer> {
  const calls: XrayCall[] = [];
  const refusals: (AwsRefusal & { readonly status: number })[] = [];
  let { documents } = options;
  let store = new XrayStore(options);
  const rules = {
    ...{ keys: options.keys ?? XRAY_KEYS, region: options.region ?? 'us-east-1', service: 'xray' },
    ...{ now: options.now ?? Date.now, compares: options.comparesSignatures ?? true },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      response.setHeader('date', new Date(rules.now()).toUTCString());
      const refusal = refusals.shift() ?? withStatus(refusalOf(request, bytes, rules));
      if (refusal !== undefined) return refuse(response, refusal);
      const body = JSON.parse(bytes.toString('utf8') || '{}') as Body;
      calls.push({ path: request.url ?? '', body });
      if (request.url === '/TraceSegments') {
        documents = [...documents, ...(body['TraceSegmentDocuments'] as string[])];
        store = new XrayStore({ ...options, documents });
      }
      answer(store, request, body, response);
    });
  });
  const { url, close } = await listening(server);
  return {
    url,
    calls,
    refuse: (...told) => void refusals.push(...told),
    hold: (held) => {
      documents = held;
      store = new XrayStore({ ...options, documents });
    },
    close,
  };
}

function withStatus(refusal: AwsRefusal | undefined) {
  return refusal === undefined ? undefined : { ...refusal, status: 403 };
}

function refuse(response: ServerResponse, { status, type, message }: AwsRefusal & { readonly status: number }): void {
  const headers = {
    'content-type': 'application/json',
    'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/`,
  };
  response.writeHead(status, headers).end(JSON.stringify({ message }));
}

function answer(store: XrayStore, request: IncomingMessage, body: Body, response: ServerResponse): void {
  try {
    const said = store.answer(request.url ?? '', body);
    if (said === undefined) refuse(response, { status: 404, type: 'UnknownOperationException', message: '' });
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  } catch (error) {
    refuse(response, { status: 400, type: 'InvalidRequestException', message: (error as Error).message });
  }
}

class XrayStore {
  private readonly traces: readonly StoredTrace[];
  private readonly listed: readonly StoredTrace[];
  private readonly byId: ReadonlyMap<string, StoredTrace>;
  private readonly retrievable: ReadonlyMap<string, StoredTrace>;
  private readonly putOff = new Set<string>();
  private retrievalAsked = 0;

  private readonly neverReady: boolean;

  constructor({ documents, retrievable = [], listed = [], neverReady = false }: XrayWireOptions) {
    this.neverReady = neverReady;
    this.traces = storedTraces(documents);
    this.listed = storedTraces([...documents, ...listed]);
    this.byId = new Map(this.traces.map((trace) => [trace.id, trace]));
    this.retrievable = new Map(storedTraces(retrievable).map((trace) => [trace.id, trace]));
    this.traces.forEach(({ id }, index) => (index % 7 === 0 ? this.putOff.add(id) : undefined));
  }

  answer(path: string, body: Body): object | undefined {
    switch (path) {
      case '/TraceSummaries':
        return this.summaries(body);
      case '/Traces':
        return this.batch(body);
      case '/ServiceGraph':
        return this.graph(body);
      case '/TraceSegments':
        return { UnprocessedTraceSegments: [] };
      case '/StartTraceRetrieval':
        if (this.retrievable.size === 0) throw new Error('Transaction Search is not enabled.');
        return { RetrievalToken: (body['TraceIds'] as string[]).join(' ') };
      case '/CancelTraceRetrieval':
        return {};
      case '/ListRetrievedTraces':
        return this.retrieved(body);
      default:
        return undefined;
    }
  }

  private summaries(body: Body): object {
    const { FilterExpression: filter, NextToken: token } = body;
    const within = this.within(body).filter((trace) => typeof filter !== 'string' || meets(filter, trace));
    // The first page of a filtered search is empty: nothing was found yet.
    const first = typeof filter === 'string' ? -PAGE : 0;
    const from = typeof token === 'string' ? Number(Buffer.from(token, 'base64').toString()) : first;
    const page = from < 0 ? [] : within.slice(from, from + PAGE);
    const next = from + PAGE < within.length ? Buffer.from(String(from + PAGE)).toString('base64') : undefined;
    return {
      ApproximateTime: body['StartTime'],
      TracesProcessedCount: within.length,
      TraceSummaries: page.map(summary),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  }

  private within({ StartTime: start, EndTime: end }: Body): StoredTrace[] {
    if (typeof start !== 'number' || typeof end !== 'number' || end <= start) throw new Error('Bad time range');
    if (end - start > MAX_WINDOW_S) throw new Error('Time range cannot be longer than 6 hours');
    return this.listed.filter((trace) => trace.start >= start && trace.start < end);
  }

  private batch({ TraceIds: ids, NextToken: token }: Body): object {
    if (!Array.isArray(ids) || ids.length < 1 || ids.length > 5) throw new Error('TraceIds must have 1 to 5 items');
    const asked = (ids as string[]).filter((id) => this.byId.has(id) && !this.putOff.has(id));
    const unprocessed = (ids as string[]).filter((id) => !asked.includes(id));
    for (const id of unprocessed) this.putOff.delete(id);
    const documents = asked.flatMap((id) => this.byId.get(id)!.documents.map((document) => ({ id, document })));
    const from = typeof token === 'string' ? Number(token) : 0;
    const page = documents.slice(from, from + DOCUMENTS_AT_ONCE);
    const found = [...new Set(page.map(({ id }) => id))];
    return {
      Traces: found.map((id) => {
        const { start, end } = this.byId.get(id)!;
        const segments = page.filter((other) => other.id === id).map(({ document }) => documentOf(document));
        return { Id: id, Duration: end - start, LimitExceeded: false, Segments: segments };
      }),
      UnprocessedTraceIds: unprocessed,
      ...(from + DOCUMENTS_AT_ONCE < documents.length ? { NextToken: String(from + DOCUMENTS_AT_ONCE) } : {}),
    };
  }

  private graph(body: Body): object {
    const nodes = this.within(body).flatMap(nodesOf);
    const names = [...new Set(nodes.map(({ name }) => name))];
    const services = names.map((name, index) => {
      const own = nodes.filter((node) => node.name === name);
      const called = nodes.filter((node) => node.caller?.name === name);
      const edges = [...new Set(called.map((node) => node.name))].map((callee) => {
        const faults = called.filter((node) => node.name === callee && node.segment.fault === true).length;
        const count = called.filter((node) => node.name === callee).length;
        const statistics = { OkCount: count - faults, FaultStatistics: { OtherCount: faults, TotalCount: faults } };
        return { ReferenceId: names.indexOf(callee) + 1, SummaryStatistics: { ...statistics, TotalCount: count } };
      });
      const type = own.some((node) => node.type === undefined) ? {} : { Type: 'remote' };
      return { ReferenceId: index + 1, Name: name, Names: [name], ...type, State: 'active', Edges: edges };
    });
    const client = {
      ReferenceId: 0,
      Name: 'client',
      Type: 'client',
      Edges: services.length > 0 ? [{ ReferenceId: 1 }] : [],
    };
    const half = Math.ceil(services.length / 2);
    // A node's edges may lead to nodes of the other page.
    if (body['NextToken'] === 'second') return { Services: services.slice(half) };
    return { Services: services.length > 0 ? [client, ...services.slice(0, half)] : [], NextToken: 'second' };
  }

  private retrieved({ RetrievalToken: token }: Body): object {
    if (this.retrievalAsked++ === 0 || this.neverReady)
      return { RetrievalStatus: 'RUNNING', TraceFormat: 'XRAY', Traces: [] };
    const traces = String(token)
      .split(' ')
      .flatMap((id) => this.retrievable.get(id) ?? []);
    return {
      ...{ RetrievalStatus: 'COMPLETE', TraceFormat: 'XRAY' },
      Traces: traces.map((trace) => ({ Id: trace.id, Spans: trace.documents.map(documentOf) })),
    };
  }
}

function summary(trace: StoredTrace): object {
  const names = new Set(nodesOf(trace).map((node) => node.name));
  return {
    ...{ Id: trace.id, StartTime: trace.start, Duration: Math.round((trace.end - trace.start) * 1000) / 1000 },
    ...{ HasFault: trace.segments[0]?.fault ?? false, HasError: trace.segments[0]?.error ?? false, IsPartial: false },
    ServiceIds: [...names].map((name) => ({ Name: name, Names: [name] })),
  };
}

function documentOf(document: string): object {
  return { Id: (JSON.parse(document) as { id: string }).id, Document: document };
}
