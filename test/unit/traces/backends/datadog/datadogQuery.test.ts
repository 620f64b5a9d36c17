import assert from 'node:assert/strict';
import { nanos } from '../../../../../src/model/time';
import { askedOfDatadog, datadogQuery } from '../../../../../src/traces/backends/datadog/datadogQuery';
import { bestGroup } from '../../../../../src/traces/traceql/plan/narrowing';
import { prepareSearch } from '../../../../../src/traces/traceql/plan/prepareSearch';
import { datadogTest } from '../../../../support/wire/datadogQueryLanguage';

const window = { from: nanos(0n), to: nanos(1n) };

/** What Datadog is asked for a search. */
function asked(text: string, environment?: string, anySemconv = false): string {
  const { pushdown } = prepareSearch({ text, anySemconv });
  return datadogQuery({ window, limit: 1, conditions: bestGroup(pushdown), anySemconv }, environment);
}

describe('searches of Datadog', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{}', '*'],
    ['{resource.service.name = "payment-api"}', 'service:"payment-api"'],
    ['{resource.service.name != "a"}', '-service:"a"'],
    ['{name = "GET /a \\"b\\""}', 'resource_name:"GET /a \\"b\\""'],
    ['{status = error && duration > 2s}', 'status:error @duration:>2000000000'],
    ['{status != error}', '-status:error'],
    ['{kind = server && duration <= 10us}', '@span.kind:server @duration:<=10000'],
    ['{span.http.route = "/orders"}', '(@http.route:"/orders" OR http.route:"/orders")'],
    ['{span.http.status_code >= 500}', '@http.status_code:>=500'],
    ['{span.retries > 2}', '(@retries:* OR retries:*)'],
    ['{span.a =~ "b.*"}', '(@a:* OR a:*)'],
    ['{span.a != nil}', '(@a:* OR a:*)'],
    ['{span.a = nil}', '-@a:* -a:*'],
    ['{span.ok = true && .n = 7}', '(@ok:"true" OR ok:"true") (@n:"7" OR n:"7")'],
    ['{resource.deployment.environment.name = "prod"}', 'env:"prod"'],
    ['{resource.host.name = "h1"}', 'host:"h1"'],
    // Not asked for: tested on what comes back.
    ['{event.name = "x"}', '*'],
    ['{span.exception.type = "E"}', '*'],
    ['{span."a b" = "c"}', '*'],
    ['{name =~ "a.*"}', '*'],
    ['{span.a = 1 || span.b = 2}', '*'],
    ['{resource.service.name = "a"} >> {status = error}', 'service:"a"'],
    ['{status = error} | count() > 2', 'status:error'],
  ];
  for (const [text, query] of cases) {
    it(`are ${query} for ${text}`, () => {
      assert.equal(asked(text), query);
      // And are understood.
      datadogTest(query);
    });
  }

  it('name the environment, and both names of an attribute', () => {
    assert.equal(asked('{status = error}', 'prod'), 'env:"prod" status:error');
    const either = asked('{span.http.request.method = "GET"}', undefined, true);
    assert.match(either, /@http\.request\.method:"GET".* OR .*@http\.method:"GET"/);
  });

  it('never cut a text or a number', () => {
    assert.equal(asked(`{span.a = "${'x'.repeat(500)}"}`), '(@a:* OR a:*)');
    assert.equal(asked('{span.a = 0.1}'), '(@a:* OR a:*)');
  });

  it('say what they do not ask for', () => {
    const { narrowing } = prepareSearch({ text: '{resource.service.name = "a" && span.exception.type = "E"}' });
    const told = askedOfDatadog(narrowing);
    assert.deepEqual([told.service, told.attributes, told.exact], ['a', [], false]);
  });
});
