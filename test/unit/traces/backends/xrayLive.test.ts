import assert from 'node:assert/strict';
import type { TraceId } from '../../../../src/model/ids';
import { nanos } from '../../../../src/model/time';
import type { TraceSummary } from '../../../../src/model/traceSource';
import type { Backend } from '../../../../src/traces/backends/backend';
import type { BackendConfig } from '../../../../src/traces/backends/backendConfig';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { waitFor } from '../../../support/processes';
import { sentTraces } from '../../../support/servers/data/sentTraces';
import { backendConfig, backendDeps, TestSecrets } from '../../../support/wire/backendBed';
import { liveParts } from '../../../support/wire/liveService';
import { plainSent, plainSpans, type PlainSpan } from '../../../support/wire/plainSpans';
import { putXraySegments, xrayTracesOfRun } from '../../../support/wire/xrayAccount';
import { XrayModel } from '../../../support/wire/xrayModel';
import { startXrayWire, XRAY_KEYS, type XrayWireServer } from '../../../support/wire/xrayServer';

/** Names an account: a region of it, and the profile whose keys are used where those of the usual chain are not meant. */
const VARIABLE = 'SPANLIGHT_TEST_XRAY';
const [region = '', profile = ''] = liveParts(VARIABLE);
const FOUND_MS = 240_000;

// The regions of an account hold the traces of others too, and signatures name the host, which the contract's gate is not: what
// is asked of an account is held against what was written to it. Where none is named, its wire shapes are asked the same.
describe(region === '' ? 'an AWS account by its wire shapes' : `the AWS account in ${region}`, function () {
  this.timeout(FOUND_MS + 60_000);
  const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
  const window = { from: nanos(nowNs - 3_600_000_000_000n), to: nanos(nowNs) };
  const { signal } = new AbortController();
  const sent = xrayTracesOfRun(sentTraces(nowNs), Date.now() % 0x7fff_ffff);
  let model: XrayModel;
  let truth: Map<string, PlainSpan[]>;
  let wire: XrayWireServer | undefined;
  let backend: Backend;

  before(async () => {
    if (region === '') {
      console.log(`    no account is asked: ${VARIABLE} names none (<region>[,<profile>])`);
      wire = await startXrayWire({ documents: [] });
    }
    const config = configOf(wire);
    const secrets = new TestSecrets(`${XRAY_KEYS.accessKeyId}:${XRAY_KEYS.secretAccessKey}`);
    model = new XrayModel(await putXraySegments(config, wire === undefined ? region : 'us-east-1', secrets, sent));
    const transport = { headersTimeoutMs: 60_000, bodyTimeoutMs: 60_000 };
    backend = createBackend(config, backendDeps({ secrets, environment: process.env, transport }));
    truth = plainSent(sent);
    await waitFor(`all ${truth.size} traces in X-Ray`, FOUND_MS, allFound, 2_000);
  });

  after(async () => {
    backend?.dispose();
    await wire?.close();
  });

  async function allFound(): Promise<boolean> {
    const ids = new Set((await found('', 10_000)).map(({ traceId }) => traceId as string));
    const missing = [...truth.keys()].filter((id) => !ids.has(id));
    if (missing.length > 0) throw new Error(`${missing.length} are missing, such as ${missing[0]}`);
    return true;
  }

  async function found(text: string, limit: number): Promise<TraceSummary[]> {
    const summaries: TraceSummary[] = [];
    for await (const summary of backend.search({ text, window, limit }, signal)) summaries.push(summary);
    return summaries;
  }

  it('gives back every trace that was written, but for what its documents lose', async () => {
    for (const [id, spans] of truth) {
      const trace = await backend.trace(id as TraceId, signal);
      assert.ok(trace, id);
      assert.deepEqual(
        plainSpans(trace),
        spans.map((span) => model.keeps(span)),
        id,
      );
    }
  });

  it('lists the services', async () => {
    const listed = (await backend.services(signal)).map(({ service }) => service);
    for (const service of model.services()) assert.ok(listed.includes(service), service);
  });

  it('asks for hints in few requests and within a megabyte, with spans to open', async () => {
    const { requests, bytesReceived } = backend.traffic;
    const stats = await backend.operations({ window, service: 'payment-api' }, signal);
    assert.ok(backend.traffic.requests - requests <= 5, `${backend.traffic.requests - requests} requests`);
    assert.ok(backend.traffic.bytesReceived - bytesReceived <= 1 << 20);
    assert.ok(stats.some(({ exemplars }) => exemplars.slowest !== undefined));
  });

  it('finds traces whose spans fit a search', async () => {
    const failed = await found('{ resource.service.name = "payment-api" && status = error }', 5);
    assert.ok(failed.length > 0 && failed.every(({ matched }) => matched.length > 0));
  });

  it('does not know a trace that was never sent', async () => {
    const second = (nowNs / 1_000_000_000n).toString(16);
    assert.equal(await backend.trace(`${second}89abcdef0123456789abcdef` as TraceId, signal), undefined);
  });

  it('says in a test of the connection that traces are there', async () => {
    const steps = [];
    for await (const { step, result } of backend.testConnection(signal)) steps.push(`${step} ${result}`);
    assert.deepEqual(steps.slice(0, 3), ['reachable ok', 'authorised ok', 'traces ok']);
  });
});

function configOf(wire: XrayWireServer | undefined): BackendConfig {
  const access = { kind: 'xray', auth: 'aws' } as const;
  if (wire !== undefined) {
    return backendConfig({ ...access, url: wire.url, options: { region: 'us-east-1', credentials: 'ask' } });
  }
  const options = { region, ...(profile === '' ? {} : { profile }) };
  const partition = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return backendConfig({ ...access, url: `https://xray.${region}.${partition}`, options });
}
