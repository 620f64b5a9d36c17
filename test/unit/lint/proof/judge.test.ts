import assert from 'node:assert/strict';
import { line0 } from '../../../../src/base/positions';
import { judge } from '../../../../src/lint/proof/judge';
import { provenFindings } from '../../../../src/lint/proof/provenFindings';
import { TraceWitness, type ServiceWitness } from '../../../../src/lint/proof/traceWitness';
import type { Finding } from '../../../../src/model/finding';
import { OperationTable } from '../../../../src/model/operationTable';
import { SpanBatchBuilder } from '../../../../src/model/spanBatchBuilder';
import { BatchTraces } from '../../../../src/traces/batchTraces';
import { decodeTracesProtobuf } from '../../../../src/traces/otlp/tracesDecoder';
import { encodeProtobuf, TEST_START, testSpanId, testTraceId, type TestSpans } from '../../../support/otlpSpans';

type TestLinks = NonNullable<TestSpans['spans'][number]['links']>;

const SECOND = 1_000_000_000n;
const MS = 1_000_000n;

/** A request to `shop` every second, which lasts 100 ms. */
function requests(count: number): TestSpans {
  const spans = Array.from({ length: count }, (_, i) => ({
    traceId: testTraceId(i + 1),
    spanId: testSpanId(i + 1),
    kind: 'SERVER' as const,
    startNs: TEST_START + BigInt(i) * SECOND,
    endNs: TEST_START + BigInt(i) * SECOND + 100n * MS,
  }));
  return { service: 'shop', spans };
}

/** What `stock` serves: in traces of its own, each `delay` after a request to the shop began. */
function served(count: number, delay: bigint, parent = false, attributes = {}): TestSpans {
  const spans = Array.from({ length: count }, (_, i) => ({
    traceId: parent ? testTraceId(i + 1) : testTraceId(1_000 + i),
    spanId: testSpanId(1_000 + i),
    ...(parent ? { parentSpanId: testSpanId(i + 1) } : {}),
    kind: 'SERVER' as const,
    startNs: TEST_START + BigInt(i) * SECOND + delay,
    endNs: TEST_START + BigInt(i) * SECOND + delay + 10n * MS,
    attributes,
  }));
  return { service: 'stock', spans };
}

function judged(rule: string, service: string, ...groups: TestSpans[]): string {
  return judgedFinding(findingOf(rule), service, ...groups);
}

function judgedFinding(finding: Finding, service: string, ...groups: TestSpans[]): string {
  const { own, all } = witnessesOf(service, ...groups);
  const judgement = judge(finding, own, all);
  return judgement.is === 'open' ? 'open' : `${judgement.is}: ${judgement.words}`;
}

function witnessesOf(
  service: string,
  ...groups: TestSpans[]
): { readonly own: readonly ServiceWitness[]; readonly all: readonly ServiceWitness[] } {
  const builder = new SpanBatchBuilder(new OperationTable());
  decodeTracesProtobuf(encodeProtobuf(...groups), builder);
  const witness = new TraceWitness();
  for (const trace of new BatchTraces([builder.seal()])) witness.add(trace);
  const all = witness.all;
  return { own: all.filter((one) => one.service === service), all };
}

describe('traces as witnesses of findings', () => {
  it('prove calls that leave no span and begin traces elsewhere while the service is at work', () => {
    const words = judged('GO-HTTP-PLAIN-CLIENT', 'shop', requests(8), served(8, 20n * MS));
    const traces = `traces ${testTraceId(1)} and ${testTraceId(1_000)}`;
    assert.equal(words, `proven: 8 server spans of stock began traces while this service was at work (${traces})`);
  });

  it('prove nothing by few cases, by times that do not fit, or by chance', () => {
    assert.equal(judged('GO-HTTP-PLAIN-CLIENT', 'shop', requests(4), served(4, 20n * MS)), 'open');
    assert.equal(judged('GO-HTTP-PLAIN-CLIENT', 'shop', requests(8), served(8, 95n * MS)), 'open', 'ends later');
    assert.equal(judged('GO-HTTP-PLAIN-CLIENT', 'shop', requests(8), served(8, 300n * MS)), 'open');
    const always = { ...requests(1), spans: [{ traceId: testTraceId(7), endNs: TEST_START + 20n * SECOND }] };
    assert.equal(judged('GO-HTTP-PLAIN-CLIENT', 'shop', always, served(8, 20n * MS)), 'open', 'busy all the time');
    assert.equal(judged('GO-HTTP-PLAIN-CLIENT', 'other', requests(8), served(8, 20n * MS)), 'open', 'no such service');
  });

  it('take requests of browsers for none of the service that is at work meanwhile', () => {
    const by = (agent: string): TestSpans => served(8, 20n * MS, false, { 'user_agent.original': agent });
    assert.equal(judged('GO-HTTP-PLAIN-CLIENT', 'shop', requests(8), by('Mozilla/5.0 (iPhone)')), 'open');
    assert.match(judged('GO-HTTP-PLAIN-CLIENT', 'shop', requests(8), by('Go-http-client/1.1')), /^proven: 8/);
  });

  it('leave it open which calls are lost where some are answered', () => {
    const client = { traceId: testTraceId(50), spanId: testSpanId(50), kind: 'CLIENT' as const };
    const answered = { service: 'shop', spans: [client] };
    const answer = {
      service: 'mail',
      spans: [
        { traceId: testTraceId(50), spanId: testSpanId(51), parentSpanId: testSpanId(50), kind: 'SERVER' as const },
      ],
    };
    assert.equal(judged('PY-UNCOVERED-HTTP', 'shop', requests(8), served(8, 20n * MS), answered, answer), 'open');
  });

  it('prove a missing propagator by callers that wait, and refute it by one trace that goes on', () => {
    const calls = requests(8).spans.map((span) => ({ ...span, kind: 'CLIENT' as const }));
    const caller = { service: 'shop', spans: calls };
    assert.match(judged('GO-PROP-UNSET', 'stock', caller, served(8, 20n * MS)), /^proven: 8 of its server spans began/);
    assert.equal(
      judged('GO-PROP-UNSET', 'stock', caller, served(1, 20n * MS, true)),
      'refuted: 1 of its server spans continue a caller’s trace',
    );
    const database = {
      service: 'shop',
      spans: calls.map((span) => ({ ...span, attributes: { 'db.system': 'mysql' } })),
    };
    assert.equal(judged('GO-PROP-UNSET', 'stock', database, served(8, 20n * MS)), 'open', 'waits for its database');
  });

  it('prove calls without a context by those that begin traces during a request, and by no others', () => {
    const rule = 'GO-HTTP-REQ-NO-CTX';
    const calls = (count: number, delay: bigint, links: TestLinks = []): TestSpans => ({
      service: 'shop',
      spans: served(count, delay).spans.map((span) => ({ ...span, kind: 'CLIENT' as const, links })),
    });
    const traces = `traces ${testTraceId(1)} and ${testTraceId(1_000)}`;
    assert.equal(
      judged(rule, 'shop', requests(8), calls(8, 20n * MS)),
      `proven: 8 client spans from here began traces during a request (${traces})`,
    );
    assert.equal(judged(rule, 'shop', requests(4), calls(4, 20n * MS)), 'open', 'too few');
    assert.equal(judged(rule, 'shop', requests(8), calls(8, 500n * MS)), 'open', 'a job of its own');
    assert.equal(judged(rule, 'shop', calls(8, 20n * MS)), 'open', 'nobody asks');
    const links = [{ traceId: testTraceId(1), spanId: testSpanId(1) }];
    assert.equal(judged(rule, 'shop', requests(8), calls(8, 20n * MS, links)), 'open', 'linked, so meant');
  });

  it('take servers that link to their caller for what they are', () => {
    const links = [{ traceId: testTraceId(1), spanId: testSpanId(1) }];
    const linked = { service: 'stock', spans: served(8, 20n * MS).spans.map((span) => ({ ...span, links })) };
    assert.equal(judged('GO-HTTP-PLAIN-CLIENT', 'shop', requests(8), linked), 'open');
  });

  it('prove messages whose work begins traces as they have come, and by no others', () => {
    const rule = 'PY-KAFKA-CONSUME-DROP';
    const received = {
      service: 'shop',
      spans: requests(8).spans.map((span) => ({ ...span, kind: 'CONSUMER' as const })),
    };
    const worked = (delay: bigint): TestSpans => ({
      service: 'shop',
      spans: served(8, delay).spans.map((span) => ({ ...span, kind: 'INTERNAL' as const })),
    });
    assert.match(
      judged(rule, 'shop', received, worked(101n * MS)),
      /^proven: 8 spans from here began traces as a message had come \(traces /,
    );
    assert.equal(judged(rule, 'shop', received, worked(300n * MS)), 'open', 'later: a job');
    assert.equal(judged(rule, 'shop', worked(101n * MS)), 'open', 'nothing was received');
    assert.equal(judged('MSG-NO-INJECT', 'shop', received, worked(101n * MS)), 'open', 'another rule');
  });

  it('refute by the scope of an instrumentation that is on after all', () => {
    const spans = [{ kind: 'CLIENT' as const }];
    const undici = { service: 'shop', scope: '@opentelemetry/instrumentation-undici', spans };
    assert.equal(
      judged('JS-FETCH-NO-UNDICI', 'shop', undici),
      'refuted: spans of `@opentelemetry/instrumentation-undici` come from this process',
    );
    assert.equal(judged('JS-KAFKAJS-NO-INSTR', 'shop', undici), 'open');
    assert.equal(judged('JS-FETCH-NO-UNDICI', 'stock', undici, { service: 'stock', spans: [{}] }), 'open');
  });

  it('refute a library of Python by its own instrumentation, and by no other', () => {
    const finding = findingOf('PY-UNCOVERED-HTTP', 'aiohttp sends no trace context here');
    const spans = [{ kind: 'CLIENT' as const }];
    const scope = (name: string): TestSpans => ({
      service: 'shop',
      scope: `opentelemetry.instrumentation.${name}`,
      spans,
    });
    assert.match(judgedFinding(finding, 'shop', scope('aiohttp_client')), /^refuted: /);
    assert.equal(judgedFinding(finding, 'shop', scope('httpx')), 'open');
  });

  it('leave hints that they prove the hints they are, which nobody hears unasked', () => {
    const hearing = { ...witnessesOf('shop', requests(8), served(8, 20n * MS)), codeOf: () => '' };
    const [warned, hinted] = provenFindings(
      [findingOf('GO-HTTP-PLAIN-CLIENT'), { ...findingOf('GO-HTTP-PLAIN-CLIENT'), severity: 'hint' }],
      { own: hearing.own, services: hearing.all, codeOf: hearing.codeOf },
    ).findings;
    assert.deepEqual([warned?.severity, hinted?.severity], ['error', 'hint']);
    assert.match(hinted!.message, /Proven: 8 server spans/);
  });

  it('prove lost messages by consumers of their topic that begin traces as they are sent', () => {
    const rule = 'GO-KAFKA-PRODUCE-NO-INJECT';
    const of = (topic: string, kind: 'PRODUCER' | 'CONSUMER', spans: TestSpans): TestSpans => ({
      service: kind === 'PRODUCER' ? 'shop' : 'mail',
      spans: spans.spans.map((span) => ({ ...span, kind, attributes: { 'messaging.destination.name': topic } })),
    });
    const sent = of('orders', 'PRODUCER', requests(8));
    assert.match(
      judged(rule, 'shop', sent, of('orders', 'CONSUMER', served(8, 120n * MS))),
      /^proven: 8 of its messages to orders began traces there \(traces /,
    );
    assert.equal(judged(rule, 'shop', sent, of('stock', 'CONSUMER', served(8, 120n * MS))), 'open', 'another topic');
    assert.equal(judged(rule, 'shop', sent, of('orders', 'CONSUMER', served(8, 600n * MS))), 'open', 'much later');
    assert.equal(judged(rule, 'shop', sent, of('orders', 'CONSUMER', served(4, 120n * MS))), 'open', 'too few');
    assert.equal(judged(rule, 'shop', sent), 'open', 'nobody who receives is traced');
  });

  it('refute lost messages by a consumer that continues or links to one', () => {
    const sent = { traceId: testTraceId(1), spanId: testSpanId(1), kind: 'PRODUCER' as const };
    const producer = { service: 'shop', spans: [sent] };
    const links = [{ traceId: testTraceId(1), spanId: testSpanId(1) }];
    const consumed = { traceId: testTraceId(2), spanId: testSpanId(2), kind: 'CONSUMER' as const };
    const rule = 'GO-KAFKA-PRODUCE-NO-INJECT';
    assert.equal(judged(rule, 'shop', producer, { service: 'mail', spans: [consumed] }), 'open');
    assert.match(judged(rule, 'shop', producer, { service: 'mail', spans: [{ ...consumed, links }] }), /^refuted: /);
  });

  it('leave it open where one destination is continued and another is not: which one is meant is not known', () => {
    const rule = 'GO-KAFKA-PRODUCE-NO-INJECT';
    const sent = (topic: string, count: number): TestSpans['spans'] =>
      requests(count).spans.map((span, i) => ({
        ...span,
        spanId: testSpanId((topic === 'stock' ? 500 : 1) + i),
        kind: 'PRODUCER' as const,
        attributes: { 'messaging.destination.name': topic },
      }));
    const links = [{ traceId: testTraceId(1), spanId: testSpanId(1) }];
    const mail = { service: 'mail', spans: [{ traceId: testTraceId(900), kind: 'CONSUMER' as const, links }] };
    const both = { service: 'shop', spans: [...sent('orders', 1), ...sent('stock', 8)] };
    assert.equal(judged(rule, 'shop', both, mail), 'open');
    const few = { service: 'shop', spans: [...sent('orders', 1), ...sent('stock', 4)] };
    assert.match(judged(rule, 'shop', few, mail), /^refuted: /);
  });

  it('refute a client of gRPC by its own spans, not by those of the server beside it', () => {
    const scope = 'go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc';
    const spans = (kind: 'CLIENT' | 'SERVER'): TestSpans => ({ service: 'shop', scope, spans: [{ kind }] });
    assert.match(judged('GO-RPC-NO-HANDLER', 'shop', spans('CLIENT')), /^refuted: /);
    assert.equal(judged('GO-RPC-NO-HANDLER', 'shop', spans('SERVER')), 'open');
    const http = { ...spans('SERVER'), scope: '@opentelemetry/instrumentation-http' };
    assert.match(judged('JS-SDK-NO-INSTRUMENTATIONS', 'shop', http), /^refuted: /, 'it is on for both');
  });

  it('prove nothing by traces that began while a client whose span is seen was waiting', () => {
    const calls = requests(8).spans.map((span, i) => ({
      ...span,
      spanId: testSpanId(600 + i),
      parentSpanId: testSpanId(1 + i),
      kind: 'CLIENT' as const,
    }));
    const shop = { service: 'shop', spans: [...requests(8).spans, ...calls] };
    assert.equal(judged('GO-HTTP-PLAIN-CLIENT', 'shop', shop, served(8, 20n * MS)), 'open');
    const early = calls.map((call) => ({ ...call, endNs: (call.startNs ?? 0n) + 5n * MS }));
    const before = { service: 'shop', spans: [...requests(8).spans, ...early] };
    assert.match(judged('GO-HTTP-PLAIN-CLIENT', 'shop', before, served(8, 20n * MS)), /^proven: /);
  });
});

function findingOf(rule: string, message = ''): Finding {
  const range = { startLine: line0(0), startColumn: 0, endLine: line0(0), endColumn: 1 };
  return { rule, severity: 'warning', file: '/a', range, message, evidence: [], related: [], fixes: [] };
}
