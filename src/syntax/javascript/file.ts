import type { Node } from 'web-tree-sitter';
import type { CallSite } from '../extract/callSite';
import type { Captures } from '../extract/captures';
import type { Constants } from '../extract/constants';
import type { FactsBuilder } from '../extract/factsBuilder';
import type { Outline } from '../extract/outline';
import type { Receivers } from '../extract/receivers';
import type { SourceText } from '../extract/sourceText';
import type { JavascriptValues } from './values';

/** A JavaScript or TypeScript file while its facts are collected. */
export interface JavascriptFile {
  readonly source: SourceText;
  readonly captures: Captures;
  readonly outline: Outline;
  readonly constants: Constants;
  readonly values: JavascriptValues;
  readonly receivers: Receivers;
  readonly facts: FactsBuilder;
  /** Variable or field (without `this.`) → what makes it (`express.Router`, `new Kafka`) or its declared type. */
  readonly made: ReadonlyMap<string, Made>;
  /** Local name → module and imported name. */
  readonly imported: ReadonlyMap<string, { readonly from: string; readonly name: string }>;
}

export interface Made {
  /** The called or constructed name as written: `express`, `express.Router`, `Kafka`; a declared type: `ClientKafka`. */
  readonly by: string;
  readonly args: readonly Node[];
  readonly isNew: boolean;
  /** What the call is made on, for chains: the node of `new Hono()` in `new Hono().basePath('/x')`. */
  readonly receiverNode: Node | undefined;
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = (call: CallSite, file: JavascriptFile) => void;
