import { BackendError } from '../backendError';
import type { SecretProvider, SecretRequest } from '../secrets';
import { keysPage, type NewRelicPlace } from './newRelicRefusal';

/** Keys of New Relic that only send data, or that ended; none of them reads. */
const OTHER_KEYS: readonly (readonly [RegExp, string])[] = [
  [/NRAL$|^[0-9a-f]{40}$|^eu\d\dx+[0-9a-f]+/i, 'a license key'],
  [/^NRII-/, 'an insert key'],
  [/^NRJS-/, 'a key of the browser agent'],
  [/^NRIQ-/, 'a query key of Insights'],
  [/^NRAA-|^NRRA-/, 'an old REST or admin key'],
];

/** Keeps keys of another kind from being sent: what is given is looked at first. */
export function userKeysOnly(secrets: SecretProvider, place: NewRelicPlace): SecretProvider {
  return {
    async secret(request: SecretRequest, signal: AbortSignal) {
      const secret = await secrets.secret(request, signal);
      const other = OTHER_KEYS.find(([pattern]) => secret !== undefined && pattern.test(secret.trim()))?.[1];
      if (other === undefined) return secret;
      secrets.refused(request);
      const cure = `Give a user key instead (it begins with NRAK-), made at ${keysPage(place)}.`;
      throw new BackendError(
        'unauthorised',
        `What was given for ${place.name} is ${other}, which cannot read.`,
        place.address,
        cure,
      );
    },
    refused: (request) => secrets.refused(request),
  };
}
