import assert from 'node:assert/strict';
import { nanos, nanosFromMillis, type TimeWindow } from '../../../../../src/model/time';
import type { Backend } from '../../../../../src/traces/backends/backend';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import { createBackend } from '../../../../../src/traces/backends/createBackend';
import { insightsQuery } from '../../../../../src/traces/backends/xray/spanLog';
import { backendConfig, backendDeps } from '../../../../support/wire/backendBed';
import { startSpanLogWire, type SpanLogOptions } from '../../../../support/wire/spanLogServer';
import { startXrayWire, XRAY_KEYS } from '../../../../support/wire/xrayServer';

const NOW = Date.UTC(2026, 10, 21, 12);
const { signal } = new AbortController();
const window: TimeWindow = { from: nanosFromMillis(NOW - 3_600_000), to: nanosFromMillis(NOW) };
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: XRAY_KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: XRAY_KEYS.secretAccessKey,
};

/** A trace of one segment that began `agoS` seconds ago. */
function segment(agoS: number, trace: number, fields: object = {}): string {
  const start = NOW / 1000 - agoS;
  const traceId = `1-${Math.floor(start).toString(16)}-${trace.toString(16).padStart(24, '0')}`;
  const id = trace.toString(16).padStart(16, '0');
  return JSON.stringify({ id, trace_id: traceId, name: 'orders', start_time: start, end_time: start + 0.5, ...fields });
}

function hexId(document: string): string {
  return (JSON.parse(document) as { trace_id: string }).trace_id.replace(/^1-|-/g, '');
}

describe('the span log of CloudWatch Transaction Search', () => {
  const open: (() => Promise<void> | void)[] = [];

  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  async function start(documents: readonly string[], options: Partial<SpanLogOptions> = {}, logGroup = 'aws/spans') {
    const xray = await startXrayWire({ documents: [], retrievable: documents, now: () => NOW });
    open.push(() => xray.close());
    const find = () => documents.map(hexId);
    const log = await startSpanLogWire({ logGroup: 'aws/spans', find, now: () => NOW, ...options });
    open.push(() => log.close());
    const settings = { region: 'us-east-1', spanLogGroup: logGroup, logsUrl: log.url };
    const backend = createBackend(
      backendConfig({ kind: 'xray', url: xray.url, auth: 'aws', options: settings }),
      backendDeps({ environment: ENVIRONMENT, now: () => NOW }),
    );
    open.push(() => backend.dispose());
    return { xray, log, backend };
  }

  async function found(backend: Backend, text: string, within = signal): Promise<string[]> {
    const ids: string[] = [];
    for await (const { traceId } of backend.search({ text, window, limit: 100 }, within)) ids.push(traceId);
    return ids;
  }

  it('names the traces that a search looks into, which are then retrieved', async () => {
    const failed = segment(60, 1, { fault: true });
    const { log, xray, backend } = await start([failed, segment(90, 2)]);
    assert.deepEqual(await found(backend, '{ resource.service.name = "orders" && status = error }'), [hexId(failed)]);
    const [asked] = log.calls;
    assert.equal(asked?.path, 'StartQuery');
    assert.deepEqual(asked?.body['logGroupNames'], ['aws/spans']);
    assert.equal(asked?.body['startTime'], NOW / 1000 - 3600);
    assert.match(String(asked?.body['queryString']), /resource\.attributes\.service\.name = "orders"/);
    assert.deepEqual(
      log.calls.map(({ path }) => path),
      ['StartQuery', 'GetQueryResults', 'GetQueryResults'],
    );
    assert.ok(!xray.calls.some(({ path }) => path === '/TraceSummaries'));
    // What either of the two was asked counts.
    assert.equal(backend.traffic.requests, log.calls.length + xray.calls.length);
  });

  it('stops a query that nobody waits for any more', async () => {
    const { log, backend } = await start([], { ends: 'Running' });
    const left = new AbortController();
    const asked = found(backend, '', left.signal);
    const seen = async (action: string): Promise<void> => {
      while (!log.calls.some(({ path }) => path === action)) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await seen('GetQueryResults');
    left.abort(new Error('left'));
    await assert.rejects(asked, /left/);
    await seen('StopQuery');
  });

  it('says what a failed query, a missing log group and too many queries mean', async () => {
    const fault = async (asked: Promise<unknown>): Promise<string> => {
      const error: unknown = await asked.then(
        () => assert.fail('no error'),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof BackendError, String(error));
      return `${error.fault}: ${error.describe()}`;
    };
    const failing = await start([], { ends: 'Failed' });
    assert.match(await fault(found(failing.backend, '')), /^timeout: .*\(Failed\)/);
    const slow = await start([], { ends: 'Timeout' });
    assert.match(await fault(found(slow.backend, '')), /^timeout: .*in time/);
    const other = await start([], {}, 'spans');
    assert.match(
      await fault(found(other.backend, '')),
      /^notFound: .*There is no log group spans[\s\S]*"spanLogGroup"/,
    );
    const busy = await start([segment(60, 1)]);
    busy.log.refuse({ type: 'LimitExceededException', message: 'Account maximum query concurrency limit' });
    assert.equal((await found(busy.backend, '')).length, 1);
    const denied = await start([]);
    const message = 'User: arn:aws:iam::1:user/dev is not authorized to perform: logs:StartQuery';
    denied.log.refuse({ type: 'AccessDeniedException', message });
    assert.match(
      await fault(found(denied.backend, '')),
      /^forbidden: .*logs:StartQuery[\s\S]*CloudWatchLogsReadOnlyAccess/,
    );
  });

  it('is asked for no more than surely lies in it', () => {
    const query = (fields: object) =>
      insightsQuery({ window: { from: nanos(0n), to: nanos(1n) }, limit: 1, ...fields });
    const rest = 'stats max(startTimeUnixNano) as latest by traceId | sort latest desc | limit 10000';
    assert.equal(query({}), rest);
    assert.equal(query({ service: 'say "hello"' }), rest);
    assert.equal(query({ minDurationNs: 5_000_000 }), `filter durationNano >= 4998000 | ${rest}`);
    assert.match(
      query({ failed: true }),
      /^filter \(status\.code = "ERROR" or attributes\.http\.response\.status_code >= 400/,
    );
  });
});
