import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SpanlightError } from '../../../../../src/base/errors';
import { AwsCredentialSource } from '../../../../../src/traces/backends/aws/awsCredentials';
import { readPastedCredentials } from '../../../../../src/traces/backends/aws/pastedCredentials';
import { backendConfig, TestSecrets } from '../../../../support/wire/backendBed';
import { refusalOf } from '../../../../support/refusal';

const ID = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const { signal } = new AbortController();

const CONFIG = `# of the command line
[default]
region = eu-central-1
[profile work]
region=eu-west-1
s3 =
  max_concurrent_requests = 20
[profile sso]
sso_session = company
[profile "with spaces"]
aws_access_key_id = ${ID}
aws_secret_access_key = ${SECRET}
[profile role]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = work
[profile program]
credential_process = printf '{"Version":1,"AccessKeyId":"${ID}","SecretAccessKey":"${SECRET}"}'
[profile slow]
credential_process = sleep 20
`;

const CREDENTIALS = `\uFEFF[work]\r
aws_access_key_id = ${ID} ; the old one is gone\r
AWS_Secret_Access_Key=${SECRET}\r
aws_session_token = FwoGZXIvYXdzEXAMPLE==\r
[empty]\r
`;

describe('AwsCredentialSource', () => {
  let folder: string;
  let files: Record<string, string>;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spanlight-aws-'));
    files = {
      AWS_CONFIG_FILE: path.join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'credentials'),
    };
    await writeFile(files['AWS_CONFIG_FILE']!, CONFIG);
    await writeFile(files['AWS_SHARED_CREDENTIALS_FILE']!, CREDENTIALS);
  });

  after(() => rm(folder, { recursive: true }));

  function source(
    options: Record<string, string> = {},
    environment: Record<string, string> = {},
    secrets = new TestSecrets(''),
  ): AwsCredentialSource {
    const config = backendConfig({ kind: 'xray', url: 'https://xray.us-east-1.amazonaws.com', auth: 'aws', options });
    return new AwsCredentialSource(config, secrets, { ...files, ...environment });
  }

  function fault(from: AwsCredentialSource): Promise<SpanlightError> {
    return refusalOf(from.get(signal), SpanlightError);
  }

  it('takes the profile that is named, before the environment', async () => {
    const environment = { AWS_ACCESS_KEY_ID: 'ASIAOFTHEENVIRONMENT', AWS_SECRET_ACCESS_KEY: SECRET };
    assert.deepEqual(await source({ profile: 'work' }, environment).get(signal), {
      ...{ accessKeyId: ID, secretAccessKey: SECRET, sessionToken: 'FwoGZXIvYXdzEXAMPLE==', origin: 'profile' },
    });
    assert.equal((await source({ profile: 'with spaces' }).get(signal)).accessKeyId, ID);
  });

  it('takes the environment, then the profile that it names, then asks', async () => {
    const keys = {
      AWS_ACCESS_KEY_ID: ID,
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_SESSION_TOKEN: 'session',
      AWS_PROFILE: 'sso',
    };
    const expected = { accessKeyId: ID, secretAccessKey: SECRET, sessionToken: 'session', origin: 'environment' };
    assert.deepEqual(await source({}, keys).get(signal), expected);
    assert.equal((await source({}, { AWS_PROFILE: 'work' }).get(signal)).origin, 'profile');
    const secrets = new TestSecrets(`${ID}:${SECRET}`);
    const nowhere = { AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' };
    assert.equal((await source({}, nowhere, secrets).get(signal)).origin, 'asked');
    assert.match(secrets.asked[0]!.prompt, /^Keys of AWS for xray under test/);
  });

  it('knows the region of the profile in use', async () => {
    assert.equal(await source({ profile: 'work' }).profileRegion(), 'eu-west-1');
    assert.equal(await source().profileRegion(), 'eu-central-1');
    assert.equal(await source({ profile: 'nobody' }).profileRegion(), undefined);
  });

  it('leaves single sign-on and roles to AWS’s command line, and says what it said', async function () {
    if (process.platform === 'win32') this.skip();
    const bin = path.join(folder, 'bin');
    await mkdir(bin);
    const aws = path.join(bin, 'aws');
    const json = JSON.stringify({
      Version: 1,
      AccessKeyId: ID,
      SecretAccessKey: SECRET,
      SessionToken: 'session-of-a-day',
    });
    await writeFile(
      aws,
      `#!/bin/sh\n[ "$*" = "configure export-credentials --profile sso --format process" ] && echo '${json}' && exit\necho 'The role cannot\n be assumed.' >&2; exit 255\n`,
    );
    await chmod(aws, 0o755);
    const environment = { PATH: `${bin}:/usr/bin:/bin` };
    const expected = { accessKeyId: ID, secretAccessKey: SECRET, sessionToken: 'session-of-a-day', origin: 'profile' };
    assert.deepEqual(await source({ profile: 'sso' }, environment).get(signal), expected);
    const role = await fault(source({ profile: 'role' }, environment));
    assert.match(
      role.message,
      /"role" of AWS signs in by an assumed role, and that gave no keys: The role cannot be assumed\./,
    );
    const without = await fault(source({ profile: 'sso' }, { PATH: folder }));
    assert.match(without.message, /by single sign-on, for which Spanlight needs AWS's command line, and there is none/);
    assert.match(without.cure ?? '', /Install it.*credentials to "ask"/);
  });

  it('runs the program of a profile, and ends it with who waits for it', async function () {
    if (process.platform === 'win32') this.skip();
    const environment = { PATH: '/usr/bin:/bin' };
    assert.equal((await source({ profile: 'program' }, environment).get(signal)).accessKeyId, ID);
    const abort = new AbortController();
    const waiting = source({ profile: 'slow' }, environment).get(abort.signal);
    setTimeout(() => abort.abort(new Error('enough')), 20);
    await assert.rejects(waiting, /enough/);
  });

  it('says of a profile that is not there, or has nothing, what to do', async () => {
    assert.match((await fault(source({ profile: 'empty' }))).message, /There is no profile "empty"/);
    assert.match((await fault(source())).message, /"default" of AWS has no access key/);
    assert.match((await fault(source({}, { AWS_PROFILE: 'nobody' }))).message, /no profile "nobody"/);
  });

  it('asks again after keys that are none, and after keys that were refused', async () => {
    const wrong = new TestSecrets('correct-horse-battery');
    const error = await fault(source({ credentials: 'ask' }, {}, wrong));
    assert.match(error.message, /are no keys of AWS/);
    assert.ok(!error.describe().includes('horse'));
    assert.equal(wrong.refusals, 1);
    const secrets = new TestSecrets(`${ID}:${SECRET}`);
    const asked = source({ credentials: 'ask' }, {}, secrets);
    await asked.get(signal);
    await asked.get(signal);
    assert.equal(secrets.asked.length, 1);
    asked.refused();
    await asked.get(signal);
    assert.deepEqual([secrets.refusals, secrets.asked.length], [1, 2]);
  });

  it('says which file it cannot read', async () => {
    const error = await fault(source({ profile: 'work' }, { AWS_CONFIG_FILE: folder }));
    assert.equal(error.place, folder);
    assert.match(error.message, /EISDIR/);
  });
});

describe('readPastedCredentials', () => {
  const keys = { accessKeyId: ID, secretAccessKey: SECRET };

  it('reads every form in which keys are handed out', () => {
    assert.deepEqual(readPastedCredentials(`${ID}:${SECRET}`), keys);
    assert.deepEqual(readPastedCredentials(` ${ID} ${SECRET} `), keys);
    const token = { ...keys, sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLE' };
    assert.deepEqual(readPastedCredentials(`${ID}:${SECRET}:${token.sessionToken}`), token);
    const json = {
      Version: 1,
      AccessKeyId: ID,
      SecretAccessKey: SECRET,
      SessionToken: token.sessionToken,
      Expiration: 'x',
    };
    assert.deepEqual(readPastedCredentials(JSON.stringify(json, null, 2)), token);
    assert.deepEqual(readPastedCredentials(JSON.stringify({ Credentials: json })), token);
    const exported = `export AWS_ACCESS_KEY_ID="${ID}" export AWS_SECRET_ACCESS_KEY="${SECRET}"`;
    assert.deepEqual(readPastedCredentials(exported), keys);
    assert.deepEqual(readPastedCredentials(`aws_access_key_id = ${ID}\naws_secret_access_key = ${SECRET}\n`), keys);
  });

  it('takes nothing else', () => {
    for (const text of [
      '',
      'secret',
      ID,
      `${ID}:`,
      '{',
      '{"AccessKeyId": 1}',
      `AWS_ACCESS_KEY_ID=${ID}`,
      `a b:${SECRET}`,
    ]) {
      assert.equal(readPastedCredentials(text), undefined, text);
    }
  });
});
