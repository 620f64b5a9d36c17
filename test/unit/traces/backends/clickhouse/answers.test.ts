import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { BackendError, type BackendFault } from '../../../../../src/traces/backends/backendError';
import { ClickhouseClient } from '../../../../../src/traces/backends/clickhouse/clickhouseClient';
import { exceptionIn } from '../../../../../src/traces/backends/clickhouse/clickhouseFault';
import { SqlParameters } from '../../../../../src/traces/backends/clickhouse/sql';
import { backendConfig, backendDeps, TestLog, TestSecrets } from '../../../../support/wire/backendBed';
import { startFaultServer, type Fault, type FaultServer } from '../../../../support/wire/faultServer';
import { refusalOf } from '../../../../support/refusal';

const MESSAGE =
  "Code: 395. DB::Exception: Value passed to 'throwIf' function is non-zero. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO) (version 25.8.1.1 (official build))";
const NDJSON = { 'content-type': 'application/x-ndjson; charset=UTF-8' };

function rows(body: string | Buffer, headers: Record<string, string> = NDJSON): Fault {
  return { kind: 'body', body, headers };
}

describe("ClickHouse's answers", () => {
  const { signal } = new AbortController();
  let server: FaultServer;
  let client: ClickhouseClient;
  let secrets: TestSecrets;
  let log: TestLog;

  before(async () => {
    server = await startFaultServer();
  });
  after(() => server.close());

  beforeEach(() => {
    secrets = new TestSecrets();
    log = new TestLog();
    const config = backendConfig({
      kind: 'clickhouse',
      url: `${server.url}/ch`,
      name: 'CH',
      auth: 'header',
      user: 'ann',
      authHeader: 'X-ClickHouse-Key',
    });
    client = new ClickhouseClient(config, backendDeps({ secrets, logger: log }));
  });
  afterEach(() => client.dispose());

  async function answered(...faults: readonly Fault[]) {
    server.next(...faults);
    const found: unknown[] = [];
    for await (const row of client.rows('SELECT 1', new SqlParameters(), signal)) found.push(row);
    return found;
  }

  async function failed(...faults: readonly Fault[]): Promise<BackendError> {
    return await refusalOf(answered(...faults), BackendError);
  }

  it('are rows, however they are cut', async () => {
    assert.deepEqual(await answered(rows('{"a":1}\n{"a":"x\\ny"}\r\n\n{"n":1234567890123456789}\n')), [
      { a: 1 },
      { a: 'x\ny' },
      { n: '1234567890123456789' },
    ]);
    assert.deepEqual(await answered(rows(gzipSync('{"a":1}\n'), { ...NDJSON, 'content-encoding': 'gzip' })), [
      { a: 1 },
    ]);
    assert.deepEqual(await answered(rows('')), []);
  });

  it('say in the middle of 200 that the query failed, in each of their ways', async () => {
    const bodies = [
      `{"a":1}\n${MESSAGE}\n`,
      `{"a":1}\n{"a":${MESSAGE}`,
      `{"a":1}\n{"exception": ${JSON.stringify(MESSAGE)}}\n`,
      `{"a":1}\n\r\n__exception__\r\ndngjzjnxkvlwkeua\r\n${MESSAGE}\r\n130 dngjzjnxkvlwkeua\r\n__exception__\r\n`,
    ];
    for (const body of bodies) {
      const error = await failed(rows(body));
      assert.equal(error.fault, 'server', body);
      assert.equal(error.message, "CH failed (code 395): Value passed to 'throwIf' function is non-zero.");
      assert.ok(error.cure !== undefined);
    }
  });

  it('are incomplete where they break off in a row, and refused where they are something else', async () => {
    assert.equal((await failed(rows('{"a":1}\n{"a":'))).fault, 'incomplete');
    assert.equal((await failed(rows('{"a":1}\n1\t2\t3\n'))).fault, 'malformed');
    assert.equal((await failed(rows('Ok.\n', { 'content-type': 'text/plain' }))).fault, 'malformed');
  });

  it('give text among attributes that looks like an error as what it is', async () => {
    const row = { m: MESSAGE, exception: MESSAGE };
    assert.deepEqual(await answered(rows(`${JSON.stringify(row)}\n`)), [row]);
  });

  const CODES: readonly (readonly [number, number, string, BackendFault, RegExp])[] = [
    [516, 403, 'ann: Authentication failed', 'unauthorised', /does not know this user and password/],
    [194, 401, 'Password required for user ann', 'unauthorised', /user and password/],
    [497, 403, 'ann: Not enough privileges', 'forbidden', /does not allow this/],
    [60, 404, 'Unknown table expression identifier', 'notFound', /does not have such a table/],
    [81, 404, 'Database x does not exist', 'notFound', /table/],
    [47, 404, 'Unknown expression identifier `SpanKind`', 'badRequest', /columns or functions/],
    [159, 408, 'Timeout exceeded: elapsed 28 seconds', 'timeout', /in time/],
    [241, 500, 'Query memory limit exceeded', 'tooLarge', /too large/],
    [396, 500, 'Limit for result exceeded', 'tooLarge', /too large/],
    [202, 500, 'Too many simultaneous queries', 'throttled', /too often/],
    [62, 400, 'Syntax error', 'badRequest', /does not accept the question/],
    [1001, 500, 'std::exception', 'server', /failed/],
  ];

  for (const [code, status, words, fault, said] of CODES) {
    it(`say what code ${code} means`, async () => {
      const body = `Code: ${code}. DB::Exception: ${words}. (SOME_NAME) (version 25.8.1.1)\n`;
      const headers = { 'x-clickhouse-exception-code': String(code) };
      for (const packed of [false, true]) {
        const error = await failed({
          kind: 'status',
          status,
          headers: packed ? { ...headers, 'content-encoding': 'gzip' } : headers,
          body: packed ? (gzipSync(body) as unknown as string) : body,
        });
        assert.equal(error.fault, fault);
        assert.match(error.message, said);
        assert.ok(error.message.includes(words) && !error.message.includes('version'), error.message);
        assert.equal(error.status, status);
      }
      assert.equal(secrets.refusals, fault === 'unauthorised' ? 2 : 0);
    });
  }

  it('ask for the user and the key in headers, and for settings in the address', async () => {
    await answered(rows(''));
    const { headers, url, method } = server.requests.at(-1)!;
    assert.equal(method, 'POST');
    assert.equal(headers['x-clickhouse-user'], 'ann');
    assert.equal(headers['x-clickhouse-key'], 'correct-horse-battery');
    const { pathname, searchParams } = new URL(url, server.url);
    assert.equal(pathname, '/ch/');
    assert.equal(searchParams.get('readonly'), '2');
    assert.ok(Number(searchParams.get('max_execution_time')) > 0);
    assert.equal(searchParams.get('cancel_http_readonly_queries_on_client_close'), '1');
  });

  it('are asked for without settings where the user may change none, from then on', async () => {
    const body = "Code: 164. DB::Exception: Cannot modify 'max_execution_time' setting in readonly mode. (READONLY)";
    const refused: Fault = { kind: 'status', status: 500, body };
    assert.deepEqual(await answered(refused, rows('{"a":1}\n')), [{ a: 1 }]);
    const before = server.requests.length;
    assert.deepEqual(await answered(rows('{"a":2}\n')), [{ a: 2 }]);
    const asked = server.requests.slice(before);
    assert.equal(asked.length, 1);
    assert.equal(new URL(asked[0]!.url, server.url).search, '');
    assert.ok(log.lines.some((line) => /change no settings/.test(line)));
    assert.equal((await failed(refused)).fault, 'server');
  });

  it('hold no secret in their words', async () => {
    const body = 'Code: 1. DB::Exception: the key correct-horse-battery is wrong. (X)';
    const error = await failed({ kind: 'status', status: 500, body });
    assert.ok(!error.describe().includes('correct-horse'), error.describe());
  });
});

describe('an exception of ClickHouse', () => {
  it('is read without its version, name and frame', () => {
    assert.deepEqual(exceptionIn(`rows\n${MESSAGE}`), {
      code: 395,
      message: "Value passed to 'throwIf' function is non-zero",
    });
    assert.deepEqual(exceptionIn('Code: 210. DB::NetException: Connection refused (localhost:9000)'), {
      code: 210,
      message: 'Connection refused (localhost:9000)',
    });
    assert.equal(exceptionIn('Code 12: nothing of the kind'), undefined);
  });
});
