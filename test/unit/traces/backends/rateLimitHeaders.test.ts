import assert from 'node:assert/strict';
import { rateLimitNotice } from '../../../../src/traces/backends/transport/rateLimitHeaders';

const NOW = 1_760_000_000_000;
const notice = (headers: Record<string, string>) => rateLimitNotice(new Map(Object.entries(headers)), NOW);

describe('rate limits in headers', () => {
  it('reads Datadog’s', () => {
    const headers = {
      'x-ratelimit-limit': '300',
      'x-ratelimit-period': '3600',
      'x-ratelimit-remaining': '287',
      'x-ratelimit-reset': '1520',
      'x-ratelimit-name': 'spans_search',
    };
    assert.deepEqual(notice(headers), { remaining: 287, limit: 300, resetInMs: 1_520_000, periodMs: 3_600_000 });
  });

  it('reads Honeycomb’s', () => {
    const headers = { ratelimit: 'limit=100, remaining=80, reset=54', 'ratelimit-policy': '100;w=60' };
    assert.deepEqual(notice(headers), { remaining: 80, limit: 100, resetInMs: 54_000, periodMs: 60_000 });
    assert.deepEqual(notice({ ratelimit: 'limit=10, remaining=0, reset=7', ratelimitpolicy: '10;w=60' }), {
      ...{ remaining: 0, limit: 10, resetInMs: 7_000, periodMs: 60_000 },
    });
  });

  it('reads times instead of seconds, by the clock of the service', () => {
    const headers = { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '59' };
    const date = new Date(NOW - 90_000).toUTCString();
    assert.equal(notice({ ...headers, 'x-ratelimit-reset': String(NOW / 1000 + 10) })?.resetInMs, 10_000);
    assert.equal(notice({ ...headers, 'x-ratelimit-reset': String(NOW + 10) })?.resetInMs, 10);
    assert.equal(notice({ ...headers, 'x-ratelimit-reset': String(NOW / 1000), date })?.resetInMs, 90_000);
  });

  it('reads the drafts of the IETF, and of several limits the one that is nearest to its end', () => {
    const separate = {
      'ratelimit-limit': '100, 100;w=60, 5000;w=3600',
      'ratelimit-remaining': '12',
      'ratelimit-reset': '30',
    };
    assert.deepEqual(notice(separate), { remaining: 12, limit: 100, resetInMs: 30_000 });
    const named = {
      ratelimit: '"hour";r=900;t=1800, "burst";r=3;t=5',
      'ratelimit-policy': '"burst";q=10;w=10, "hour";q=1000;w=3600',
    };
    assert.deepEqual(notice(named), { remaining: 3, limit: 10, resetInMs: 5_000, periodMs: 10_000 });
  });

  it('takes Retry-After or the period for a reset that is not said', () => {
    const bare = { 'x-ratelimit-remaining': '0' };
    assert.equal(notice({ ...bare, 'retry-after': '12' })?.resetInMs, 12_000);
    assert.equal(notice({ ...bare, 'x-ratelimit-period': '10' })?.resetInMs, 10_000);
    assert.equal(notice(bare), undefined);
  });

  it('reads nothing out of nothing', () => {
    assert.equal(notice({}), undefined);
    assert.equal(notice({ ratelimit: 'soon', 'x-ratelimit-remaining': 'many' }), undefined);
  });
});
