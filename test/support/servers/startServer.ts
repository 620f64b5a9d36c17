import type { Log } from '../cacheFolder';
import { startClickhouse } from './clickhouse';
import { startCollector, type CollectorTargets } from './collector';
import { ensureServer, isMissing, type Installed } from './installServer';
import { startJaeger1, startJaeger2 } from './jaeger';
import { startOpenSearch } from './openSearch';
import type { BackendServer, CollectorServer } from './runningServer';
import type { ServerKind } from './serverKinds';
import type { Missing } from './toolchains';
import { startXray } from './xray';
import { startZipkin } from './zipkin';

/** A kind of server that keeps traces. */
export type BackendKind = Exclude<ServerKind, 'collector'>;

const starters: { readonly [K in BackendKind]: (installed: Installed) => Promise<BackendServer & { kind: K }> } = {
  jaeger1: startJaeger1 as (installed: Installed) => Promise<BackendServer & { kind: 'jaeger1' }>,
  jaeger2: startJaeger2 as (installed: Installed) => Promise<BackendServer & { kind: 'jaeger2' }>,
  zipkin: startZipkin,
  clickhouse: startClickhouse,
  xray: startXray,
  opensearch: startOpenSearch,
};

/**
 * Installs a server where needed and starts it, empty, on free loopback ports. It ends with `stop()`, and at the latest
 * with this process.
 * @returns the server, or why it can't be had on this machine.
 */
export async function startServer<K extends BackendKind>(
  kind: K,
  log: Log,
): Promise<(BackendServer & { kind: K }) | Missing> {
  const installed = await ensureServer(kind, log);
  return isMissing(installed) ? installed : starters[kind](installed);
}

/** The Collector, likewise, in front of `targets`. */
export async function startCollectorTo(targets: CollectorTargets, log: Log): Promise<CollectorServer | Missing> {
  const installed = await ensureServer('collector', log);
  return isMissing(installed) ? installed : startCollector(installed, targets);
}
