import type { LoweredFile } from '../loweredFile';
import type { PlainNode } from '../plainTree';

/** A Java file while it is lowered. */
export interface JavaLowered extends LoweredFile {
  /** Also an anonymous class by its body, which extends `base`. */
  type(node: PlainNode, depth: number, anonymous?: { readonly body: PlainNode; readonly base: string }): number;
}
