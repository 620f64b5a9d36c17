import type { Logger } from '../base/logger';
import type { Attributes } from '../model/attributes';
import type { OperationId } from '../model/operation';
import type { Choices } from './choices/choices';
import type { Git } from './drift/git/git';
import type { CodeOrigin } from './drift/origin';
import type { Snapshots } from './drift/snapshots';
import type { FactsCache } from './index/factsCache';
import type { FactsProvider } from './index/factsStore';
import type { LearnedRule } from './paths/learnedRules';
import type { PathRule } from './paths/pathResolver';

/**
 * What one span said beyond what all spans of its operation have in common: its statement, its address, its stack, its
 * log records.
 */
export interface SpanSample {
  readonly attributes: Attributes;
  /** Attributes of the log records that name the span, of those that say where they were written. */
  readonly logs: readonly Attributes[];
}

/** What a mapper is made of. */
export interface SourceMapperOptions {
  /** Absolute paths of the workspace folders. */
  readonly folders: readonly string[];
  readonly syntax: FactsProvider;
  readonly pathRules?: readonly PathRule[];
  /** `service.name` → folder, absolute or relative to the first workspace folder. */
  readonly services?: Readonly<Record<string, string>>;
  /** What was picked and rejected; see {@link SourceMapper.choose}. */
  readonly choices?: Choices;
  /** What the user said of paths; see {@link SourceMapper.tellPaths}. */
  readonly toldPaths?: readonly LearnedRule[];
  /** What earlier sessions read out of the same texts; {@link FactsCache.save} is the caller's. */
  readonly cache?: FactsCache | undefined;
  /** What tells on which code spans were recorded; without it, places are taken for those of now. */
  readonly history?: CodeHistory | undefined;
  /** What single spans of an operation said; see {@link SpanSample}. */
  readonly samplesOf?: ((operation: OperationId) => readonly SpanSample[]) | undefined;
  readonly logger: Logger;
}

/** What is known of the code that ran. */
export interface CodeHistory {
  readonly git?: Git | undefined;
  /** Files as they were when processes that name no revision were first heard of. */
  readonly snapshots?: Snapshots | undefined;
  /** The newest process that an operation was called in; where undefined, the operation's resource tells. */
  readonly originOf?: (operation: OperationId) => CodeOrigin | undefined;
}
