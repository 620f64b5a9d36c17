import { SpanlightError } from '../../../base/errors';

/** A part of a query's text: UTF-16 offsets, `to` exclusive. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** What is wrong with a query, where in its text, and what to write instead. */
export class TraceQlError extends SpanlightError {
  readonly range: TextRange;
  /** 1-based, in UTF-16 units of the whole text. */
  readonly column: number;

  /**
   * @param range the part of the text to underline; empty at the end of the text.
   * @param cure what to write instead, one sentence.
   */
  constructor(message: string, { from, to }: TextRange, cure: string) {
    super(message, `TraceQL, column ${from + 1}`, cure);
    this.range = { from, to };
    this.column = from + 1;
  }

  /**
   * The same with the column as people count it: in characters, of which some take two UTF-16 units.
   *
   * @param text the whole query.
   */
  locatedIn(text: string): SpanlightError {
    const column = Array.from(text.slice(0, this.range.from)).length + 1;
    return new SpanlightError(this.message, `TraceQL, column ${column}`, this.cure, { cause: this });
  }
}
