import { isObject } from '../../otlp/jsonFields';
import type { BackendConfig } from '../backendConfig';
import type { TestWords } from '../connectionTest';
import type { ExplainRefusal, Refusal } from '../transport/refusal';

/** Who answers, for words. */
export interface SigNozPlace {
  readonly name: string;
  /** Its address, as it was set up. */
  readonly url: string;
  /** Whether a key is sent. */
  readonly signsIn: boolean;
}

/** What the errors of SigNoz mean, `{"status": "error", "error": {type, code, message}}`, and those of its neighbours. */
export function explainSigNoz(place: SigNozPlace): ExplainRefusal {
  return ({ status, body }) => {
    const { name } = place;
    if (isIngestion(place.url)) return ingestion(name);
    const error = errorIn(body);
    if (status === 401) return unauthorised(place);
    if (status === 403) {
      return {
        fault: 'forbidden',
        message: `${name} does not let this key read traces (403).`,
        cure: `Give its service account the role Viewer at ${keysPage(place)}.`,
      };
    }
    if (status === 404 && (error === undefined || /page|route|not found$/i.test(error.message))) {
      return older(name);
    }
    if (status === 405) return older(name);
    if (status === 451) {
      return {
        fault: 'forbidden',
        message: `${name} has no licence that is valid (451).`,
        cure: 'Whoever runs it can renew the licence in its settings.',
      };
    }
    if (error === undefined) return undefined;
    if (status === 400 && /memory limit|timeout exceeded|too broad|would scan/i.test(error.message)) {
      return {
        fault: 'tooLarge',
        message: `${name} finds this too large (${status}): ${error.message}.`,
        cure: 'Ask for a shorter time range or one service.',
      };
    }
    if (status === 400) {
      return {
        fault: 'badRequest',
        message: `${name} does not accept the question (${status}): ${error.message}.`,
        cure: 'It may be of a version that knows less: SigNoz from 2026 on is what this is made for.',
      };
    }
    if (status >= 500 && status !== 502 && status !== 504) {
      const message = `${name} failed (${status}): ${error.message}.`;
      return { fault: 'server', message, cure: 'Try again later; its own logs and those of its ClickHouse say more.' };
    }
    return undefined;
  };
}

/** It may be asked, and has nothing. */
export function noServices({ url, environment }: Pick<BackendConfig, 'url' | 'environment'>): TestWords {
  const ofOne = environment === undefined ? '' : ` of the environment ${environment}`;
  const correct = environment === undefined ? '' : ', or correct "environment"';
  return {
    message: `This SigNoz has no spans${ofOne} of the last day.`,
    cure: `Send them to it (its Collector, or in SigNoz Cloud ingest.<region>.signoz.cloud:443)${correct}: ${url}/services shows what there is.`,
  };
}

/** A SigNoz from before its API of today. */
export function older(name: string, version?: string): Refusal {
  const which = version === undefined ? '' : `, version ${version},`;
  return {
    fault: 'notFound',
    message: `${name}${which} does not answer queries of version 5, which SigNoz has had since the middle of 2025.`,
    cure: 'Update SigNoz; where it is newer, check the path of the address (a prefix may be missing).',
  };
}

/** The error of a body, and what was wrong in detail; undefined where it holds none. */
export function errorIn(body: string): { readonly message: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // Not from SigNoz itself, or cut off: the status says enough.
    return undefined;
  }
  const error = isObject(value) && isObject(value.error) ? value.error : undefined;
  if (typeof error?.message !== 'string') return undefined;
  const details = (Array.isArray(error.errors) ? (error.errors as unknown[]) : []).flatMap((one) =>
    isObject(one) && typeof one.message === 'string' ? [one.message] : [],
  );
  return { message: [error.message, ...details.slice(0, 2)].map((text) => text.replace(/[.!]$/, '')).join('; ') };
}

function unauthorised(place: SigNozPlace): Refusal {
  const { name, signsIn } = place;
  return signsIn
    ? {
        fault: 'unauthorised',
        message: `${name} does not know this API key (401): it was revoked, has expired, or is one of another SigNoz.`,
        cure: `Make another one at ${keysPage(place)}, and give it when asked.`,
      }
    : {
        fault: 'unauthorised',
        message: `${name} wants an API key (401).`,
        cure: `Make one at ${keysPage(place)}, and set "auth": "header" for this backend.`,
      };
}

/** Where data is sent to, and nothing is read from. */
function isIngestion(url: string): boolean {
  return /^ingest\./.test(new URL(url).hostname);
}

function ingestion(name: string): Refusal {
  return {
    fault: 'wrongType',
    message: `The address of ${name} is where traces are sent to, not where they are read from.`,
    cure: 'Write the address of its pages, like https://my-team.us.signoz.cloud.',
  };
}

function keysPage({ url }: SigNozPlace): string {
  return `${url}/settings/service-accounts`;
}
