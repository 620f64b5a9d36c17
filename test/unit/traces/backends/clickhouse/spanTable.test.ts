import assert from 'node:assert/strict';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import type { BackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { ClickhouseClient } from '../../../../../src/traces/backends/clickhouse/clickhouseClient';
import { readSpanTable } from '../../../../../src/traces/backends/clickhouse/spanTable';
import { backendConfig, backendDeps } from '../../../../support/wire/backendBed';
import { startFaultServer, type FaultServer } from '../../../../support/wire/faultServer';
import { refusalOf } from '../../../../support/refusal';

const COLUMNS = ['Timestamp', 'TraceId', 'SpanId', 'SpanName', 'ServiceName', 'Duration', 'SpanAttributes'];

function columns(database: string, table: string, names: readonly string[], type = 'String'): string[] {
  return names.map((name) => JSON.stringify({ database, table, name, type }));
}

describe('the table of spans in ClickHouse', () => {
  const { signal } = new AbortController();
  let server: FaultServer;

  before(async () => {
    server = await startFaultServer();
  });
  after(() => server.close());

  async function read(lines: readonly string[], options: BackendConfig['options'] = {}) {
    server.next({ kind: 'body', body: lines.map((line) => `${line}\n`).join('') });
    const config = backendConfig({ kind: 'clickhouse', url: server.url, name: 'CH', options });
    const client = new ClickhouseClient(config, backendDeps());
    try {
      return await readSpanTable(client, config, signal);
    } finally {
      client.dispose();
    }
  }

  async function refusal(lines: readonly string[], options?: BackendConfig['options']): Promise<string> {
    const error = await refusalOf(read(lines, options), BackendError);
    assert.ok(error.fault === 'notFound' && error.cure !== undefined, String(error));
    return error.message;
  }

  it('is found where only one database has it, with the table of times', async () => {
    const lookup = columns('logs', 'otel_traces_trace_id_ts', ['TraceId', 'Start', 'End']);
    assert.deepEqual(await read([...columns('logs', 'otel_traces', COLUMNS, 'Map(String, String)'), ...lookup]), {
      name: '`logs`.`otel_traces`',
      lookup: '`logs`.`otel_traces_trace_id_ts`',
      attributes: 'map',
      hasScope: false,
      hasLinks: false,
    });
  });

  it('is that of the usual database among several, or the one that is named', async () => {
    const two = (first: string, second: string) => [
      ...columns(first, 'otel_traces', COLUMNS),
      ...columns(second, 'otel_traces', COLUMNS),
    ];
    assert.equal((await read(two('default', 'otel'))).name, '`otel`.`otel_traces`');
    assert.equal(await refusal(two('a', 'b')), 'CH has a table otel_traces in several databases: a, b.');
    const named = await read(columns('a', 'my`spans', COLUMNS, 'JSON(max_dynamic_paths=10)'), {
      table: 'my`spans',
      database: 'a',
    });
    assert.deepEqual([named.name, named.attributes], ['`a`.`my\\`spans`', 'json']);
    const { searchParams } = new URL(server.requests.at(-1)!.url, server.url);
    assert.deepEqual(
      [searchParams.get('param_p1'), searchParams.get('param_p0')],
      ["['my`spans','my`spans_trace_id_ts']", 'a'],
    );
  });

  it('is missed with a word, and refused where it is another one', async () => {
    assert.equal(await refusal([]), 'CH has no table otel_traces that this user may read.');
    assert.equal(
      await refusal([], { database: 'x', table: 't' }),
      'CH has no table t in the database x that this user may read.',
    );
    assert.match(await refusal(columns('a', 'otel_traces', COLUMNS.slice(2))), /has no column Timestamp, TraceId\./);
  });
});
