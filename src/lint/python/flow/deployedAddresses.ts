import type { EnvironmentValue } from '../../project/processUnit';
import { destinationOfUrl, isForeign, type Destination } from '../../code/thirdParty';

/** Addresses that stand for something else where a program is tried out, or that only the machine itself knows. */
const STANDS_IN =
  /^[a-z]+:\/\/([^/@]*@)?(localhost|127\.|0\.0\.0\.0|\[?::1|host\.docker\.internal|[\w.-]*(mock|stub|fake|sandbox|proxy))/i;

/**
 * What the files of a deployment say of who answers at the addresses that they set: `ORDERS_URL=http://orders:8080`. Hosts
 * that say nothing for sure are left out, and so are variables that are set to several of different kinds.
 *
 * @param isOthers whether the host of an address has the name of a product or of what is usually somebody else's.
 */
export function deployedAddresses(
  environment: readonly EnvironmentValue[],
  isOthers: (host: string) => boolean,
): ReadonlyMap<string, Destination> {
  const found = new Map<string, Destination>();
  for (const { name, value = '' } of environment) {
    if (!/^https?:\/\//i.test(value) || STANDS_IN.test(value)) continue;
    const destination = destinationOfUrl(value);
    const host = /^https?:\/\/([^/:?#]+)/i.exec(value)?.[1] ?? '';
    const known = destination === 'own' && isOthers(host) ? 'unknown' : destination;
    found.set(name, found.has(name) && found.get(name) !== known ? 'unknown' : known);
  }
  for (const [name, destination] of found) if (destination !== 'own' && !isForeign(destination)) found.delete(name);
  return found;
}
