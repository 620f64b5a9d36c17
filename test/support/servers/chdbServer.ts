/**
 * ClickHouse's HTTP interface over chdb, which is ClickHouse without its server. A program, not a module.
 *
 * Like the real one: `GET /ping`; the query in the body, in `query`, or in both; `database`, `default_format`,
 * `param_*`, every other parameter a setting; users by header, Basic or parameter; gzip both ways; formats and errors of
 * the engine itself, with the code's HTTP status, `X-ClickHouse-Exception-Code` and the text `Code: 60. DB::Exception: …`.
 * GET is read-only.
 *
 * Not: sessions, progress headers, formats other than text, answers in pieces (an error never comes after a 200), roles;
 * and `readonly` is looked after here, as a session of chdb that has once been read-only stays so.
 */
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ClickhouseError, httpStatusOf } from './clickhouseErrors';
import { assertReadOnly, quote, substitutions, withSettings } from './clickhouseQuery';

interface ChdbSession {
  query(sql: string, format: string): string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly format?: string;
  readonly code?: number;
}

const variable = (name: string): string => process.env[name] ?? '';

/** Parameters of the interface itself; all others are settings. */
const OWN_PARAMETERS = new Set(['query', 'database', 'default_format', 'user', 'password', 'query_id', 'readonly']);

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  JSON: 'application/json; charset=UTF-8',
  JSONCompact: 'application/json; charset=UTF-8',
  JSONEachRow: 'application/x-ndjson; charset=UTF-8',
  JSONCompactEachRow: 'application/x-ndjson; charset=UTF-8',
  TabSeparated: 'text/tab-separated-values; charset=UTF-8',
  TSV: 'text/tab-separated-values; charset=UTF-8',
};

function openSession(): ChdbSession {
  const require = createRequire(path.join(variable('CHDB_PACKAGES'), 'package.json'));
  const { Session } = require('chdb') as { Session: new (folder: string) => ChdbSession };
  return new Session(variable('CHDB_DATA'));
}

async function bodyOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
}

function authenticate(request: http.IncomingMessage, parameters: URLSearchParams): void {
  const { authorization = '' } = request.headers;
  const basic = /^Basic (.*)$/i.exec(authorization)?.[1];
  const [basicUser, basicPassword] = basic ? Buffer.from(basic, 'base64').toString().split(/:(.*)/s) : [];
  const user = request.headers['x-clickhouse-user'] ?? basicUser ?? parameters.get('user') ?? 'default';
  const password = request.headers['x-clickhouse-key'] ?? basicPassword ?? parameters.get('password') ?? '';
  if (user === variable('CHDB_USER') && password === variable('CHDB_PASSWORD')) return;
  const words = 'Authentication failed: password is incorrect, or there is no user with such name.';
  throw new ClickhouseError(516, `${String(user)}: ${words}`, 'AUTHENTICATION_FAILED');
}

/** Runs one query with nothing left over for the next: chdb's session has its settings in common for all. */
function run(session: ChdbSession, sql: string, parameters: URLSearchParams, readOnly: boolean): Answer {
  const settings = [...parameters].filter(([name]) => !OWN_PARAMETERS.has(name) && !name.startsWith('param_'));
  if (readOnly) assertReadOnly(sql, parameters.get('readonly') === '1' ? settings : []);
  const given = new Map([...parameters].filter(([name]) => name.startsWith('param_')));
  for (const name of substitutions(sql)) {
    const value = given.get(`param_${name}`);
    if (value === undefined)
      throw new ClickhouseError(456, `Substitution \`${name}\` is not set`, 'UNKNOWN_QUERY_PARAMETER');
    session.query(`SET param_${name} = ${quote(value)}`, 'Null');
  }
  const format = /\bFORMAT\s+(\w+)\s*;?\s*$/i.exec(sql)?.[1] ?? parameters.get('default_format') ?? 'TabSeparated';
  const database = parameters.get('database');
  if (database) session.query(`USE ${quoteName(database)}`, 'Null');
  try {
    return { status: 200, body: withSettings(session, settings, () => session.query(sql, format)), format };
  } finally {
    if (database) session.query('USE default', 'Null');
  }
}

function quoteName(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}

async function answer(session: ChdbSession, request: http.IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/ping') return { status: 200, body: 'Ok.\n' };
  if (url.pathname !== '/') return { status: 404, body: `There is no handle ${url.pathname}\n` };
  try {
    const body = await bodyOf(request);
    authenticate(request, url.searchParams);
    const sql = [url.searchParams.get('query'), body].filter(Boolean).join('\n');
    if (sql === '') return { status: 200, body: 'Ok.\n' };
    const readOnly = request.method === 'GET' || ['1', '2'].includes(url.searchParams.get('readonly') ?? '');
    return run(session, sql, url.searchParams, readOnly);
  } catch (error) {
    const { code, text } = ClickhouseError.of(error);
    return { status: httpStatusOf(code), body: `${text}\n`, code };
  }
}

function respond(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { status, body, format, code }: Answer,
): void {
  const wantsGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const asked = new URL(request.url ?? '/', 'http://localhost').searchParams.get('enable_http_compression') === '1';
  const bytes = wantsGzip && asked ? gzipSync(body) : Buffer.from(body);
  response.writeHead(status, {
    'Content-Type': CONTENT_TYPES[format ?? ''] ?? 'text/plain; charset=UTF-8',
    'Content-Length': bytes.length,
    'X-ClickHouse-Query-Id': randomUUID(),
    'X-ClickHouse-Timezone': 'UTC',
    ...(format === undefined ? {} : { 'X-ClickHouse-Format': format }),
    ...(code === undefined ? {} : { 'X-ClickHouse-Exception-Code': String(code) }),
    ...(wantsGzip && asked ? { 'Content-Encoding': 'gzip' } : {}),
  });
  response.end(bytes);
}

function main(): void {
  const session = openSession();
  const server = http.createServer((request, response) => {
    void answer(session, request).then((said) => respond(request, response, said));
  });
  server.listen(Number(variable('CHDB_PORT')), '127.0.0.1');
}

main();
