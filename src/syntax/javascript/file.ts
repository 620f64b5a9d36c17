import type { Idiom } from '../extract/idioms';
import type { SourceFile } from '../extract/sourceFile';
import type { JavascriptValues } from './values';

/** A JavaScript or TypeScript file while its facts are collected. */
export interface JavascriptFile extends SourceFile {
  readonly values: JavascriptValues;
  /** Local name → module and imported name. */
  readonly imported: ReadonlyMap<string, { readonly from: string; readonly name: string }>;
}

/** A recogniser of calls, listed under the names it wants to see. */
export type CallIdiom = Idiom<JavascriptFile>;
