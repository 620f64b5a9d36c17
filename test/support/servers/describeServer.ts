import type { Log } from '../cacheFolder';
import type { BackendServer, CollectorServer } from './runningServer';
import type { ServerKind } from './serverKinds';
import { startCollectorTo, startServer, type BackendKind } from './startServer';
import type { CollectorTargets } from './collector';
import { missingFor, serversRequired, type Missing } from './toolchains';

/** An installation from nothing, on a slow machine with other work. */
const START_LIMIT_MS = 25 * 60_000;

/** All traces are written by a test, and the first answers of a server on a JVM take seconds. */
const TEST_LIMIT_MS = 60_000;

/**
 * A suite of tests against a real server, which is started, empty, before the first and ended after the last of them.
 *
 * Where the server can't be had the suite counts as one skipped test, whose title says why; under
 * {@link serversRequired} it fails.
 *
 *     describeServer('zipkin', 'Zipkin', (server) => {
 *       it('has what was written', async () => {
 *         const taken = await writeTo(server(), sentTraces(nowNs));
 *         … ask `server().url`, compare with `taken`
 *
 * @param suite gets a function that says the server; it may be called in hooks and tests, not before.
 */
export function describeServer<K extends BackendKind>(
  kind: K,
  title: string,
  suite: (server: () => BackendServer & { kind: K }) => void,
): void {
  describeRunning(kind, title, (log) => startServer(kind, log), suite);
}

/** The same for a Collector in front of what `targets` says; it is asked when the suite starts. */
export function describeCollector(
  title: string,
  targets: () => CollectorTargets,
  suite: (server: () => CollectorServer) => void,
): void {
  describeRunning('collector', title, (log) => startCollectorTo(targets(), log), suite);
}

function describeRunning<T extends { readonly stop: () => Promise<void> }>(
  kind: ServerKind,
  title: string,
  start: (log: Log) => Promise<T | Missing>,
  suite: (server: () => T) => void,
): void {
  const missing = missingFor(kind);
  if (missing && !serversRequired()) {
    // One test without a body, which mocha counts as pending: a line for the suite and not one for each of its tests.
    describe(title, () => void it(`is left out: ${missing.reason}`));
    return;
  }
  describe(title, function () {
    this.timeout(TEST_LIMIT_MS);
    let server: T | undefined;
    before(async function () {
      this.timeout(START_LIMIT_MS);
      const started = await start((line) => console.log(line));
      server = 'sentence' in started ? neverStarted(started) : started;
    });
    after(async function () {
      this.timeout(30_000);
      await server?.stop();
    });
    suite(() => server ?? neverStarted(missing));
  });
}

function neverStarted(missing: Missing | undefined): never {
  throw new Error(missing?.sentence ?? 'the server has not been started');
}
