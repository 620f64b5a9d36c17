import assert from 'node:assert/strict';
import { gunzipSync, gzipSync } from 'node:zlib';
import { placedSpans } from '../support/servers/data/otlpTraces';
import { sentTraces } from '../support/servers/data/sentTraces';
import { describeServer } from '../support/servers/describeServer';
import { clickhouseHeaders, writeTo } from '../support/servers/writeTraces';
import { nowNanos } from './support/now';

interface Answer<T> {
  readonly data: readonly T[];
  readonly rows: number;
}

describeServer('clickhouse', 'ClickHouse', (server) => {
  const sent = sentTraces(nowNanos());

  const ask = (sql: string, parameters: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server().url}/?${String(new URLSearchParams({ default_format: 'JSON', ...parameters }))}`, {
      method: 'POST',
      body: sql,
      ...init,
      headers: { ...clickhouseHeaders(server()), ...(init.headers as Record<string, string>) },
    });

  const json = async <T>(sql: string, parameters: Record<string, string> = {}): Promise<Answer<T>> => {
    const response = await ask(sql, parameters);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text) as Answer<T>;
  };

  it('takes all traces and says them again', async () => {
    await writeTo(server(), sent);
    const sql = `SELECT SpanId AS id, toUnixTimestamp64Nano(Timestamp) AS start, Duration AS lasts,
      length("Events.Name") AS events, length(Links.SpanId) AS links FROM otel_traces ORDER BY TraceId, SpanId`;
    const parameters = { database: 'otel', output_format_json_quote_64bit_integers: '1' };
    const { data } = await json<Record<string, string>>(sql, parameters);
    const spans = placedSpans(sent).map(({ span }) => span);
    const key = ({ traceId, spanId }: { traceId: string; spanId: string }): string => traceId + spanId;
    assert.deepEqual(
      data,
      spans
        .sort((a, b) => (key(a) < key(b) ? -1 : 1))
        .map((span) => ({
          id: span.spanId,
          start: span.startTimeUnixNano,
          lasts: String(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)),
          events: String(span.events.length),
          links: String(span.links.length),
        })),
    );
  });

  it('fills the helper table of times', async () => {
    const traceId = placedSpans(sent)[0]!.span.traceId;
    const sql = 'SELECT min(Start) <= max(End) AS ok FROM otel_traces_trace_id_ts WHERE TraceId = {t:String}';
    const { data } = await json<{ ok: number }>(sql, { database: 'otel', param_t: traceId });
    assert.deepEqual(data, [{ ok: 1 }]);
  });

  it('takes parameters for what they are, and forgets them and the settings afterwards', async () => {
    const hostile = "it's \\\\ {x:String} \\t; DROP TABLE otel.otel_traces";
    const { data } = await json<{ x: string }>('SELECT {x:String} AS x', { param_x: hostile });
    assert.deepEqual(data, [{ x: "it's \\ {x:String} \t; DROP TABLE otel.otel_traces" }]);
    assert.equal((await ask('SELECT {x:String} AS x')).status, 500);
    const { data: numbers } = await json<{ n: unknown }>('SELECT toUInt64(7) AS n');
    assert.deepEqual(numbers, [{ n: 7 }]);
  });

  it('compresses both ways when asked', async () => {
    const body = gzipSync('SELECT 42 AS n');
    const response = await ask('', { enable_http_compression: '1' }, { body, headers: { 'Content-Encoding': 'gzip' } });
    assert.equal(response.headers.get('content-encoding'), 'gzip');
    assert.deepEqual(((await response.json()) as Answer<unknown>).data, [{ n: 42 }]);
    assert.throws(() => gunzipSync(Buffer.from('SELECT')));
  });

  it('answers errors as ClickHouse does', async () => {
    const status = async (response: Promise<Response>): Promise<unknown[]> => {
      const { status: code, headers } = await response;
      return [code, headers.get('x-clickhouse-exception-code')];
    };
    assert.deepEqual(await status(ask('SELECT * FROM nothing')), [404, '60']);
    assert.deepEqual(await status(ask('SELECT (')), [400, '62']);
    assert.deepEqual(await status(ask('SELECT 1', { database: 'nowhere' })), [404, '81']);
    assert.deepEqual(await status(ask('SELECT 1', { no_such_setting: '1' })), [404, '115']);
    const stranger = { headers: { 'X-ClickHouse-Key': 'wrong' } };
    assert.deepEqual(await status(ask('SELECT 1', {}, stranger)), [403, '516']);
    const text = await (await ask('SELECT * FROM nothing')).text();
    assert.match(text, /^Code: 60\. DB::Exception: .*\(UNKNOWN_TABLE\) \(version [\d.]+\)\n$/s);
  });

  it('changes nothing when it is to read only', async () => {
    const drop = await ask('DROP TABLE otel.otel_traces', { readonly: '2' });
    assert.deepEqual([drop.status, drop.headers.get('x-clickhouse-exception-code')], [500, '164']);
    assert.equal((await ask('SELECT 1', { readonly: '1', max_threads: '1' })).status, 500);
    assert.equal((await ask('SELECT 1', { readonly: '2', max_threads: '1' })).status, 200);
  });
});
