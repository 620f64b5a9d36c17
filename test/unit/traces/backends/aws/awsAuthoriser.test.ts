import assert from 'node:assert/strict';
import { AwsAuthoriser } from '../../../../../src/traces/backends/aws/awsAuthoriser';
import { AwsCredentialSource } from '../../../../../src/traces/backends/aws/awsCredentials';
import { configuredRegion, consoleHost } from '../../../../../src/traces/backends/aws/awsRegion';
import { backendConfig, TestSecrets } from '../../../../support/wire/backendBed';

const { signal } = new AbortController();

function authoriser(now: () => number, service: string, environment: Record<string, string>): AwsAuthoriser {
  const source = new AwsCredentialSource(
    backendConfig({ kind: 'xray', url: 'https://example.amazonaws.com', auth: 'aws' }),
    new TestSecrets(),
    environment,
  );
  return new AwsAuthoriser(source, { service, region: () => Promise.resolve('us-east-1') }, now);
}

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const AT = Date.UTC(2015, 7, 30, 12, 36, 0);

describe('AwsAuthoriser', () => {
  it('signs the requests of AWS’s own test suite for Signature Version 4 as it says', async () => {
    // aws-sig-v4-test-suite: get-vanilla and post-vanilla.
    const vectors = [
      ['GET', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
      ['POST', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    ] as const;
    for (const [method, signature] of vectors) {
      const url = new URL('https://example.amazonaws.com/');
      const request = { method, url, headers: { accept: '*/*' }, body: undefined };
      const headers = await authoriser(() => AT, 'service', KEYS).headers(request, signal);
      assert.deepEqual(headers, {
        'x-amz-date': '20150830T123600Z',
        authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
      });
    }
  });

  it('sends the token of temporary keys, and tells what must not be shown', async () => {
    const signer = authoriser(() => AT, 'xray', { ...KEYS, AWS_SESSION_TOKEN: 'IQoJb3JpZ2lu' });
    assert.deepEqual(signer.secrets, []);
    const url = new URL('https://xray.us-east-1.amazonaws.com/Traces');
    const headers = await signer.headers({ method: 'POST', url, headers: {}, body: '{}' }, signal);
    assert.equal(headers['x-amz-security-token'], 'IQoJb3JpZ2lu');
    assert.match(headers['authorization'] ?? '', /SignedHeaders=host;x-amz-date;x-amz-security-token,/);
    assert.deepEqual(signer.secrets, [KEYS.AWS_SECRET_ACCESS_KEY, 'IQoJb3JpZ2lu']);
  });

  it('signs by the clock of AWS once it was told', async () => {
    const signer = authoriser(() => AT, 'xray', KEYS);
    assert.equal(signer.correctClock(new Date(AT + 3_600_000).toUTCString()), true);
    const url = new URL('https://xray.us-east-1.amazonaws.com/Traces');
    const headers = await signer.headers({ method: 'POST', url, headers: {}, body: '{}' }, signal);
    assert.equal(headers['x-amz-date'], '20150830T133600Z');
    assert.equal(signer.correctClock(new Date(AT + 3_601_000).toUTCString()), false);
    assert.equal(signer.correctClock(undefined), false);
  });
});

describe('regions of AWS', () => {
  it('are read out of every host that AWS has', () => {
    const hosts = {
      'https://xray.eu-central-1.amazonaws.com': 'eu-central-1',
      'https://xray-fips.us-gov-west-1.amazonaws.com': 'us-gov-west-1',
      'https://xray.cn-north-1.amazonaws.com.cn': 'cn-north-1',
      'https://xray.ap-southeast-2.api.aws': 'ap-southeast-2',
      'https://vpce-0a1b-2c3d.xray.eu-west-3.vpce.amazonaws.com': 'eu-west-3',
      'https://search-logs.eu-west-1.es.amazonaws.com': undefined,
      'http://localhost:4566': undefined,
    };
    for (const [url, region] of Object.entries(hosts)) {
      assert.equal(configuredRegion(backendConfig({ kind: 'xray', url })), region, url);
    }
    const local = backendConfig({ kind: 'xray', url: 'http://localhost:4566', options: { region: 'eu-north-1' } });
    assert.equal(configuredRegion(local), 'eu-north-1');
  });

  it('have consoles of their own', () => {
    assert.deepEqual(['eu-west-1', 'cn-north-1', 'us-gov-east-1'].map(consoleHost), [
      ...['eu-west-1.console.aws.amazon.com', 'console.amazonaws.cn', 'console.amazonaws-us-gov.com'],
    ]);
  });
});
