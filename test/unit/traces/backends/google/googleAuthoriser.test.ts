import assert from 'node:assert/strict';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import { GoogleAuthoriser } from '../../../../../src/traces/backends/google/googleAuthoriser';
import { refusalOf } from '../../../../support/refusal';
import { backendConfig, TestSecrets } from '../../../../support/wire/backendBed';
import { RoutedTransport, type Route } from '../../../../support/wire/routedTransport';

const { signal } = new AbortController();
const SCOPE = 'https://www.googleapis.com/auth/trace.readonly';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = {
  type: 'service_account',
  project_id: 'shop-prod-42',
  private_key_id: 'k1',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  client_email: 'reader@shop-prod-42.iam.gserviceaccount.com',
};
const USER = {
  type: 'authorized_user',
  client_id: 'id.apps.googleusercontent.com',
  client_secret: 'secret-of-the-client',
  refresh_token: '1//refresh-horse-battery',
  quota_project_id: 'quota-42',
};
const REQUEST = {
  method: 'GET',
  url: new URL('https://cloudtrace.googleapis.com/v1'),
  headers: {},
  body: undefined,
} as const;

const formOf = (body: unknown): URLSearchParams => new URLSearchParams(String(body));
const token = (access_token: string, expires_in = 3600) => ({
  body: { access_token, expires_in, token_type: 'Bearer' },
});

describe('GoogleAuthoriser', () => {
  let folder: string;
  let transport: RoutedTransport;
  let secrets: TestSecrets;
  let nowMs: number;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spanlight-google-'));
    secrets = new TestSecrets('');
    nowMs = Date.now();
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function authoriser(
    credentials: object | string | undefined,
    routes: Readonly<Record<string, Route>>,
    more: { readonly options?: Record<string, string>; readonly environment?: Record<string, string> } = {},
  ): Promise<GoogleAuthoriser> {
    const file = path.join(folder, 'credentials.json');
    const text = typeof credentials === 'string' ? credentials : JSON.stringify(credentials);
    if (credentials !== undefined) await writeFile(file, text);
    transport = new RoutedTransport(routes);
    const { options = {} } = more;
    return new GoogleAuthoriser({
      config: backendConfig({ kind: 'googlecloud', url: 'https://cloudtrace.googleapis.com', auth: 'google', options }),
      environment: {
        HOME: folder,
        ...(credentials === undefined ? {} : { GOOGLE_APPLICATION_CREDENTIALS: file }),
        ...more.environment,
      },
      ...{ secrets, transport, scopes: [SCOPE], now: () => nowMs },
    });
  }

  const fault = (from: GoogleAuthoriser): Promise<BackendError> =>
    refusalOf(from.headers(REQUEST, signal), BackendError);

  it('signs in with the key of a service account', async () => {
    const google = await authoriser(KEY, { 'oauth2.googleapis.com': () => token('ya29.one') });
    assert.deepEqual(await google.headers(REQUEST, signal), { authorization: 'Bearer ya29.one' });
    assert.equal(await google.project(signal), 'shop-prod-42');
    assert.deepEqual(google.secrets, ['ya29.one']);
    const [head = '', claims = '', signature = ''] = formOf(transport.asked[0]!.body).get('assertion')!.split('.');
    const verify = createVerify('RSA-SHA256').update(`${head}.${claims}`);
    assert.ok(verify.verify(publicKey, signature, 'base64url'));
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    assert.deepEqual([said['iss'], said['scope']], [KEY.client_email, SCOPE]);
  });

  it('asks for a token once, however many ask at the same time, and again before it expires', async () => {
    let tokens = 0;
    const google = await authoriser(USER, {
      'oauth2.googleapis.com': () => token(`t${++tokens}`, tokens === 1 ? 1 : 3600),
    });
    const ask = () => google.headers(REQUEST, signal);
    const [a, b] = await Promise.all([ask(), ask()]);
    assert.deepEqual([a.authorization, b.authorization, tokens], ['Bearer t1', 'Bearer t1', 1]);
    assert.equal((await ask()).authorization, 'Bearer t2');
    assert.equal((await ask()).authorization, 'Bearer t2');
  });

  it('signs in as gcloud has left it, and says whose quota counts', async () => {
    const google = await authoriser(undefined, { 'oauth2.googleapis.com': () => token('ya29.user') });
    const gcloud = path.join(folder, '.config', 'gcloud');
    await mkdir(gcloud, { recursive: true });
    await writeFile(path.join(gcloud, 'application_default_credentials.json'), JSON.stringify(USER));
    assert.deepEqual(await google.headers(REQUEST, signal), {
      authorization: 'Bearer ya29.user',
      'x-goog-user-project': 'quota-42',
    });
    assert.equal(formOf(transport.asked[0]!.body).get('refresh_token'), USER.refresh_token);
    assert.equal(google.origin, 'gcloud');
  });

  it('says that a sign-in has expired, without a word of what was sent', async () => {
    const expired = {
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    };
    const google = await authoriser(USER, { 'oauth2.googleapis.com': () => expired });
    const error = await fault(google);
    assert.match(error.message, /has expired or was taken back \(invalid_grant: Token has been expired or revoked\)/);
    assert.match(error.cure ?? '', /gcloud auth application-default login/);
    const said = `${error.describe()} ${error.stack} ${inspect(error, { depth: 9 })}`;
    assert.ok(!said.includes(USER.refresh_token) && !said.includes(USER.client_secret), said);
    assert.equal(error.fault, 'unauthorised');
  });

  it('exchanges tokens of a workload identity, and acts as the account that is named', async () => {
    const subject = path.join(folder, 'subject');
    await writeFile(subject, 'subject-token');
    const external = {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: 'https://sts.googleapis.com/v1/token',
      credential_source: { file: subject },
      service_account_impersonation_url:
        'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/reader@shop.iam.gserviceaccount.com:generateAccessToken',
    };
    const expireTime = new Date(Date.now() + 3_600_000).toISOString();
    const google = await authoriser(external, {
      'sts.googleapis.com': ({ body }) =>
        formOf(body).get('subject_token') === 'subject-token'
          ? { body: { access_token: 'federated', issued_token_type: 'x', token_type: 'Bearer', expires_in: 3600 } }
          : { status: 400, body: { error: 'invalid_request' } },
      'iamcredentials.googleapis.com': ({ headers }) =>
        headers['authorization'] === 'Bearer federated'
          ? { body: { accessToken: 'ya29.impersonated', expireTime } }
          : { status: 403, body: {} },
    });
    assert.equal((await google.headers(REQUEST, signal)).authorization, 'Bearer ya29.impersonated');
    const impersonation = transport.asked.find(({ url }) => url.hostname.startsWith('iamcredentials'));
    assert.match(String(impersonation?.body), /trace\.readonly/);
  });

  it('acts as a service account by way of a person', async () => {
    const impersonated = {
      type: 'impersonated_service_account',
      source_credentials: USER,
      service_account_impersonation_url:
        'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/reader@shop.iam.gserviceaccount.com:generateAccessToken',
    };
    const expireTime = new Date(Date.now() + 3_600_000).toISOString();
    const google = await authoriser(impersonated, {
      'oauth2.googleapis.com': () => token('person'),
      'iamcredentials.googleapis.com': ({ headers, url }) =>
        headers['authorization'] === 'Bearer person' && url.pathname.includes('reader@shop')
          ? { body: { accessToken: 'ya29.reader', expireTime } }
          : { status: 403, body: {} },
    });
    assert.equal((await google.headers(REQUEST, signal)).authorization, 'Bearer ya29.reader');
  });

  it('takes the token of the machine where there are no files, and a new one when it expires', async () => {
    let tokens = 0;
    const google = await authoriser(undefined, {
      'metadata.google.internal': ({ url, headers }) => {
        assert.equal(headers['metadata-flavor'], 'Google');
        const own = { 'metadata-flavor': 'Google' };
        if (url.pathname.endsWith('project-id')) return { headers: own, body: 'vm-project' };
        return { headers: own, ...token(`vm-${++tokens}`) };
      },
    });
    assert.equal((await google.headers(REQUEST, signal)).authorization, 'Bearer vm-1');
    assert.equal(await google.project(signal), 'vm-project');
    nowMs += 3_400_000;
    assert.equal((await google.headers(REQUEST, signal)).authorization, 'Bearer vm-2');
  });

  it('believes no other server to be the machine’s', async () => {
    const google = await authoriser(undefined, { 'metadata.google.internal': () => token('hotel-wifi') });
    assert.match((await fault(google)).message, /There are no credentials of Google/);
  });

  it('says what is missing', async () => {
    const none = await fault(await authoriser(undefined, {}));
    assert.match(`${none.message} ${none.cure}`, /no credentials.*gcloud auth application-default login/);
    const environment = { GOOGLE_APPLICATION_CREDENTIALS: path.join(folder, 'gone.json') };
    assert.match(
      (await fault(await authoriser(undefined, {}, { environment }))).message,
      /is not there \(.*gone\.json\)/,
    );
    assert.match(
      (await fault(await authoriser('{"private_key": "oops', {}))).message,
      /holds no credentials of Google/,
    );
    assert.match((await fault(await authoriser({ type: 'strange' }, {}))).message, /of the type "strange"/);
    const error = await fault(await authoriser({ ...KEY, private_key: 'no key' }, {}));
    assert.ok(error.cure !== undefined && !error.describe().includes('no key'), error.describe());
  });

  it('says that Google cannot be reached, as for every connection', async () => {
    const error = await fault(await authoriser(USER, {}));
    assert.deepEqual([error.fault, error.place], ['unknownHost', 'https://oauth2.googleapis.com/token']);
  });

  it('asks for a key where it is told to, and takes no other kind of credentials in this way', async () => {
    secrets = new TestSecrets(JSON.stringify(KEY));
    const options = { credentials: 'ask' };
    const google = await authoriser(undefined, { 'oauth2.googleapis.com': () => token('ya29.asked') }, { options });
    assert.equal((await google.headers(REQUEST, signal)).authorization, 'Bearer ya29.asked');
    google.refused();
    assert.equal(secrets.refusals, 1);
    secrets = new TestSecrets(JSON.stringify({ ...USER, token_uri: 'https://elsewhere.example' }));
    const other = await fault(await authoriser(undefined, {}, { options }));
    assert.match(other.message, /is no key of a service account/);
    assert.ok(!other.describe().includes(USER.refresh_token));
  });

  it('does not keep others waiting for one who has gone', async () => {
    const google = await authoriser(USER, { 'oauth2.googleapis.com': () => token('ya29.late') });
    const gone = new AbortController();
    const [left, stayed] = [google.headers(REQUEST, gone.signal), google.headers(REQUEST, signal)];
    gone.abort(new Error('enough'));
    await assert.rejects(left, /enough/);
    assert.equal((await stayed).authorization, 'Bearer ya29.late');
  });
});
