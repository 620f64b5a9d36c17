import assert from 'node:assert/strict';
import { datadogSpans } from '../../../../src/traces/formats/datadogSpans';
import { isBadRecord, type SpanRecord } from '../../../../src/traces/formats/spanRecord';

/** The spans of an answer of the search. */
function read(...customs: readonly object[]): SpanRecord[] {
  const data = customs.map((custom, at) => ({
    id: `AYk${at}`,
    type: 'spans',
    attributes: {
      ...{ trace_id: '1376633447483012831', span_id: String(at + 1), parent_id: '0', service: 'web', env: 'none' },
      ...{
        resource_name: 'GET /',
        start_timestamp: '2026-11-22T10:37:09.217Z',
        custom: { duration: 5_000_001, ...custom },
      },
    },
  }));
  return [...datadogSpans({ data })].map((span) => {
    assert.ok(!isBadRecord(span));
    return span;
  });
}

describe('spans of OpenTelemetry in Datadog', () => {
  const low = 1376633447483012831n.toString(16).padStart(16, '0');

  it('have the whole id of their trace where one of them says it', () => {
    const whole = `5bd66ef5095369c7${low}`;
    const [first, second] = read({ otel: { trace_id: whole } }, {});
    assert.deepEqual([first!.traceId, second!.traceId], [whole, whole]);
    assert.equal(first!.attributes.has('otel.trace_id'), false);
    const [bad] = read({ otel: { trace_id: 'no id' } });
    assert.equal(bad!.traceId, `${'0'.repeat(16)}${low}`);
  });

  it('have their status, with what it said', () => {
    const status = (custom: object) => read(custom)[0]!.status;
    assert.deepEqual(status({ otel: { status_code: 'Ok' } }), { code: 1 });
    assert.deepEqual(status({ otel: { status_code: 'Unset' } }), { code: 0 });
    assert.deepEqual(status({ otel: { status_code: 'Error', status_description: 'declined' } }), {
      ...{ code: 2, message: 'declined' },
    });
    assert.deepEqual(status({ error: { message: 'none left' } }), { code: 2, message: 'none left' });
    // What failed is not well, whatever else it says.
    assert.equal(status({ otel: { status_code: 'Ok' }, error: { type: 'E' } }).code, 2);
  });

  it('have their resource, their state, and their length to the nanosecond', () => {
    const [span] = read({
      ...{ telemetry: { sdk: { language: 'go' } }, process: { executable: { path: '/bin/web' } }, process_id: '7' },
      ...{ k8s: { pod: { name: 'web-1' } }, w3c: { tracestate: 'a=b' }, http: { route: '/' } },
    });
    assert.equal(span!.resource.get('telemetry.sdk.language'), 'go');
    assert.equal(span!.resource.get('process.executable.path'), '/bin/web');
    assert.equal(span!.resource.get('k8s.pod.name'), 'web-1');
    assert.deepEqual([...span!.attributes.keys()].sort(), ['http.route', 'process_id']);
    assert.deepEqual([span!.traceState, span!.endNs - span!.startNs], ['a=b', 5_000_001n]);
  });
});
