import type { Finding } from '../model/finding';
import type { ProcessUnit } from './project/processUnit';
import type { SkippedFile } from './skippedFile';

/** What there is to say of sources besides what is found in them. */
export interface SourceNotes {
  /** Those with comments that silence rules, absolute. */
  readonly marked: readonly string[];
  /** Those that were not read, or not all of them. */
  readonly skipped: readonly SkippedFile[];
}

/** What was found in a process, before comments and severities are heard. */
export interface KeptCheck extends SourceNotes {
  readonly findings: readonly Finding[];
}

/** A run without a fault of Spanlight's: the next would say the same of the same files. */
export interface SoundRun extends SourceNotes {
  readonly units: readonly { readonly unit: ProcessUnit; readonly findings: readonly Finding[] }[];
}

/** What was found in the processes of a workspace in an earlier run. */
export interface KeptChecks {
  /** Undefined where the process, or a file that it is made of, is not as it was. */
  check(unit: ProcessUnit): KeptCheck | undefined;
  /** Takes what this run found, for the next. */
  keep(run: SoundRun): void;
}
