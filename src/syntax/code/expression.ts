import type { Piece } from './piece';

/**
 * An expression, with what it is made of. What a language has of its own is `other` with its parts, so that a walk over
 * everything finds the calls in it. Deeper than {@link MAX_DEPTH} it is `other` without parts.
 */
export type Expression =
  | Name
  | Member
  | Index
  | Call
  | Text
  | Literal
  | List
  | ObjectLiteral
  | FunctionValue
  | Unary
  | Binary
  | Conditional
  | Assignment
  | Cast
  | Other;

/** Nesting beyond this is generated; chains of calls and of `+` count as nesting. */
export const MAX_DEPTH = 150;

/** A variable, function, type or package; `this` and `self` are names too. */
export interface Name extends Piece {
  readonly kind: 'name';
  readonly name: string;
}

/** `object.name`, `object?.name`, `object->name`, `Type::method`. */
export interface Member extends Piece {
  readonly kind: 'member';
  readonly object: Expression;
  readonly name: string;
  readonly nameAt: Piece;
}

/** `object[index]`; Go's and Python's slices have several. */
export interface Index extends Piece {
  readonly kind: 'index';
  readonly object: Expression;
  readonly indexes: readonly Expression[];
}

/** A call, `new T(…)`, Go's `T{…}` only where it is written with parentheses, a decorator with arguments. */
export interface Call extends Piece {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly args: readonly Argument[];
  readonly isNew?: true;
  /** `<String, Order>` as written, a text each. */
  readonly typeArguments?: readonly string[];
  /** C#'s `new T { A = 1 }`, where `isNew`. */
  readonly initializer?: ObjectLiteral;
  /** Java's `new T() { … }`: the type in braces. */
  readonly body?: number;
  /** Between the parentheses, both excluded; where a fix adds an argument. Empty at `end` where there are none. */
  readonly argsAt: Piece;
  /** `await f()`, `f().await`; C#'s and Python's too. */
  readonly awaited?: true;
}

export interface Argument extends Piece {
  /** `name=value` in Python, `name: value` in C#. */
  readonly name?: string;
  readonly value: Expression;
  /** `...list`, `*list`, `**map`, Go's `list...`. */
  readonly spread?: true;
}

/** A text in quotes. */
export interface Text extends Piece {
  readonly kind: 'text';
  /** Without quotes and with escapes read; undefined when it has holes. */
  readonly value: string | undefined;
  /** The constant pieces around the holes; one piece without holes. */
  readonly pieces: readonly string[];
  /** What fills the holes, in order. */
  readonly holes: readonly Expression[];
  /** Python's `b"…"`. */
  readonly bytes?: true;
}

/** A number, `true`, `null`, `nil`, `None`, as written. */
export interface Literal extends Piece {
  readonly kind: 'literal';
  readonly text: string;
}

/** An array, slice, tuple or set; Go's `[]T{…}` with its `type`. */
export interface List extends Piece {
  readonly kind: 'list';
  readonly items: readonly Argument[];
  readonly tuple?: true;
  /** As written, of a list that says it: `[]kafka.Header`, `string[]`. */
  readonly type?: string;
}

/** `{a: 1}`, a Python dict, Go's `T{A: 1}` or `T{1, 2}`, a C# initializer. */
export interface ObjectLiteral extends Piece {
  readonly kind: 'object';
  readonly entries: readonly Entry[];
  /** Go's and C#'s type, as written: `http.Client`, `map[string]string`. `&T{}` is `unary &` around it. */
  readonly type?: string;
  /** Between the braces, both excluded. */
  readonly insideAt: Piece;
}

export interface Entry extends Piece {
  /** A name or a constant text; undefined for a computed key, a spread, and Go's values by position. */
  readonly key: string | undefined;
  /** A computed key. */
  readonly keyValue?: Expression;
  /** Of `{a}` the name `a`; of a method its function. */
  readonly value: Expression;
  readonly spread?: true;
}

/** A lambda, a function as a value, a class's method in an object. */
export interface FunctionValue extends Piece {
  readonly kind: 'function';
  /** A place in `Code.functions`. */
  readonly function: number;
}

/** `!x`, `-x`, `&x`, `*x`, `<-x`, `typeof x`, `not x`, `yield x`; `await x` of what is no call. */
export interface Unary extends Piece {
  readonly kind: 'unary';
  readonly operator: string;
  readonly value: Expression;
}

/** `a + b`, `a ?? b`, `a and b`, `ch <- v`, `a is T`. */
export interface Binary extends Piece {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}

/** `a ? b : c`, `b if a else c`, C#'s and Java's switch with values (condition first, then all values). */
export interface Conditional extends Piece {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly values: readonly Expression[];
}

/** An assignment where a value is expected: `(a = b)`, `a := b` in Python. As a statement it is an `assign`. */
export interface Assignment extends Piece {
  readonly kind: 'assignment';
  readonly target: Expression;
  readonly operator: string;
  readonly value: Expression;
}

/** `(T) x`, `x as T`, `x.(T)`, `<T>x`, `x!` (without a type). */
export interface Cast extends Piece {
  readonly kind: 'cast';
  readonly type: string;
  readonly value: Expression;
}

/** What a language has of its own: comprehensions, JSX, patterns, types as values. */
export interface Other extends Piece {
  readonly kind: 'other';
  /** The grammar's name of it. */
  readonly what: string;
  readonly parts: readonly Expression[];
}
