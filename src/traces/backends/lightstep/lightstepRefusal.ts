import { BackendError, hasFault } from '../backendError';
import type { ExplainRefusal, Refusal } from '../transport/refusal';
import { lightstepPages } from './lightstepPages';

const REGIONS = 'api.lightstep.com for the US, api.eu.lightstep.com for the EU';

/** Who answers, for words. */
export interface LightstepPlace {
  readonly name: string;
  readonly address: string;
}

const OFFICIAL = /(^|\.)lightstep\.com$/;
const ELSEWHERE =
  'Send traces to another backend and choose that one here; trace files that were saved from it still open.';
const ENDED = 'ServiceNow announced the end of Cloud Observability (Lightstep) for March 2026';
/** Faults that say that nobody is there any more, where that is the service itself. */
const GONE = ['unknownHost', 'tls', 'refused', 'wrongType', 'login'] as const;

/** What HTTP's own errors mean there. */
export function explainLightstep({ name, address }: LightstepPlace): ExplainRefusal {
  return ({ status, body }) => {
    if (status === 401 || status === 403) {
      const message = `${name} does not accept this key (${status}).`;
      const cure = `Give an API key of the organisation, made at ${lightstepPages(address)} under Settings, API keys (no access token, which only sends; keys expire after a year); "organization" must be spelled as it is there, and the address be that of its region (${REGIONS}).`;
      return { fault: status === 401 ? 'unauthorised' : 'forbidden', message, cure };
    }
    if (status === 410) return ended(`${name} is gone (410): ${ENDED}.`);
    if (status !== 404) return undefined;
    // The API says in JSON what it does not have.
    if (!body.trimStart().startsWith('{')) return noSuchApi(name);
    const cure = 'Correct "organization" and "project" among the options of this backend.';
    return { fault: 'notFound', message: `${name} has no such organisation or project (404).`, cure };
  };
}

/** An error as it is, or, where it is one of the service's own host, what it most likely means since the announced end. */
export function withEndOfService(error: unknown, { name, address }: LightstepPlace): unknown {
  if (!hasFault(error, ...GONE) || !OFFICIAL.test(new URL(address).hostname)) return error;
  const what = error.message.replace(/[.!]$/, '');
  const message = `${what}. ${ENDED}: it seems to be over for ${name}.`;
  return new BackendError(error.fault, message, address, ELSEWHERE, error.status, { cause: error });
}

/** A 404 that is not the API's own. */
export function noSuchApi(name: string): Refusal {
  return ended(`${name} has no such API any more (404): ${ENDED}.`);
}

function ended(message: string): Refusal {
  return { fault: 'notFound', message, cure: ELSEWHERE };
}
