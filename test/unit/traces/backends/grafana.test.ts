import assert from 'node:assert/strict';
import type { TraceId } from '../../../../src/model/ids';
import type { BackendConfig } from '../../../../src/traces/backends/backendConfig';
import { BackendError, type BackendFault } from '../../../../src/traces/backends/backendError';
import { createBackend } from '../../../../src/traces/backends/createBackend';
import { backendConfig, backendDeps, TestSecrets } from '../../../support/wire/backendBed';
import { startFaultServer, type FaultServer } from '../../../support/wire/faultServer';
import { startShapeGate, type ShapeGate } from '../../../support/wire/shapeGate';
import { GRAFANA_DOWN_PATH, GRAFANA_PATH, grafanaProxy } from '../../../support/wire/shapes';
import { refusalOf } from '../../../support/refusal';

const TOKEN = 'glsa-of-a-test';
const ID = '0af7651916cd43dd8448eb211c80319c' as TraceId;
const LOGIN =
  '<!DOCTYPE html><html lang="en"><head><title>Grafana</title></head><body><div id="reactRoot"></div>' +
  '<script>window.grafanaBootData = {"user":{"isSignedIn":false},"settings":{"loginHint":"email"}}</script>' +
  '<noscript>Sign in</noscript></body></html>';

for (const kind of ['tempo', 'jaeger', 'zipkin']) {
  describe(`Grafana before ${kind}`, () => {
    const { signal } = new AbortController();
    let behind: FaultServer;
    let grafana: ShapeGate;
    let secrets: TestSecrets;

    before(async () => {
      behind = await startFaultServer();
      grafana = await startShapeGate(behind.url, grafanaProxy(TOKEN));
    });

    after(async () => {
      await grafana.close();
      await behind.close();
    });

    beforeEach(() => (secrets = new TestSecrets(TOKEN)));

    /** What asking for services ends in. */
    async function fault(path: string, config: Partial<BackendConfig> = { auth: 'bearer' }): Promise<BackendError> {
      const backend = createBackend(
        backendConfig({ kind, url: grafana.url + path, ...config }),
        backendDeps({ secrets }),
      );
      try {
        return await refusalOf(backend.services(signal), BackendError);
      } finally {
        backend.dispose();
      }
    }

    function assertFault({ fault: found, message, cure }: BackendError, expected: BackendFault, words: RegExp): void {
      assert.equal(found, expected, message);
      assert.match(`${message} ${cure}`, words);
    }

    it('leads who brings no token to its page to sign in, which is not followed', async () => {
      assertFault(await fault(GRAFANA_PATH, { auth: 'none' }), 'login', /set "auth"/);
    });

    it('does not know a token: the secret is asked for anew', async () => {
      secrets = new TestSecrets('of yesterday');
      assertFault(await fault(GRAFANA_PATH), 'unauthorised', /Invalid API key.*give it anew/);
      assert.equal(secrets.refusals, 1);
    });

    it('has no such data source', async () => {
      assertFault(await fault(GRAFANA_PATH.replace('traces', 'gone')), 'notFound', /Unable to find datasource/);
    });

    it('does not reach the data source', async () => {
      assertFault(await fault(GRAFANA_DOWN_PATH), 'server', /did not reach what is behind it \(502\).*runs/);
    });

    it('is not let in by the data source, whose credentials are Grafana’s: the secret given here stays', async () => {
      behind.next({ kind: 'status', status: 401, body: 'no org id' });
      assertFault(await fault(GRAFANA_PATH), 'forbidden', /data source in Grafana/);
      assert.equal(secrets.refusals, 0);
    });

    it('answers with its page instead of data', async () => {
      behind.next({ kind: 'html', page: LOGIN });
      assertFault(await fault(GRAFANA_PATH), 'login', /sign in/);
    });

    it('has a page for a trace of Tempo alone', () => {
      const config = backendConfig({ kind, url: `https://example.test${GRAFANA_PATH}` });
      const backend = createBackend(config, backendDeps());
      const link = backend.deepLink(ID);
      backend.dispose();
      if (kind !== 'tempo') assert.equal(link, undefined);
      else assert.ok(link?.startsWith('https://example.test/grafana/explore?') === true && link.includes(ID), link);
    });
  });
}
