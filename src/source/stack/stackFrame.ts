/** One frame of a stack as a runtime printed it. */
export interface StackFrame {
  /** As printed: `OrderService.place`, `com.shop.Orders.place`; undefined for a frame without a name. */
  readonly function: string | undefined;
  /** As printed; of Java and PHP the file's name alone. Undefined where a runtime prints none. */
  readonly file: string | undefined;
  /** 1-based. */
  readonly line: number | undefined;
  /** 1-based. */
  readonly column?: number;
}

/** Languages whose stacks are told apart by their look. */
export type StackDialect = 'javascript' | 'python' | 'java' | 'go' | 'dotnet' | 'ruby' | 'php' | 'rust' | 'elixir';

/** The frames of one stack, innermost first, with the dialect they were printed in. */
export interface ParsedStack {
  readonly dialect: StackDialect;
  /** For a chain of causes: the frames of the deepest cause come first. */
  readonly frames: readonly StackFrame[];
}
