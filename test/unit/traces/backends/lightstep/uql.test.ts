import assert from 'node:assert/strict';
import { nanos } from '../../../../../src/model/time';
import {
  askedInUql,
  environmentFilters,
  equalTo,
  filtersOf,
  uqlOf,
} from '../../../../../src/traces/backends/lightstep/uql';
import { bestGroup } from '../../../../../src/traces/traceql/plan/narrowing';
import { prepareSearch } from '../../../../../src/traces/traceql/plan/prepareSearch';

const window = { from: nanos(0n), to: nanos(1n) };

function filters(text: string, anySemconv = false): string[] {
  const conditions = bestGroup(prepareSearch({ text, anySemconv }).pushdown);
  return filtersOf({ window, limit: 1, conditions, anySemconv });
}

describe('queries in UQL', () => {
  it('are stages in a row', () => {
    const query = uqlOf({ fetch: 'latency', filters: ['service == "a"'], labels: ['operation'], percentile: 95 });
    assert.equal(
      query,
      'spans latency | delta | filter service == "a" | group_by ["operation"], sum | point percentile(value, 95.0)',
    );
    assert.equal(uqlOf({ fetch: 'count', filters: [], labels: [] }), 'spans count | delta | group_by [], sum');
  });

  it('quote texts, and leave out what cannot be written', () => {
    assert.equal(equalTo('operation', 'say "hi" \\o/'), String.raw`operation == "say \"hi\" \\o/"`);
    assert.equal(equalTo('a key', 'x'), undefined);
    assert.equal(equalTo('operation', 'two\nlines'), undefined);
  });

  it('ask for texts of spans and for kinds that are told, and for nothing that might miss some', () => {
    assert.deepEqual(filters('{ span.http.route = "/a" && kind = client }'), [
      'http.route == "/a"',
      'span.kind == "client"',
    ]);
    for (const text of ['{ span.http.status_code = 500 }', '{ resource.host.name = "a" }', '{ kind = internal }'])
      assert.deepEqual(filters(text), [], text);
    assert.deepEqual(filters('{ span.http.route != "/a" }'), []);
  });

  it('ask for old and new names of an attribute', () => {
    const [filter = ''] = filters('{ span.http.request.method = "GET" }', true);
    assert.match(filter, /^\(http\.request\.method == "GET" \|\| http\.method == "GET"\)$/);
  });

  it('ask for an environment by either name', () => {
    assert.deepEqual(environmentFilters('prod'), [
      '(deployment.environment == "prod" || deployment.environment.name == "prod")',
    ]);
  });

  it('are exact for what is asked for whole', () => {
    const exact = (text: string): boolean => askedInUql(prepareSearch({ text }).narrowing).exact;
    assert.ok(exact('{ resource.service.name = "a" && name = "b" && status = error && span.c = "d" }'));
    for (const text of ['{ status = ok }', '{ span.c = 4 }', '{ resource.c = "d" }', '{ duration > 1s }'])
      assert.ok(!exact(text), text);
  });
});
