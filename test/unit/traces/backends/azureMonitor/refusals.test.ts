import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConnectionStep } from '../../../../../src/traces/backends/backend';
import { readBackendConfig } from '../../../../../src/traces/backends/backendConfig';
import { BackendError } from '../../../../../src/traces/backends/backendError';
import { BACKEND_TYPES } from '../../../../../src/traces/backends/createBackend';
import { refusalOf } from '../../../../support/refusal';
import { AZURE_TOKEN, AZURE_WORKSPACE, type AzureRefusal } from '../../../../support/wire/azureServer';
import { TestSecrets } from '../../../../support/wire/backendBed';
import { request, startAzure, type AzureBed, type AzureBedOptions } from './azureBed';

const { signal } = new AbortController();
const OTHER_ID = '11111111-2222-3333-4444-555555555555';

describe('what Azure Monitor refuses', () => {
  let bed: AzureBed;
  afterEach(() => bed.stop());

  async function test(options: AzureBedOptions, ...refusals: readonly AzureRefusal[]): Promise<ConnectionStep[]> {
    bed = await startAzure([request()], options);
    bed.server.refuse(...refusals);
    const steps: ConnectionStep[] = [];
    for await (const step of bed.backend.testConnection(signal)) steps.push(step);
    return steps;
  }

  it('reads an address with a broken id, and says so when it is used', async () => {
    const url = 'https://api.loganalytics.azure.com/v1/workspaces/100%/query';
    const config = readBackendConfig({ kind: 'azuremonitor', url }, 'here', BACKEND_TYPES);
    assert.equal(config.options.workspace, '100%');
    const steps = await test({ config: { options: config.options } });
    assert.deepEqual(
      steps.map(({ step, result }) => `${step} ${result}`),
      ['traces failed'],
    );
    assert.match(steps[0]?.message ?? '', /"100%" is no id of a workspace/);
  });

  const FAILURES: readonly (readonly [string, AzureBedOptions, AzureRefusal | undefined, string, RegExp, RegExp])[] = [
    [
      'nobody is signed in',
      { config: { auth: 'azure' }, secrets: new TestSecrets('') },
      undefined,
      'authorised',
      /Nobody is signed in/,
      /az login/,
    ],
    [
      'an API key was given',
      { secrets: new TestSecrets('x1y2z3a4b5c6d7e8f9g0h1i2j3k4l5m6n7o8p9q0') },
      undefined,
      'authorised',
      /an API key, which Azure Monitor does not take any more/,
      /31 March 2026/,
    ],
    [
      'the sign-in is of another tenant',
      { config: { tenant: 'contoso.example' } },
      error(401, { code: 'InvalidTokenError', message: 'The token is of the wrong issuer' }),
      'authorised',
      /of another tenant/,
      /contoso\.example.*portal\.azure\.com/,
    ],
    [
      'the token is for another cloud',
      {},
      error(403, { code: 'InvalidAuthenticationTokenAudience', message: 'The access token is of wrong audience' }),
      'authorised',
      /another service or cloud/,
      /api\.loganalytics\.us/,
    ],
    [
      'the account may not read the workspace',
      {},
      error(403, { code: 'InsufficientAccessError', message: 'The provided credentials have insufficient access' }),
      'authorised',
      /does not let this account read the workspace/,
      /Log Analytics Reader.*portal\.azure\.com/,
    ],
    [
      'the workspace is not there',
      { config: { options: { workspace: OTHER_ID } } },
      undefined,
      'traces',
      new RegExp(`no workspace ${OTHER_ID}`),
      /portal\.azure\.com/,
    ],
    [
      'the id is none',
      { config: { options: { workspace: 'my-workspace' } } },
      undefined,
      'traces',
      /"my-workspace" is no id of a workspace/,
      /a GUID/,
    ],
    ['no id was given', { config: { options: {} } }, undefined, 'traces', /needs to know which workspace/, /portal/],
    [
      'the address has a path',
      {},
      error(404, { code: 'PathNotFoundError', message: 'The requested path does not exist' }),
      'traces',
      /does not have this page/,
      /without a path/,
    ],
    [
      'nothing of Application Insights is there',
      {},
      error(400, {
        ...{ code: 'BadArgumentError', message: 'The request had some invalid properties' },
        innererror: {
          code: 'SemanticError',
          message: "SEM0100: Failed to resolve table expression named 'AppRequests'",
        },
      }),
      'traces',
      /no tables of Application Insights/,
      /Connect an Application Insights resource/,
    ],
  ];
  for (const [what, options, refused, step, message, cure] of FAILURES) {
    it(`is said in a sentence: ${what}`, async () => {
      const steps = await test(options, ...(refused === undefined ? [] : [refused, refused]));
      const last = steps.at(-1)!;
      assert.deepEqual([last.step, last.result], [step, 'failed'], JSON.stringify(steps));
      assert.match(last.message, message);
      assert.match(last.cure ?? '', cure);
    });
  }

  it('is told apart from there being nothing', async () => {
    const nothing = { tables: [{ name: 'PrimaryResult', columns: [{ name: 'N', type: 'long' }], rows: [] }] };
    const steps = await test({}, { status: 200, body: nothing });
    assert.deepEqual([steps.at(-1)?.step, steps.at(-1)?.result], ['traces', 'failed']);
    assert.match(steps.at(-1)?.message ?? '', /no requests and no dependencies/);
    assert.match(steps.at(-1)?.cure ?? '', /few minutes.*portal\.azure\.com/);
    await bed.stop();
    assert.equal((await test({}, { status: 204, body: undefined })).at(-1)?.step, 'traces');
  });

  it('is what its innermost error says', async () => {
    bed = await startAzure([]);
    const innererror = { code: 'SyntaxError', message: 'A recognition error occurred' };
    bed.server.refuse(error(400, { code: 'BadArgumentError', message: 'invalid properties', innererror }));
    const refused = await refusalOf(bed.backend.services(signal), BackendError);
    assert.equal(refused.fault, 'badRequest');
    assert.match(refused.message, /does not accept the question \(400\): A recognition error occurred/);
  });

  it('is repeated when it was late, and then said', async () => {
    bed = await startAzure([]);
    const late = error(504, { code: 'GatewayTimeout', message: 'Gateway timeout' });
    bed.server.refuse(late, late, late);
    const refused = await refusalOf(bed.backend.services(signal), BackendError);
    assert.deepEqual([refused.fault, refused.status], ['server', 504]);
    assert.match(refused.message, /did not finish in time/);
  });

  it('is not asked with a key in a header', () => {
    bed = { ...bed, stop: () => Promise.resolve() };
    const entry = { kind: 'azuremonitor', url: 'https://api.applicationinsights.io', auth: 'header' };
    assert.throws(
      () => readBackendConfig(entry, 'here', BACKEND_TYPES),
      (refused: Error & { cure?: string }) => /API keys ended on 31 March 2026/.test(refused.cure ?? ''),
    );
  });
});

describe('signing in to Azure Monitor', () => {
  let bed: AzureBed;
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'spanlight-az-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => bed.stop());

  const azure = { config: { auth: 'azure' } } as const;

  it('asks the editor for a token of its own sign-in, and again when that has expired', async () => {
    let nowMs = Date.now();
    bed = await startAzure([request()], { ...azure, now: () => nowMs });
    await bed.backend.services(signal);
    await bed.backend.services(signal);
    const [asked] = bed.secrets.asked;
    assert.equal(bed.secrets.asked.length, 1);
    assert.deepEqual(asked?.session, {
      provider: 'microsoft',
      scopes: ['https://api.loganalytics.io/.default'],
    });
    nowMs += 3_600_000;
    bed.server.refuse(error(401, { code: 'TokenExpired', message: 'expired' }));
    assert.equal((await bed.backend.services(signal)).length, 1);
    assert.deepEqual([bed.secrets.asked.length, bed.secrets.refusals], [2, 0]);
  });

  it('does not go round in circles with a token that never counts', async () => {
    bed = await startAzure([request()], { ...azure, secrets: new TestSecrets('eyJ.another.token') });
    const refused = await refusalOf(bed.backend.services(signal), BackendError);
    assert.equal(refused.fault, 'unauthorised');
    assert.ok(bed.server.tokens.length <= 2, `${bed.server.tokens.length}`);
    assert.ok(!refused.describe().includes('another'));
  });

  it('names the tenant, and the cloud of the address', async () => {
    const options = { workspace: AZURE_WORKSPACE, cloud: 'usgov' };
    bed = await startAzure([request()], { config: { auth: 'azure', tenant: 'contoso.example', options } });
    await bed.backend.services(signal);
    assert.deepEqual(bed.secrets.asked[0]?.session, {
      provider: 'microsoft-sovereign-cloud',
      scopes: ['https://api.loganalytics.us/.default', 'VSCODE_TENANT:contoso.example'],
    });
  });

  it('takes the Azure CLI where the editor has nobody', async function () {
    if (process.platform === 'win32') return this.skip();
    const args = path.join(folder, 'args');
    writeFileSync(
      path.join(folder, 'az'),
      `#!/bin/sh\nprintf '%s\\n' "$@" > '${args}'\necho '{"accessToken": "${AZURE_TOKEN}", "tokenType": "Bearer"}'\n`,
    );
    chmodSync(path.join(folder, 'az'), 0o755);
    const environment = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
    bed = await startAzure([request()], {
      ...{ config: { auth: 'azure', tenant: 'contoso.example' }, environment, secrets: new TestSecrets('') },
    });
    assert.equal((await bed.backend.services(signal)).length, 1);
    const { readFileSync } = await import('node:fs');
    assert.deepEqual(readFileSync(args, 'utf8').trim().split('\n'), [
      ...['account', 'get-access-token', '--resource', 'https://api.loganalytics.io'],
      ...['--tenant', 'contoso.example', '--output', 'json'],
    ]);
  });

  it('says what the Azure CLI says', async function () {
    if (process.platform === 'win32') return this.skip();
    writeFileSync(path.join(folder, 'az'), '#!/bin/sh\necho "Please run az login to setup account." >&2\nexit 1\n');
    chmodSync(path.join(folder, 'az'), 0o755);
    bed = await startAzure([], { ...azure, environment: { PATH: `${folder}:/bin` }, secrets: new TestSecrets('') });
    const refused = await refusalOf(bed.backend.services(signal), BackendError);
    assert.match(refused.message, /the Azure CLI says: Please run az login to setup account/);
  });
});

function error(status: number, body: object): AzureRefusal {
  return { status, body: { error: body } };
}
