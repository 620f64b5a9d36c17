import type { Log } from '../cacheFolder';
import { ensureServer, isMissing } from './installServer';
import { SERVER_FACTS, SERVER_KINDS } from './serverKinds';
import { missingFor, serversRequired, type Missing } from './toolchains';

/**
 * Installs every server that can be had here, one after the other: a build takes all processors there are. Of those that
 * can't, one line is logged.
 * @returns what there is now, by name.
 * @throws Error where one can't be had although {@link serversRequired}, or where an installation fails.
 */
export async function installServers(log: Log): Promise<{ readonly names: readonly string[] }> {
  const missing = SERVER_KINDS.flatMap((kind) => missingFor(kind) ?? []);
  if (missing.length > 0) {
    const sentence = `Left out with their suites: ${byReason(missing)}`;
    if (serversRequired()) throw new Error(sentence);
    log(sentence);
  }
  const names: string[] = [];
  for (const kind of SERVER_KINDS) {
    const installed = await ensureServer(kind, (line) => log(`  ${line}`));
    if (!isMissing(installed)) names.push(SERVER_FACTS[kind].name);
  }
  return { names };
}

/** `Jaeger 1.76.0, Jaeger 2.13.0 (Go 1.25 or newer is missing); …`. */
function byReason(missing: readonly Missing[]): string {
  const reasons = new Map<string, string[]>();
  for (const { kind, reason } of missing) {
    reasons.set(reason, [...(reasons.get(reason) ?? []), SERVER_FACTS[kind].name]);
  }
  return [...reasons].map(([reason, names]) => `${names.join(', ')} (${reason})`).join('; ');
}
