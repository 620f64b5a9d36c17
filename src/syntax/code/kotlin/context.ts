import type { LoweredFile } from '../loweredFile';
import type { PlainNode } from '../plainTree';

/** A Kotlin file while it is lowered. */
export interface KotlinLowered extends LoweredFile {
  /** Also an `object : T { … }` by its body, which extends `bases`. */
  type(
    node: PlainNode,
    depth: number,
    anonymous?: { readonly body: PlainNode; readonly bases: readonly string[] },
  ): number;
}

/** Types are only ever taken as text. */
export function isType({ type }: PlainNode): boolean {
  return /^(user_type|nullable_type|non_nullable_type|function_type|parenthesized_type|dynamic)$/.test(type);
}
