import assert from 'node:assert/strict';
import { nanos } from '../../../../../src/model/time';
import type { FindQuery } from '../../../../../src/traces/backends/searchingBackend';
import {
  filterExpression,
  indexedAttributes,
  withoutUncertain,
} from '../../../../../src/traces/backends/xray/xrayFilter';
import { bestGroup } from '../../../../../src/traces/traceql/plan/narrowing';
import { prepareSearch } from '../../../../../src/traces/traceql/plan/prepareSearch';

/** What X-Ray is asked for a query in TraceQL. */
function asked(text: string, anySemconv = false): FindQuery {
  const { narrowing, pushdown } = prepareSearch({ text, anySemconv });
  const { service, status, minDurationNs, minTraceDurationNs } = narrowing;
  return {
    ...{ service, minDurationNs, minTraceDurationNs, failed: status === 'error', conditions: bestGroup(pushdown) },
    ...{ anySemconv, window: { from: nanos(0n), to: nanos(1n) }, limit: 10 },
  };
}

function filter(text: string, indexed = '', anySemconv = false): string | undefined {
  return filterExpression(asked(text, anySemconv), indexedAttributes(indexed));
}

describe('filter expressions of X-Ray', () => {
  it('ask for services, failures, durations and the status of HTTP', () => {
    const failed = 'service() { error = true OR fault = true OR throttle = true }';
    const expected: Record<string, string | undefined> = {
      '{}': undefined,
      '{resource.service.name = "payment-api"}': 'service("payment-api")',
      '{status = error}': failed,
      '{resource.service.name = "a b" && status = error}': `service("a b") AND ${failed}`,
      // Durations of traces are rounded to milliseconds.
      '{duration > 2s}': 'duration >= 1.999',
      '{duration > 1500us}': undefined,
      '{traceDuration >= 1m}': 'duration >= 59.999',
      '{duration < 2s}': undefined,
      '{span.http.status_code >= 500}': 'service() { http.status >= 500 }',
      '{.http.response.status_code = 404}': 'service() { http.status = 404 }',
      '{500 <= span.http.status_code}': 'service() { http.status >= 500 }',
      '{span.http.status_code != 500}': undefined,
      '{span.http.status_code = "500"}': 'service() { http.status = 500 }',
      '{resource.http.status_code = 500}': undefined,
      '{resource.service.name = "a"} >> {resource.service.name = "b"}': 'service("a")',
      '{status = error || duration > 2s}': undefined,
    };
    for (const [text, expression] of Object.entries(expected)) assert.equal(filter(text), expression, text);
  });

  it('ask for annotations that are said to be indexed, under both of their names', () => {
    const both = '(annotation[http_route] = "/orders" OR annotation[http.route] = "/orders")';
    assert.equal(filter('{span.http.route = "/orders"}'), undefined);
    assert.equal(filter('{span.http.route = "/orders"}', 'code.function.name, http.route'), both);
    assert.equal(filter('{span.http.route = "/orders"}', '*'), both);
    assert.equal(
      filter('{span.retries = 3 && span.paid = true}', '*'),
      'annotation[retries] = 3 AND annotation[paid] = true',
    );
    assert.equal(filter('{resource.http.route = "/orders"}', '*'), undefined);
    assert.equal(filter('{span.http.route != "/orders"}', '*'), undefined);
    // Where old and new names are one, all of them must be indexed.
    assert.equal(filter('{span.db.system = "redis"}', 'db.system', true), undefined);
    assert.match(filter('{span.db.system = "redis"}', '*', true) ?? '', /annotation\[db_system_name\] = "redis"/);
  });

  it('leave out what the language has no notation for, and what makes them too long', () => {
    assert.equal(filter('{resource.service.name = "say \\"hello\\""}'), undefined);
    assert.equal(filter(`{span.a = "${'x'.repeat(3000)}" && duration > 1s}`, '*'), 'duration >= 0.999');
  });

  it('know what X-Ray does not index completely', () => {
    const rest = withoutUncertain(asked('{status = error && span.http.status_code = 500 && duration > 2s}'));
    assert.equal(rest && filterExpression(rest, indexedAttributes('')), 'duration >= 1.999');
    assert.equal(withoutUncertain(asked('{resource.service.name = "a" && duration > 2s}')), undefined);
  });
});
