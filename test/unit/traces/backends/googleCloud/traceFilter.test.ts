import assert from 'node:assert/strict';
import { nanos } from '../../../../../src/model/time';
import { traceFilter } from '../../../../../src/traces/backends/googleCloud/traceFilter';
import type { FindQuery } from '../../../../../src/traces/backends/searchingBackend';
import { bestGroup } from '../../../../../src/traces/traceql/plan/narrowing';
import { prepareSearch } from '../../../../../src/traces/traceql/plan/prepareSearch';

const window = { from: nanos(0n), to: nanos(1n) };

function filterOf(text: string, more: Partial<FindQuery> = {}): string | undefined {
  const { pushdown, narrowing } = prepareSearch({ text });
  const { service, name, minDurationNs } = narrowing;
  const conditions = bestGroup(pushdown);
  return traceFilter(
    { window, limit: 1, service, operation: name, minDurationNs, conditions, ...more },
    'service.name',
  );
}

describe('what Cloud Trace is asked for', () => {
  const asked: Readonly<Record<string, string | undefined>> = {
    '{ resource.service.name = "shop" }': '+service.name:"shop"',
    '{ name = "GET /x" && span.order.id = "a \\"b\\"" }': '+span:"GET /x" +order.id:"a \\"b\\""',
    '{ duration > 1500ms }': 'latency:1500ms',
    '{ span.db.system != nil }': 'label:db.system',
    '{ name =~ "GET .*" }': 'span:"GET "',
    '{ span.server.port = 8080 }': '+server.port:"8080"',
    '{ span.cached = true }': undefined,
    '{ span.odd.double = 0.5 }': undefined,
    '{ status = error }': undefined,
    // The exporters of some languages write them as `/http/…`, those of others do not.
    '{ span.http.route = "/x" }': undefined,
    '{ span.http.method = "GET" }': undefined,
    '{ span.a = "x" || span.b = "y" }': undefined,
  };

  for (const [query, filter] of Object.entries(asked)) {
    it(`says of ${query} what it can`, () => assert.equal(filterOf(query), filter));
  }

  it('asks for the beginning of what is cut when it is stored', () => {
    const name = 'ä'.repeat(100);
    assert.equal(filterOf(`{ name = "${name}" }`), `span:"${'ä'.repeat(62)}"`);
    const value = 'x'.repeat(300);
    assert.equal(filterOf(`{ span.order.note = "${value}" }`), `order.note:"${'x'.repeat(252)}"`);
  });

  it('asks for one name of an attribute only where it has no other', () => {
    assert.equal(filterOf('{ span.db.system = "a" && span.order = "b" }', { anySemconv: true }), '+order:"b"');
  });
});
