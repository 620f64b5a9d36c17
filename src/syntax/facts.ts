import type { Range0 } from '../base/positions';

export type Language =
  | 'typescript'
  | 'tsx'
  | 'javascript'
  | 'python'
  | 'java'
  | 'kotlin'
  | 'go'
  | 'csharp'
  | 'ruby'
  | 'php'
  | 'rust'
  | 'elixir';

/**
 * What one file says that spans may point at. Plain data: syntax trees never leave this room. Lists are in source order;
 * `function` fields are indices in `functions`, -1 for code outside any function.
 */
export interface FileFacts {
  readonly language: Language;
  /** Package of Java and Kotlin, namespace of C# and PHP (file-wide), Go package name. Modules of others follow from the path. */
  readonly module: string;
  /** The parser met something it does not know; the facts around it still hold. */
  readonly hasErrors: boolean;
  /** A header says that the file was generated (`Code generated … DO NOT EDIT`): what it holds is seldom meant. */
  readonly generated?: true;
  /** Git's marks of a conflict stand in it: both sides are read as one text, and code around may be lost. */
  readonly conflicted?: true;
  /** Why the file was not read (too large, minified, binary, no grammar): then everything else is empty. */
  readonly skipped?: string;
  readonly functions: readonly FunctionFact[];
  readonly types: readonly TypeFact[];
  readonly constants: readonly ConstantFact[];
  readonly imports: readonly ImportFact[];
  readonly spans: readonly SpanFact[];
  /** Names given to `getTracer(…)`, `otel.Tracer(…)`, `new ActivitySource(…)`. */
  readonly tracerNames: readonly TextFact[];
  readonly routes: readonly RouteFact[];
  readonly mounts: readonly MountFact[];
  readonly rpcs: readonly RpcFact[];
  readonly messages: readonly MessageFact[];
  readonly httpCalls: readonly CallFact[];
  readonly queries: readonly QueryFact[];
  /** `service.name` set in code. */
  readonly serviceNames: readonly TextFact[];
  /** What the file exports under names that frameworks look for: `default`, `GET`, `loader`. */
  readonly exports: readonly ExportFact[];
  readonly fields: readonly FieldFact[];
  readonly entityCalls: readonly EntityCallFact[];
}

/** Under this name, inside a function, stands what a helper of the project puts before the span names it is given. */
export const SPAN_PREFIX = '*spanPrefix';

/** Under this name stands among exports what a program gives to AWS Lambda's runtime: Go's `lambda.Start(handler)`. */
export const LAMBDA_HANDLER = '*lambda';

/** A text in the source: literal, with holes, or a name that stands for one. */
export type TextFact =
  | { readonly kind: 'literal'; readonly text: string }
  /**
   * `order ${id}` is `['order ', '']`: the constant pieces around the holes. `holes[i]`, between `parts[i]` and
   * `parts[i + 1]`, is the plain name that fills the hole (to be looked up among constants) or ''.
   */
  | { readonly kind: 'template'; readonly parts: readonly string[]; readonly holes?: readonly string[] }
  /**
   * `TOPIC`, `Topics.ORDERS`: to be looked up among constants. `variable<ORDERS_TOPIC>=orders` and `path<Kafka:Topic>`
   * are read when the program runs: a variable of the environment and a path in a settings file, with the default; `member<config.topic>` is a member of what the code gathers them in.
   */
  | { readonly kind: 'reference'; readonly name: string };

export interface FunctionFact {
  /** `create`; of an anonymous function the name it is assigned to, or '' . */
  readonly name: string;
  /** Enclosing types and functions, outermost first: `['OrderController']`. */
  readonly container: readonly string[];
  /** From the first decorator or annotation to the end of the body. */
  readonly range: Range0;
  /** The name, or for an anonymous function where it starts: a hint is drawn on this line. */
  readonly nameRange: Range0;
  /** Names in the parameter list, in order (without types). */
  readonly parameters: readonly string[];
  /** A method without a body, of an interface or abstract: who implements it is elsewhere. */
  readonly isDeclaration?: true;
  /** Of Go's `NewOrders`: the struct it returns, which may be called otherwise. */
  readonly makes?: string;
}

export interface TypeFact {
  readonly name: string;
  readonly container: readonly string[];
  /** Simple names of what it extends and implements, type arguments dropped, qualifiers kept: `pb.OrdersImplBase`. */
  readonly bases: readonly string[];
  readonly range: Range0;
}

export interface ConstantFact {
  readonly name: string;
  readonly container: readonly string[];
  readonly value: TextFact;
}

export interface ImportFact {
  /** As written: `./routes`, `app.orders`, `com.shop.Orders`, `github.com/x/y`. */
  readonly from: string;
  /** Local name → imported name (`*` for the module itself, `default`). */
  readonly names: Readonly<Record<string, string>>;
}

/** A span started by hand: a call, an annotation or a decorator. */
export interface SpanFact {
  /** Undefined: named after the function (`@WithSpan` without a value, `@tracer.start_as_current_span` …). */
  readonly name: TextFact | undefined;
  readonly range: Range0;
  /** The function whose time the span measures. */
  readonly function: number;
  readonly kind: 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER' | 'INTERNAL' | undefined;
}

/** Who answers: a function of this file, a name to look up, or the function the annotation stands on. */
export type HandlerFact =
  | { readonly kind: 'function'; readonly function: number }
  /**
   * `createOrder`, `ordersController.create`, `(OrdersController, 'create')` written as `OrdersController.create`.
   * The name of a class (Django's and Flask's views): its method for the HTTP method. A name a variable's type is known
   * for is written with the type: `OrdersController.create`.
   * `orElse`: other names that may be meant, in turn: further arguments of `wrap(createOrder, options)`, and the wrappers
   * themselves, which may be factories whose results answer.
   */
  | { readonly kind: 'name'; readonly name: string; readonly orElse?: readonly string[] };

export interface RouteFact {
  readonly framework: string;
  /** Upper case, or `*` for all methods. */
  readonly method: string;
  /** Prefixes of the class or group in this file come first; join with `/`. */
  readonly path: readonly TextFact[];
  readonly handler: HandlerFact;
  /** Variable the route is registered on (`router`, `app`), for mounts. */
  readonly receiver: string;
  /** Nest's version of the handler or of its controller; '' for any (`VERSION_NEUTRAL`). May or may not stand in the path. */
  readonly version?: TextFact;
  readonly range: Range0;
}

/** `app.use('/api', ordersRouter)`, `include_router(router, prefix=…)`, `path('api/', include('x.urls'))`. */
export interface MountFact {
  readonly receiver: string;
  readonly prefix: TextFact;
  /**
   * The router that is mounted: variable, call or module name as written; a function that is handed the router (its
   * routes are inside); `*`: the prefix is in front of every route of the application. `*version`: what stands before
   * the version in the path (`v`); `*defaultVersion`: the version of routes without one of their own; `*own`: no mount
   * but the prefix that the router `receiver` was made with; `*autoload:routes`: every file below that folder, relative to
   * this file's, under the name of its own folder.
   */
  readonly target: string;
  readonly range: Range0;
  /** The prefix stands in place of the one the router was made with, not before it (Flask's blueprints). */
  readonly overrides?: true;
  /** Of `*own`: the routes and mounts of this file have the prefix in their paths already. */
  readonly isWritten?: true;
}

/**
 * A method that implements an RPC, or a call through a stub. Generated names differ from those on the wire: compare
 * methods without case, and services also without a trailing `Service`.
 */
export interface RpcFact {
  /** `Orders`, or `shop.v1.Orders` where the code says so; '' where only the method is known. */
  readonly service: string;
  /** `*` on the server side: every method of the type (or object) that `handler` names, wherever it is declared. */
  readonly method: string;
  readonly handler: HandlerFact;
  readonly range: Range0;
  /** `client`: a call through a stub; `server`: the implementation. */
  readonly side: 'server' | 'client';
}

/** A message sent or handled. */
export interface MessageFact {
  readonly side: 'producer' | 'consumer';
  readonly system: string;
  readonly destination: TextFact;
  /** The producer call's function, or the handler. */
  readonly handler: HandlerFact;
  readonly range: Range0;
  /** Nobody handles here: what is sent to `destination` (an exchange or a routing key) goes to this queue. */
  readonly queue?: TextFact;
}

/** A statement of SQL that is written out. */
export interface QueryFact {
  readonly text: TextFact;
  /** The function that runs it: around the text, or the only one of the file that uses the constant it is kept in. */
  readonly function: number;
  /** The text, or the name of the constant where it is used. */
  readonly range: Range0;
}

/** An outgoing HTTP call. */
export interface CallFact {
  readonly library: string;
  readonly method: string | undefined;
  readonly url: TextFact | undefined;
  readonly function: number;
  readonly range: Range0;
}

/**
 * A value that a file exports, and the function that it is; undefined where the file does not say. Of the default export
 * of `export default byMethod({ GET: list })` also `default.GET`.
 */
export interface ExportFact {
  readonly name: string;
  readonly handler: HandlerFact | undefined;
  readonly range: Range0;
}

/** The resolver of a field of a GraphQL type. */
export interface FieldFact {
  /** `Query`, `Mutation`, `Subscription` or a type of the schema; '' where the code does not say. */
  readonly type: string;
  readonly field: string;
  readonly handler: HandlerFact;
  readonly range: Range0;
}

/** A call of an object mapper that its spans name by entity and method: `prisma.user.findMany`, `User.findOne`. */
export interface EntityCallFact {
  readonly library: string;
  /** As the code writes it; compared without case. */
  readonly entity: string;
  readonly method: string;
  readonly function: number;
  readonly range: Range0;
}
