/** A piece of a text: UTF-16 offsets, half open. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}
