import type { Piece } from './piece';
import type { Call, Expression } from './expression';

/** A statement with those inside it. `otherStatement` keeps the expressions of what is none of the others. */
export type Statement =
  | ExpressionStatement
  | Assign
  | Return
  | Throw
  | If
  | Loop
  | Try
  | With
  | Switch
  | Spawn
  | Block
  | FunctionStatement
  | OtherStatement;

export interface ExpressionStatement extends Piece {
  readonly kind: 'expression';
  readonly value: Expression;
}

/** A declaration with its value, or an assignment; a declaration without a value has no `values`. */
export interface Assign extends Piece {
  readonly kind: 'assign';
  /** `a, err := f()` has two and one value; a pattern `{a, b: c}` is an `object` whose values are the bound names. */
  readonly targets: readonly Expression[];
  readonly values: readonly Expression[];
  /** `=`, `:=`, `+=`. */
  readonly operator: string;
  /** It brings a variable into being: `const`, `var`, `:=`, `T x`. Python never says. */
  readonly declares: boolean;
  /** As written. */
  readonly type?: string;
  /** C#'s `using var`: disposed at the end of the block. */
  readonly using?: true;
}

export interface Return extends Piece {
  readonly kind: 'return';
  /** Several in Go. */
  readonly values: readonly Expression[];
}

export interface Throw extends Piece {
  readonly kind: 'throw';
  readonly value: Expression | undefined;
}

export interface If extends Piece {
  readonly kind: 'if';
  /** Go's `if x := f(); x > 1`. */
  readonly before?: Statement;
  readonly condition: Expression;
  readonly body: readonly Statement[];
  /** `else if` is an `if` alone in it. */
  readonly otherwise: readonly Statement[];
}

/** `for`, `while`, `do`, `foreach`, `async for`. */
export interface Loop extends Piece {
  readonly kind: 'loop';
  /** What takes the items: `for (const x of xs)`, `for k, v := range m`. */
  readonly targets: readonly Expression[];
  /** What is gone through. */
  readonly over?: Expression;
  /** Of `while` and the three-part `for`; undefined for one without end. */
  readonly condition?: Expression;
  /** `i := 0` and `i++` of the three-part `for`. */
  readonly parts: readonly Statement[];
  readonly body: readonly Statement[];
}

export interface Try extends Piece {
  readonly kind: 'try';
  readonly body: readonly Statement[];
  readonly handlers: readonly (readonly Statement[])[];
  readonly finally: readonly Statement[];
}

/** `with x as y:`, `try (T y = x)`, `using (var y = x)`, `lock (x)`, `synchronized (x)`. */
export interface With extends Piece {
  readonly kind: 'with';
  readonly items: readonly { readonly value: Expression; readonly target?: Expression }[];
  readonly body: readonly Statement[];
}

/** `switch`, `match`, `select`. */
export interface Switch extends Piece {
  readonly kind: 'switch';
  readonly value: Expression | undefined;
  /** Each with its labels: in Go's `select` a `Statement` such as `m := <-ch` is the first of its body. */
  readonly cases: readonly { readonly labels: readonly Expression[]; readonly body: readonly Statement[] }[];
}

/** Go's `go f()` and `defer f()`. */
export interface Spawn extends Piece {
  readonly kind: 'go' | 'defer';
  readonly call: Call;
}

export interface Block extends Piece {
  readonly kind: 'block';
  readonly body: readonly Statement[];
}

/** A function declared here, in its place among the statements: `Code.functions[function]`. */
export interface FunctionStatement extends Piece {
  readonly kind: 'function';
  readonly function: number;
}

export interface OtherStatement extends Piece {
  readonly kind: 'otherStatement';
  readonly parts: readonly Expression[];
  readonly body: readonly Statement[];
}
