import assert from 'node:assert/strict';
import { hiddenOperations } from '../../../src/engine/traces/hiddenOperations';
import { DEFAULT_SETTINGS } from '../../../src/engine/settings';

describe('hidden operations', () => {
  it('are health checks and static files by default', () => {
    const isHidden = hiddenOperations(DEFAULT_SETTINGS.traces.hidden);
    for (const name of [
      'GET /health',
      '/healthz',
      'GET /readyz',
      'HEAD /ping',
      'GET /actuator/health',
      'GET /metrics',
    ]) {
      assert.equal(isHidden(name), true, name);
    }
    for (const name of ['GET /app.css', 'GET /favicon.ico', 'grpc.health.v1.Health/Check']) {
      assert.equal(isHidden(name), true, name);
    }
    assert.equal(isHidden('GET', '/livez'), true);
    for (const name of ['GET /orders', 'POST /healthcare/visits', 'GET /pinger', 'GET', 'GET /api/metrics-report']) {
      assert.equal(isHidden(name), false, name);
    }
  });

  it('match the whole text, in any case, with stars for anything', () => {
    const isHidden = hiddenOperations(['/a*b*c', 'x', ' ', '*end']);
    for (const name of ['/a--b--c', '/abc', 'X', 'GET /AbbC', 'the end']) assert.equal(isHidden(name), true, name);
    for (const name of ['/ac', '/a-c-b', 'xx', '/abcd', '']) assert.equal(isHidden(name), false, name);
  });

  it('are none without patterns', () => {
    assert.equal(hiddenOperations([])('GET /health'), false);
  });
});
