import type { SkippedFile } from '../skippedFile';
import type { ProcessUnit } from './processUnit';

/** What manifests, lock files and deployment files say of a workspace. */
export interface ProjectFacts {
  /** In the order of their paths. */
  readonly units: readonly ProcessUnit[];
  /** What was not read or not believed, for `spanlight lint --explain`. */
  readonly skipped: readonly SkippedFile[];
}
