import assert from 'node:assert/strict';
import { nanos } from '../../../../../src/model/time';
import { candidateSql, matchedSql, testedAfterSql } from '../../../../../src/traces/backends/clickhouse/searchSql';
import { operationsSql } from '../../../../../src/traces/backends/clickhouse/operationSql';
import { USUAL_TABLE, type SpanTable } from '../../../../../src/traces/backends/clickhouse/spanTable';
import { hexList, quotedName, SqlParameters } from '../../../../../src/traces/backends/clickhouse/sql';
import { partsOf } from '../../../../../src/traces/backends/clickhouse/traceSearch';
import { prepareSearch } from '../../../../../src/traces/traceql/plan/prepareSearch';

const WINDOW = { from: nanos(1_000n), to: nanos(2_000n) };
const JSON_TABLE: SpanTable = { ...USUAL_TABLE, attributes: 'json' };

/** The condition for matching spans with its values in place; undefined where SQL cannot say it. */
function matched(text: string, table = USUAL_TABLE, anySemconv = false): string | undefined {
  const parameters = new SqlParameters();
  const sql = matchedSql(prepareSearch({ text, anySemconv }), { table, anySemconv }, parameters);
  return sql === undefined ? undefined : filled(sql, parameters);
}

function candidates(text: string, table = USUAL_TABLE, anySemconv = false): string {
  const parameters = new SqlParameters();
  const scope = { table, anySemconv, window: WINDOW, environment: undefined };
  const sql = filled(candidateSql(prepareSearch({ text, anySemconv }), scope, parameters), parameters);
  const within = 'Timestamp >= fromUnixTimestamp64Nano(<1000>) AND Timestamp < fromUnixTimestamp64Nano(<2000>)';
  assert.ok(sql.startsWith(within), sql);
  return sql.slice(within.length).replaceAll(within, '…').trim();
}

function filled(sql: string, { query }: SqlParameters): string {
  return sql.replace(/\{(p\d+):[^}]+\}/g, (_, name: string) => `<${query[`param_${name}`]}>`);
}

describe('SQL for ClickHouse', () => {
  it('says all of a query where columns are compared with constants', () => {
    const exact: Readonly<Record<string, string>> = {
      '{}': '1',
      '{status = error}': "StatusCode IN ('Error', 'ERROR', 'STATUS_CODE_ERROR')",
      '{duration > 2s}': 'Duration > <2000000000> AND Duration <= 9223372036854775807',
      '{duration < 10us}': 'greatest(toInt64(Duration), 0) < <10000>',
      '{resource.service.name = "payment-api"}': 'ServiceName = <payment-api>',
      '{name =~ "GET .*"}': 'match(SpanName, <^(?s:GET .*)$>)',
      '{span.db.system = "postgresql"}':
        'mapContains(SpanAttributes, <db.system>) AND SpanAttributes[<db.system>] = <postgresql>',
      '{span.db.system != nil}': 'mapContains(SpanAttributes, <db.system>)',
      '{resource.host.name = nil}': 'NOT mapContains(ResourceAttributes, <host.name>)',
      '{span.cached = true}': "mapContains(SpanAttributes, <cached>) AND SpanAttributes[<cached>] = 'true'",
      '{.shard = "a"}':
        '(mapContains(SpanAttributes, <shard>) OR mapContains(ResourceAttributes, <shard>)) AND ' +
        'if(mapContains(SpanAttributes, <shard>), SpanAttributes[<shard>], ResourceAttributes[<shard>]) = <a>',
    };
    for (const [query, sql] of Object.entries(exact)) assert.equal(matched(query), sql, query);
    assert.match(
      matched('{kind = server && span.http.status_code >= 500}')!,
      /^SpanKind IN .* AND toFloat64OrZero\(.*\) >= <500>$/,
    );
  });

  it('leaves to the evaluator what it cannot say', () => {
    for (const query of [
      '{resource.service.name = "a"} >> {resource.service.name = "b"}',
      '{status = error} | count() > 2',
      '{name = "a" || name = "b"}',
      '{span.http.status_code = "500"}',
      '{event.exception.type = "Error"}',
      '{span.ratio > 0.5}',
      '{status = error} | rate()',
    ]) {
      assert.equal(matched(query), undefined, query);
    }
    assert.equal(matched('{span.http.method = "GET"}', USUAL_TABLE, true), undefined);
    assert.equal(matched('{span.db.system = "x"}', JSON_TABLE), undefined, 'a column of type JSON may hold a list');
  });

  it('looks for a span of each side of a relation', () => {
    assert.equal(
      candidates('{resource.service.name = "a"} >> {resource.service.name = "b"}'),
      'AND ServiceName = <a>\n  AND TraceId IN (SELECT TraceId FROM `otel_traces` WHERE … AND ServiceName = <b>)',
    );
    assert.equal(candidates('{status = error} || {kind = server}'), '');
    assert.equal(candidates('{span.ratio > 0.5}'), 'AND mapContains(SpanAttributes, <ratio>)');
  });

  it('asks for every name that an attribute has had', () => {
    const sql = candidates('{span.http.method = "GET"}', USUAL_TABLE, true);
    assert.match(
      sql,
      /SpanAttributes\[<http\.method>\] = <GET> OR .*SpanAttributes\[<http\.request\.method>\] = <GET>/,
    );
    assert.match(candidates('{span.http.method = nil}', USUAL_TABLE, true), /NOT .* AND NOT /);
  });

  it('keeps what users write out of the text of a query', () => {
    const nasty = `'; DROP TABLE x; -- {p0:String} \\`;
    const text = `{name = \`${nasty}\` && span."${nasty.replace(/["\\]/g, '\\$&')}" = \`${nasty}\` && resource.service.name =~ \`${nasty}n\`}`;
    const parameters = new SqlParameters();
    const scope = { table: JSON_TABLE, anySemconv: false, window: WINDOW, environment: nasty };
    const sql = candidateSql(prepareSearch({ text }), scope, parameters);
    assert.ok(!sql.includes('DROP'), sql);
    const operations = operationsSql(
      { table: USUAL_TABLE, environment: nasty, query: { window: WINDOW, service: nasty, names: [nasty] } },
      parameters,
    );
    assert.ok(!operations.includes('DROP'), operations);
    assert.ok(Object.values(parameters.query).some((value) => value.includes('DROP')));
  });

  it('writes parameters as they are read: like fields of a tab-separated file, and texts in lists', () => {
    const parameters = new SqlParameters();
    const text = parameters.text("a\tb\n\\'");
    assert.equal(text, '{p0:String}');
    assert.equal(parameters.text("a\tb\n\\'"), text);
    assert.equal(parameters.texts(["it's", 'a\\b', 'x\ny']), '{p1:Array(String)}');
    assert.equal(hexList(['0a', 'ff']), "('0a','ff')");
    for (const odd of ["a'", '', 'g', 'A\n']) assert.throws(() => hexList(['0a', odd]), /is no id/);
    assert.equal(parameters.integer(-5n), '{p2:Int64}');
    assert.deepEqual(parameters.query, {
      param_p0: "a\\tb\\n\\\\'",
      param_p1: "['it\\'s','a\\\\b','x\\ny']",
      param_p2: '-5',
    });
    assert.equal(quotedName('a`b\\'), '`a\\`b\\\\`');
  });

  it('searches the latest part of a window first', () => {
    const parts = partsOf({ from: nanos(0n), to: nanos(5_120n) });
    assert.deepEqual(
      parts.map(({ from, to }) => [Number(from), Number(to)]),
      [
        [5_040, 5_120],
        [4_480, 5_040],
        [0, 4_480],
      ],
    );
    assert.deepEqual(partsOf({ from: nanos(7n), to: nanos(7n) }), []);
  });

  it('tells what is left to test', () => {
    const tested = (text: string) =>
      testedAfterSql('CH', prepareSearch({ text }), { table: USUAL_TABLE, anySemconv: false });
    assert.equal(tested('{status = error && traceDuration > 1s}'), undefined);
    assert.match(tested('{status = error} | count() > 2')!, /CH finds traces that may match/);
    assert.match(tested('{event.cause = "x"}')!, /cannot be asked for any of this/);
    assert.match(tested('{rootName = "x"}')!, /cannot be asked/);
  });
});
