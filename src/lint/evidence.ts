import type { Range0 } from '../base/positions';

/** A place in a file of the workspace that shows a fact. */
export interface Evidence {
  /** Absolute. */
  readonly file: string;
  readonly range: Range0;
  /** What stands there, in a few words: `opentelemetry-instrument in CMD`, `@opentelemetry/sdk-node ^0.52.0`. */
  readonly text: string;
}

/** What is known of a question: shown true, shown false, or not to be known from the files at hand. */
export type Verdict =
  | { readonly is: 'yes'; readonly by: readonly Evidence[] }
  /** `why` where it is not that nothing is there: `opentelemetry-instrumentation-httpx needs httpx >=0.18.0`. */
  | { readonly is: 'no'; readonly why?: string; readonly by: readonly Evidence[] }
  | { readonly is: 'unknown'; readonly why: string; readonly by: readonly Evidence[] };
