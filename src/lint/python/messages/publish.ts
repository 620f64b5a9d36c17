import type { Site } from '../names/pythonCode';

/** A message published through a library of the coverage table. */
export interface Publish {
  readonly site: Site;
  readonly library: string;
  /** Where the context goes. */
  readonly carrier: string;
}
