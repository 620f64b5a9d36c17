import assert from 'node:assert/strict';
import type { TraceId } from '../../../../../src/model/ids';
import { nanos } from '../../../../../src/model/time';
import type { Backend } from '../../../../../src/traces/backends/backend';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { placedSpans } from '../../../../support/servers/data/otlpTraces';
import { sentTraces } from '../../../../support/servers/data/sentTraces';
import { xraySegment } from '../../../../support/servers/data/xraySegments';
import { describeServer } from '../../../../support/servers/describeServer';
import { writeTo } from '../../../../support/servers/writeTraces';
import { backendConfig, backendDeps } from '../../../../support/wire/backendBed';
import { plainSent, plainSpans } from '../../../../support/wire/plainSpans';
import { XrayModel } from '../../../../support/wire/xrayModel';

describeServer('xray', 'AWS X-Ray as moto has it', (server) => {
  const nowNs = BigInt(Math.floor(Date.now() / 1000)) * 1_000_000_000n;
  const sent = sentTraces(nowNs);
  const { signal } = new AbortController();
  let backend: Backend;

  before(async () => {
    await writeTo(server(), sent);
    const { url, region, accessKeyId, secretAccessKey } = server();
    backend = createBackend(
      backendConfig({ kind: 'xray', url, auth: 'aws' }),
      backendDeps({
        environment: { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
      }),
    );
  });

  after(() => backend?.dispose());

  it('gives back every trace as its documents say it', async () => {
    const model = new XrayModel(placedSpans(sent).map(xraySegment));
    for (const [id, spans] of plainSent(sent)) {
      const trace = await backend.trace(id as TraceId, signal);
      assert.ok(trace, id);
      assert.deepEqual(
        plainSpans(trace),
        spans.map((span) => model.keeps(span)),
      );
    }
    assert.equal(await backend.trace('0123456789abcdef0123456789abcdef' as TraceId, signal), undefined);
  });

  it('finds the traces of a time, which is all that it can be asked for', async () => {
    const window = { from: nanos(nowNs - 3_600_000_000_000n), to: nanos(nowNs + 1_000_000_000n) };
    const ids: string[] = [];
    for await (const { traceId } of backend.search({ text: '', window, limit: 1000 }, signal)) ids.push(traceId);
    assert.deepEqual(ids.sort(), [...plainSent(sent).keys()].sort());
  });
});
