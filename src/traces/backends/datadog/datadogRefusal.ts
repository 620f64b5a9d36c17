import { datadogKeysPage, parseDatadogSite } from '../../../base/datadogSites';
import { BackendError } from '../backendError';
import type { ExplainRefusal } from '../transport/refusal';

/** Whose answer is explained. */
export interface DatadogPlace {
  readonly name: string;
  readonly address: string;
}

/** What Datadog's errors mean beyond their status. */
export function explainDatadog({ name }: DatadogPlace): ExplainRefusal {
  return ({ status, body }) => {
    if (status === 400 || status === 422) {
      const detail = detailIn(body);
      const because = detail === '' ? '' : `: ${detail.replace(/[.!]$/, '')}`;
      const message = `${name} does not accept the question (${status})${because}.`;
      return { fault: 'badRequest', message, cure: 'Its own words say what is wrong.' };
    }
    if (status === 403) {
      const message = `${name} does not let these keys read spans (403).`;
      const cure = 'Check both keys and the site: the application key needs the scope apm_read.';
      return { fault: 'forbidden', message, cure };
    }
    return undefined;
  };
}

/** Which of the keys did not do. @param isKnown whether the site knows the API key. */
export function keysRefused({ name, address }: DatadogPlace, isKnown: boolean): BackendError {
  const site = parseDatadogSite(address)?.site ?? new URL(address).host;
  if (!isKnown) {
    const message = `${name} does not know the API key at the site ${site} (403).`;
    const page = datadogKeysPage(address, 'api-keys');
    const cure = `Check the site (the address of your pages in Datadog shows it), and that the key was not revoked (${page}).`;
    return new BackendError('forbidden', message, address, cure, 403);
  }
  const message = `${name} knows the API key, but its application key may not read spans (403).`;
  const page = datadogKeysPage(address, 'application-keys');
  const cure = `Give the key the scope apm_read (${page}), or give another one of the same organization (Remove Backend Secret…).`;
  return new BackendError('forbidden', message, address, cure, 403);
}

function detailIn(body: string): string {
  const [, text = ''] =
    /"(?:detail|title)"\s*:\s*"((?:[^"\\]|\\.){1,300})/.exec(body) ??
    /"errors"\s*:\s*\[\s*"((?:[^"\\]|\\.){1,300})/.exec(body) ??
    [];
  // The title of most is "Generic Error"; the detail says more.
  const [, detail] = /"detail"\s*:\s*"((?:[^"\\]|\\.){1,300})/.exec(body) ?? [];
  return (detail ?? text).replace(/\\(.)/g, '$1');
}
