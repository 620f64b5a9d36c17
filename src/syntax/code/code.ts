import type { Language } from '../facts';
import type { Expression } from './expression';
import type { Piece } from './piece';
import type { Statement } from './statement';

/**
 * One file as statements and expressions that mean the same in every language: what lint reasons about. Plain data, as
 * trees never leave this room. `start` and `end` everywhere are UTF-16 offsets into `text`, half open.
 */
export interface Code {
  readonly language: Language;
  readonly text: string;
  /** Java package, C# namespace (of the file, or the first), Go package name; '' for Python and JavaScript. */
  readonly namespace: string;
  /** The parser met something it does not know; what is around it still holds. */
  readonly hasErrors: boolean;
  /** Why the file was not read; everything else is empty then. */
  readonly skipped?: string | undefined;
  readonly imports: readonly CodeImport[];
  /** Local name → exported name of JavaScript modules (`default` for the default export); empty elsewhere. */
  readonly exports: Readonly<Record<string, string>>;
  /** The first is the file's own top level, which no file is without; others stand before those inside them. */
  readonly functions: readonly CodeFunction[];
  readonly types: readonly CodeType[];
}

/** `import {a as b} from "m"` is `{from: 'm', names: {b: 'a'}}`; `*` is the module itself, `default` its default. */
export interface CodeImport extends Piece {
  /**
   * The module as it is written: `./lib/http`, `net/http`, `opentelemetry.trace`; in Java the package or class the name
   * comes from (`java.net.http`), in C# the namespace. `require("m")` and Python's imports in functions are here too.
   */
  readonly from: string;
  /** Local name → exported name. Empty for an import for its effects, a C# `using`, and a Java or Python `*`. */
  readonly names: Readonly<Record<string, string>>;
  /** Everything in it is in reach by its own name: `from m import *`, `import a.b.*`, `using N`. */
  readonly all?: true;
  /** Erased by the compiler: `import type`. */
  readonly typeOnly?: true;
  /** The function it stands in, where it is not at the top. */
  readonly function?: number;
}

/** A function, method, constructor, lambda, or the top level of the file. */
export interface CodeFunction extends Piece {
  /** Its place in {@link Code.functions}. */
  readonly id: number;
  /** '' for an anonymous one, unless it is assigned to a name; `<top>` for the file's top level. */
  readonly name: string;
  /** The function around it; undefined only for the top level. */
  readonly parent: number | undefined;
  /** Its class, or in Go the type of its receiver (without `*`); a place in {@link Code.types}, or only a name. */
  readonly type?: number;
  readonly owner?: string;
  /** Go's receiver variable, Python's `self` by its name. */
  readonly self?: string;
  readonly parameters: readonly Parameter[];
  /** As written: `*http.Client`, `Promise<Response>`. Go's several results as `(a, b)`. */
  readonly returns?: string;
  /** Decorators, annotations, attributes, as names or calls. */
  readonly annotations: readonly Expression[];
  readonly modifiers: readonly Modifier[];
  /** Of an arrow function with an expression: one `return`. */
  readonly body: readonly Statement[];
  /** Name's place, for messages and hints; the start where it has none. */
  readonly nameAt: Piece;
}

export type Modifier =
  'async' | 'generator' | 'static' | 'lambda' | 'constructor' | 'exported' | 'abstract' | 'private';

export interface Parameter extends Piece {
  /** '' where it is a pattern. */
  readonly name: string;
  /** Names bound by a pattern `{a, b: c}`: local → property. */
  readonly bound?: Readonly<Record<string, string>>;
  /** As written, without the name: `context.Context`, `*http.Request`. */
  readonly type?: string;
  readonly default?: Expression;
  readonly annotations: readonly Expression[];
  /** `...args`, `*args`, `**kwargs`, `params`. */
  readonly rest?: true;
}

/** A class, struct, interface, record or enum. */
export interface CodeType extends Piece {
  readonly id: number;
  readonly name: string;
  readonly kind: 'class' | 'interface' | 'struct' | 'enum' | 'object';
  /** What it extends, implements or embeds, as written. */
  readonly bases: readonly string[];
  readonly annotations: readonly Expression[];
  readonly fields: readonly Field[];
  /** The function it stands in: 0 for a type of the file. */
  readonly function: number;
  readonly nameAt: Piece;
}

export interface Field extends Piece {
  readonly name: string;
  readonly type?: string;
  readonly value?: Expression;
  readonly annotations: readonly Expression[];
  readonly modifiers: readonly Modifier[];
}
