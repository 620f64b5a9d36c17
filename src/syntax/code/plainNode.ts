import type { Piece } from './piece';

/**
 * A node of the grammar as plain data. One pass with a cursor costs a third of asking for types, fields and children
 * node by node while lowering, as each of those crosses into WebAssembly. Comments and tokens without a field are left out.
 */
export interface PlainNode extends Piece {
  readonly type: string;
  /** Its field in the node around it; '' where it has none. */
  readonly field: string;
  readonly kids: readonly PlainNode[];
}
