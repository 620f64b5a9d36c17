import type { Expression } from '../../../syntax/code/expression';
import type { CallPlace } from '../declarations';

/** Work that is given to other threads. */
export interface HandOff extends CallPlace {
  readonly what: string;
  readonly task: Expression;
  /** An agent does not cover it either. */
  readonly byThread: boolean;
  /** What runs it, where that is said. */
  readonly executor?: Expression;
}
