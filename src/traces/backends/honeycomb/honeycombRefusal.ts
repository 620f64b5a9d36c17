import { BackendError } from '../backendError';
import type { ExplainRefusal } from '../transport/refusal';

/** Who answers, for words. */
export interface HoneycombPlace {
  readonly name: string;
  readonly address: string;
}

const REGIONS = 'api.honeycomb.io for the US, api.eu1.honeycomb.io for the EU';

/** The pages of the region that an address is in. */
export function honeycombPages(address: string): string {
  return /\.eu1\./.test(new URL(address).hostname) ? 'https://ui.eu1.honeycomb.io' : 'https://ui.honeycomb.io';
}

/** What HTTP's own errors mean there. */
export function explainHoneycomb({ name, address }: HoneycombPlace): ExplainRefusal {
  return ({ status, body }) => {
    if (status === 401) {
      const pages = honeycombPages(address);
      return {
        fault: 'unauthorised',
        message: `${name} does not accept this key (401).`,
        cure: `Give a configuration key of the environment, made at ${pages} under Environment Settings, API Keys; the address must be that of its region (${REGIONS}).`,
      };
    }
    if (status === 404 && /dataset/i.test(body)) {
      return {
        fault: 'notFound',
        message: `${name} has no such dataset in the environment of this key (404).`,
        cure: 'Correct "dataset" among the options of this backend, or leave it out to ask all datasets.',
      };
    }
    return undefined;
  };
}

/** Queries are refused: either the key may not run them, or the plan has no such API. */
export function queriesForbidden({ name, address }: HoneycombPlace, mayRun: boolean | undefined): BackendError {
  if (mayRun === false) {
    const cure = `Give a configuration key with "Run Queries" and "Manage Queries and Columns", made at ${honeycombPages(address)} under Environment Settings, API Keys.`;
    return new BackendError('forbidden', `This key of ${name} may not run queries (403).`, address, cure, 403);
  }
  const message = `${name} does not let queries be run by its API (403): that is part of its Enterprise plan alone.`;
  const cure = 'Ask your team about the plan and the key\'s right "Run Queries"; or send traces to Spanlight as well.';
  return new BackendError('forbidden', message, address, cure, 403);
}

/** A classic environment has no queries over all of its datasets. */
export function datasetWanted({ name, address }: HoneycombPlace, datasets: readonly string[]): BackendError {
  const known = datasets.length === 0 ? '' : `, such as ${datasets.slice(0, 4).join(', ')}`;
  const message = `This key of ${name} is one of a classic environment, where each dataset is asked by itself.`;
  return new BackendError('badRequest', message, address, `Set "dataset" among the options of this backend${known}.`);
}
