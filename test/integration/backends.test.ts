/** Backends in VS Code: the same hints from each, and the way from nothing to one that is in use. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TEST_MS } from '../support/processes';
import type { OtlpTraces } from '../support/servers/data/otlpTraces';
import type { BackendServer } from '../support/servers/runningServer';
import { startServer, type BackendKind } from '../support/servers/startServer';
import { serversRequired } from '../support/servers/toolchains';
import { writeTo } from '../support/servers/writeTraces';
import { startTempoServer } from '../support/wire/tempoServer';
import { requireBuild } from './support/builtExtension';
import { ordersTraces } from './support/ordersTraces';
import { suitePasses } from './support/suitePasses';

describe('backends', function () {
  this.timeout(3 * TEST_MS);
  const stops: (() => Promise<void>)[] = [];
  let traces: OtlpTraces;
  let folder: string;
  let jaeger: BackendServer | undefined;
  let zipkin: BackendServer | undefined;

  before(async function () {
    this.timeout(25 * 60_000);
    requireBuild();
    traces = ordersTraces(BigInt(Date.now()) * 1_000_000n);
    folder = await mkdtemp(path.join(tmpdir(), 'spanlight-backends-'));
    await writeFile(path.join(folder, 'traces.json'), JSON.stringify(traces));
    [jaeger, zipkin] = await Promise.all([started('jaeger2'), started('zipkin')]);
  });

  after(async () => {
    await Promise.all(stops.map((stop) => stop()));
    await rm(folder, { recursive: true, force: true });
  });

  it('show hints at the lines at which the embedded store shows them', async () => {
    const tempo = await startTempoServer(traces);
    stops.push(() => tempo.stop());
    const backends = [
      { name: 'Tempo', kind: 'tempo', url: tempo.url },
      ...(jaeger === undefined ? [] : [{ name: 'Jaeger', kind: 'jaeger', url: jaeger.url }]),
      ...(zipkin === undefined ? [] : [{ name: 'Zipkin', kind: 'zipkin', url: zipkin.url }]),
    ];
    await suitePasses({
      workspace: 'test/workspaces/orders',
      suitePath: 'test/integration/suites/backends.test.ts',
      userSettings: { 'spanlight.backends': backends },
      env: { SPANLIGHT_TEST_TRACES: path.join(folder, 'traces.json') },
    });
  });

  /** The server with the traces in it; undefined, with a line that says why, where it cannot be had. */
  async function started(kind: BackendKind): Promise<BackendServer | undefined> {
    const server = await startServer(kind, (line) => console.log(line));
    if ('sentence' in server) {
      if (serversRequired()) throw new Error(server.sentence);
      console.log(`      ${server.sentence}`);
      return undefined;
    }
    stops.push(server.stop);
    await writeTo(server, traces);
    return server;
  }
});
