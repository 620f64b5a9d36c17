import assert from 'node:assert/strict';
import { EmbeddedSource } from '../../../../src/engine/sources/embeddedSource';
import { SourceControl } from '../../../../src/engine/sources/sourceControl';
import { nanos } from '../../../../src/model/time';
import { EmbeddedStore } from '../../../../src/traces/store/embeddedStore';
import { waitFor } from '../../../support/processes';
import { TestLog, TestSecrets } from '../../../support/wire/backendBed';
import { startFaultServer, type FaultServer } from '../../../support/wire/faultServer';

const NEVER = new AbortController().signal;
const WINDOW = { from: nanos(0n), to: nanos(60_000_000_000n) };

describe('the choice of a source', () => {
  let gate: FaultServer;
  let control: SourceControl;
  let log: TestLog;

  beforeEach(async () => {
    gate = await startFaultServer();
  });

  afterEach(async () => {
    control.dispose();
    await gate.close();
  });

  function chosen(entry: object, secret?: string): void {
    log = new TestLog();
    control = new SourceControl({
      embedded: new EmbeddedSource(new EmbeddedStore()),
      secrets: new (class extends TestSecrets {
        override secret(): Promise<string | undefined> {
          return Promise.resolve(secret);
        }
      })(),
      logger: log,
      relevant: (services) => services.map(({ service }) => service),
    });
    const backends = [{ name: 'prod', kind: 'jaeger', url: gate.url, ...entry }];
    control.configure({ backends, backend: 'prod', hidden: [], network: {} });
    control.active.operations(WINDOW);
  }

  const failed = (): Promise<{ brief: string; problem: string }> =>
    waitFor('the failure', 10_000, () => {
      const { state, brief = '', problem = '' } = control.status();
      return Promise.resolve(state === 'failed' ? { brief, problem } : undefined);
    });

  it('names the backend in use, where it is, and in a word why it does not answer', async () => {
    gate.next({ kind: 'status', status: 401 });
    chosen({});
    assert.deepEqual(
      [control.status().name, control.status().label, control.status().url],
      ['prod', 'Jaeger', gate.url],
    );
    assert.equal((await failed()).brief, '401');
  });

  it('knows what is not running from what is no API', async () => {
    chosen({ url: 'http://127.0.0.1:1' });
    assert.equal((await failed()).brief, 'not running');
    control.dispose();
    gate.next({ kind: 'html', page: '<html><body>Welcome</body></html>' });
    chosen({});
    assert.equal((await failed()).brief, 'not an API');
  });

  it('asks nobody without the secret that is wanted, and says so', async () => {
    chosen({ auth: 'bearer' });
    const { brief, problem } = await failed();
    assert.equal(brief, 'needs signing in');
    assert.match(problem, /There is no token for prod/);
    assert.equal(gate.requests.length, 0);
    const steps = [];
    for await (const step of control.test({ kind: 'jaeger', url: gate.url, auth: 'bearer' }, NEVER)) steps.push(step);
    assert.deepEqual(
      steps.map(({ step, result }) => `${step} ${result}`),
      ['authorised failed'],
    );
  });

  it('names the tenant as the cure where that is what is missing', async () => {
    gate.next({ kind: 'status', status: 401, body: 'no org id' });
    chosen({ kind: 'tempo' });
    assert.match((await failed()).problem, /no org id.*Set "tenant" for this backend/);
  });

  it('shows what was received here in place of a backend that is not there', () => {
    chosen({});
    control.configure({ backends: [], backend: 'prod', hidden: [], network: {} });
    const { kind, state, brief } = control.status();
    assert.deepEqual([kind, state, brief], ['embedded', 'failed', 'no backend “prod”']);
    control.configure({ backends: [], backend: 'embedded', hidden: [], network: {} });
    assert.equal(control.status().state, 'ready');
  });
});
