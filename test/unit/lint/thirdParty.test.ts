import assert from 'node:assert/strict';
import { destinationOfHost, destinationOfName, destinationOfUrl } from '../../../src/lint/code/thirdParty';

describe('lint: who answers', () => {
  it('knows vendors by the words of a name, in whatever case and with whatever between them', () => {
    for (const name of [
      'GITHUB_API_URL',
      'stripeBaseUrl',
      'spire-server.address',
      'RAZORPAY_HOST',
      'langfuse_host',
      'mercado_pago',
    ])
      assert.equal(destinationOfName(name), 'third-party', name);
    for (const name of ['ORDERS_API_URL', 'stockBaseUrl', 'inspire', 'clickhouse.go'])
      assert.equal(destinationOfName(name), 'unknown', name);
  });

  it('tells services of the same system from vendors and from hosts of the internet', () => {
    for (const host of ['orders', 'orders.shop.svc.cluster.local', '10.0.0.7', 'localhost'])
      assert.equal(destinationOfHost(host), 'own', host);
    assert.equal(destinationOfHost('169.254.169.254'), 'third-party');
    assert.equal(destinationOfHost('api.github.com'), 'third-party');
    assert.equal(destinationOfHost('api.weather.gov'), 'public');
    assert.equal(destinationOfHost('api.example.com'), 'unknown');
    assert.equal(destinationOfUrl('http://orders.backend:8080/items'), 'own');
    assert.equal(destinationOfUrl('/items'), 'unknown');
  });
});
