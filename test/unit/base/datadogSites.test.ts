import assert from 'node:assert/strict';
import { datadogKeysPage, parseDatadogSite } from '../../../src/base/datadogSites';

describe('sites of Datadog', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['us1', 'https://api.datadoghq.com', 'https://app.datadoghq.com'],
    ['EU1', 'https://api.datadoghq.eu', 'https://app.datadoghq.eu'],
    ['us5.datadoghq.com', 'https://api.us5.datadoghq.com', 'https://us5.datadoghq.com'],
    ['https://us3.datadoghq.com/apm/home?env=prod', 'https://api.us3.datadoghq.com', 'https://us3.datadoghq.com'],
    ['https://api.ap1.datadoghq.com', 'https://api.ap1.datadoghq.com', 'https://ap1.datadoghq.com'],
    ['ap2', 'https://api.ap2.datadoghq.com', 'https://ap2.datadoghq.com'],
    ['https://app.ddog-gov.com', 'https://api.ddog-gov.com', 'https://app.ddog-gov.com'],
    ['acme.datadoghq.com', 'https://api.datadoghq.com', 'https://acme.datadoghq.com'],
  ];
  for (const [text, apiUrl, appUrl] of cases) {
    it(`reads ${text}`, () => {
      const site = parseDatadogSite(text);
      assert.deepEqual([site?.apiUrl, site?.appUrl], [apiUrl, appUrl]);
    });
  }

  it('have a page for keys', () => {
    const page = datadogKeysPage('https://api.us5.datadoghq.com', 'application-keys');
    assert.equal(page, 'https://us5.datadoghq.com/organization-settings/application-keys');
    assert.equal(datadogKeysPage('http://localhost:1', 'api-keys'), 'Organization Settings, API Keys');
  });

  it('leaves other addresses alone', () => {
    for (const text of [
      '',
      'us',
      'constructor',
      'http://localhost:8126',
      'https://datadoghq.com.example',
      'https://notdatadoghq.com',
    ])
      assert.equal(parseDatadogSite(text), undefined, text);
  });
});
