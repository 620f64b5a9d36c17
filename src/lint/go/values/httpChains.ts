import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression, ObjectLiteral } from '../../../syntax/code/expression';
import type { Piece } from '../../../syntax/code/piece';
import type { FunctionPlace } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import { isInjectingTransport } from '../coverage';
import type { GoUnit } from '../goUnit';
import type { Injections } from '../injections';
import { outermost } from '../relevance';
import { lookUp } from './scope';
import { areWaysOut } from './waysOut';
import { isNil, type Origins, type Value, type Values } from './values';

/** A place where a client or transport is made that sends no context. */
export interface PlainOrigin {
  readonly source: SourceCode;
  readonly piece: Piece;
  readonly value: Value;
  /** `client`: a literal or a client's constructor; `default`: Go's own default client; `request`: no client could be wrapped. */
  readonly kind: 'client' | 'default' | 'request';
}

/** What a client or transport does with the context of the requests it carries out. */
export type ChainVerdict =
  | { readonly is: 'injects' }
  | { readonly is: 'unknown' }
  | { readonly is: 'plain'; readonly origins: readonly PlainOrigin[] };

const INJECTS: ChainVerdict = { is: 'injects' };
const UNKNOWN: ChainVerdict = { is: 'unknown' };
const PLAIN: ChainVerdict = { is: 'plain', origins: [] };
const MAX_STEPS = 40;

/** Others' functions that give a client or transport without any tracing. */
const PLAIN_MAKERS =
  /^(github\.com\/hashicorp\/go-cleanhttp\.Default\w+|github\.com\/hashicorp\/go-retryablehttp\.NewClient|net\/http\.(DefaultTransport|Transport\.Clone)|github\.com\/go-resty\/resty(\/v\d+)?\.New|resty\.dev\/v\d+\.New)$/;
/** Clients that add a token, on top of Go's default transport unless the context holds another. */
const BEARER_CLIENTS = /^golang\.org\/x\/oauth2(\/clientcredentials)?\.(NewClient|Config\.Client)$/;
/** Others' types that carry requests out with a transport they hold. */
const PASS_ON =
  /^(golang\.org\/x\/oauth2\.Transport|net\/http\.Client|github\.com\/hashicorp\/go-retryablehttp\.(Client|RoundTripper)|github\.com\/gregjones\/httpcache\.Transport)$/;
/** Wrappers by names that say what else they do to a request: they hand it on to the transport they are given. */
const HANDS_ON =
  /(^|\.)(New|With|Wrap)?\w*(auth|token|jwt|bearer|basic|credential|api_?key|user_?agent|header|log|dump|debug|retr|backoff|rate|limit|throttl|cach|etag|org_?id|tenant|timeout|compress|gzip|redirect|cookie|sign|hmac)\w*(round_?tripper|transport)$/i;
/** The same by the package, where the type or function says only what it makes: `&oauth2.Transport{Base: rt}`, `httpcache.NewTransport(c)`. */
const HANDS_ON_BY_PACKAGE =
  /(^|\/)[\w-]*(auth|token|jwt|bearer|credential|api_?key|user_?agent|header|log|dump|retr|backoff|rate_?limit|throttl|cache|cookie|sign|hmac)\w*(\/v\d+)?\.(New|Wrap)?(Round_?Tripper|Transport)$/i;
const MAY_TRACE =
  /otel|trac|span|instrument|observ|telemetry|propagat|datadog|newrelic|sentry|apm|xray|metric|monitor/i;
/** What gives back a transport around another, and leaves that one as it was. */
const WRAPS_TRANSPORT = /(Transport|RoundTripper)$/;
/** What resty's clients are given to change each request with. */
const REQUEST_HOOKS = ['OnBeforeRequest', 'SetPreRequestHook', 'AddRequestMiddleware', 'SetRequestMiddlewares'];
const BARE_TRANSPORT = /^(net\/http\.Transport|golang\.org\/x\/net\/http2\.Transport)$/;

/** Follows clients and transports to what carries their requests out. */
export class HttpChains {
  private default: ChainVerdict | undefined;

  constructor(
    private readonly unit: GoUnit,
    private readonly values: Values,
    private readonly injections: Injections,
  ) {}

  /** What a client or transport does. */
  verdict(value: Value): ChainVerdict {
    return this.follow(value, new Set());
  }

  /** What Go's default client and transport do in this process. */
  defaultVerdict(): ChainVerdict {
    if (this.default === undefined) {
      // Until it is known: a replacement may be made out of the default itself.
      this.default = PLAIN;
      this.default = this.replacements();
    }
    return this.default;
  }

  private follow(value: Value, seen: Set<Expression>): ChainVerdict {
    const { expression } = value;
    if (seen.has(expression)) return PLAIN;
    if (seen.size > MAX_STEPS) return UNKNOWN;
    seen.add(expression);
    if (isNil(expression)) return this.defaultVerdict();
    if (expression.kind === 'object') return this.literal(value, expression, seen);
    if (expression.kind === 'function')
      return this.closure(value, value.source.code.functions[expression.function]!, seen);
    if (expression.kind === 'unary' || expression.kind === 'cast')
      return this.follow({ ...value, expression: expression.value }, seen);
    if (expression.kind === 'member' || expression.kind === 'call') {
      const known = this.known(value, expression, seen);
      if (known !== undefined) return known;
    }
    const verdict = this.originsVerdict(value, seen);
    return verdict.is === 'unknown' && this.isBareByType(value) ? PLAIN : verdict;
  }

  private originsVerdict(value: Value, seen: Set<Expression>): ChainVerdict {
    const origins = this.embedded(value) ?? this.values.origins(value);
    if (origins === undefined) return UNKNOWN;
    // Each by itself: several may go through one helper.
    if (value.expression.kind === 'call' && areWaysOut(origins.values))
      return anyOf(origins.values.map((one) => this.follow(one, new Set(seen))));
    const found = origins.values.map((one) => this.follow(one, seen));
    const changed = this.changes(value, seen);
    const zero = origins.values.length === 0 && changed === undefined ? this.zeroValue(value) : undefined;
    if (zero !== undefined) return zero;
    const all = changed === undefined ? found : changed.is === 'injects' ? [changed] : [...found, changed];
    return combine(all, origins.open);
  }

  /** What is put into a struct that is a client by embedding one: `struct{ *http.Client; base string }`. */
  private embedded({ source, function: fn, expression }: Value): Origins | undefined {
    const type = this.unit.types.typeOf(source, fn, expression);
    const bases = this.unit.types.declarationOf(type)?.type.bases ?? [];
    if (type === undefined || !bases.some((base) => /^\*?http\.Client$/.test(base))) return undefined;
    return this.values.fieldValues(type, 'Client');
  }

  /** Wherever it comes from, a `*http.Transport` sends nothing of a trace. */
  private isBareByType({ source, function: fn, expression }: Value): boolean {
    return BARE_TRANSPORT.test(this.unit.types.typeOf(source, fn, expression)?.qualified ?? '');
  }

  /** `var client http.Client`. */
  private zeroValue({ source, function: fn, expression }: Value): ChainVerdict | undefined {
    if (expression.kind !== 'name') return undefined;
    const binding = lookUp(this.unit.packages, source, fn, expression.name);
    const declared =
      binding?.kind === 'variable'
        ? binding.assigned.find((one) => one.value === undefined && one.type === 'http.Client')
        : undefined;
    const global =
      binding?.kind === 'global' && binding.place.statement.type === 'http.Client' ? binding.place : undefined;
    if (declared === undefined && global === undefined) return undefined;
    const verdict = this.defaultVerdict();
    if (verdict.is !== 'plain') return verdict;
    const piece = global?.statement ?? { start: declared!.at, end: declared!.at + 'var'.length };
    const value = { source, function: fn, expression };
    return { is: 'plain', origins: [{ source: global?.source ?? source, piece, value, kind: 'client' }] };
  }

  private known(value: Value, expression: Expression, seen: Set<Expression>): ChainVerdict | undefined {
    const { source, function: fn } = value;
    if (expression.kind === 'member') {
      const name = this.externalMember(value, expression);
      if (name === 'net/http.DefaultClient' || name === 'net/http.DefaultTransport') {
        const verdict = this.defaultVerdict();
        if (verdict.is !== 'plain' || name.endsWith('Transport')) return verdict;
        return { is: 'plain', origins: [{ source, piece: expression, value, kind: 'default' }] };
      }
      if (name !== undefined) return isInjectingTransport(name) ? INJECTS : UNKNOWN;
      // `client.Transport`, `retrying.HTTPClient` of others' types.
      const type = this.unit.types.typeOf(source, fn, expression.object);
      if (type !== undefined && PASS_ON.test(type.qualified))
        return this.follow({ ...value, expression: expression.object }, seen);
      return undefined;
    }
    if (expression.kind !== 'call') return undefined;
    if (expression.callee.kind === 'name' && expression.callee.name === 'new') {
      const made = expression.args[0] && source.textOf(expression.args[0]);
      if (made === 'http.Client') return this.made(value, expression, this.defaultVerdict());
      return made === 'http.Transport' ? PLAIN : UNKNOWN;
    }
    const callee = this.unit.callee({ source, function: fn, call: expression });
    if (callee.kind === 'unknown') return this.handedOn(callee.name, this.argumentsOf(value, expression, seen));
    if (callee.kind !== 'external' && callee.kind !== 'externalMethod') return undefined;
    const name = callee.kind === 'external' ? callee.name : `${callee.type}.${callee.name}`;
    if (isInjectingTransport(name)) return INJECTS;
    if (PLAIN_MAKERS.test(name)) {
      return /Client$|\.New$/.test(name) ? this.made(value, expression, PLAIN) : PLAIN;
    }
    if (callee.kind === 'externalMethod' && PASS_ON.test(callee.type) && expression.callee.kind === 'member') {
      const held = this.follow({ ...value, expression: expression.callee.object }, seen);
      return callee.name === 'Client' ? this.made(value, expression, held) : held;
    }
    if (callee.kind === 'externalMethod' && /resty/.test(callee.type))
      return this.resty(value, expression, callee, seen);
    if (BEARER_CLIENTS.test(name) && !this.hasBaseClient()) return this.made(value, expression, this.defaultVerdict());
    const parts = this.argumentsOf(value, expression, seen);
    return parts.some((part) => part.is === 'injects') ? INJECTS : (this.handedOn(name, parts) ?? UNKNOWN);
  }

  /** `resty.New().SetBaseURL(url).SetTimeout(t)`, `client.R().SetContext(ctx)`: what the chain begins with, unless it changes that. */
  private resty(
    value: Value,
    call: Call,
    { name }: { readonly name: string },
    seen: Set<Expression>,
  ): ChainVerdict | undefined {
    const [given] = call.args;
    if (/^(SetTransport|SetHTTPClient|OnBeforeRequest|SetPreRequestHook|Use)$/.test(name)) {
      const set = given && this.follow({ ...value, expression: given.value }, seen);
      return set?.is === 'injects' || !name.startsWith('Set') ? (set ?? UNKNOWN) : set;
    }
    return call.callee.kind === 'member' ? this.follow({ ...value, expression: call.callee.object }, seen) : undefined;
  }

  /** Whether some context of the process holds a client that the clients of `oauth2` are to use. */
  private hasBaseClient(): boolean {
    return this.unit.code.program.sources.some((source) => source.has(/\boauth2\.HTTPClient\b/));
  }

  private argumentsOf(value: Value, call: Call, seen: Set<Expression>): ChainVerdict[] {
    const given = call.args.filter((argument) => !isNil(argument.value));
    return given.map((argument) => this.follow({ ...value, expression: argument.value }, seen));
  }

  /** A wrapper whose code is not at hand, but whose name says that it is about something else. */
  private handedOn(name: string, parts: readonly ChainVerdict[]): ChainVerdict | undefined {
    const [, last = name] = /(\w+)$/.exec(name) ?? [];
    const says = HANDS_ON.test(last) ? last : HANDS_ON_BY_PACKAGE.test(name) ? name : undefined;
    if (says === undefined || MAY_TRACE.test(says)) return undefined;
    return parts.find((part) => part.is === 'injects') ?? parts.find((part) => part.is === 'plain');
  }

  /** `roundTripperFunc(func(r *http.Request) (*http.Response, error) { return base.RoundTrip(r) })`. */
  private closure({ source, frame }: Value, fn: CodeFunction, seen: Set<Expression>): ChainVerdict {
    if (this.injections.injects({ source, function: fn })) return INJECTS;
    const carriers = source
      .callsIn(fn)
      .flatMap(({ callee }) =>
        callee.kind === 'member' && (callee.name === 'RoundTrip' || callee.name === 'Do') ? [callee.object] : [],
      );
    const found = carriers.map((expression) =>
      this.follow({ source, function: fn, expression, ...(frame ? { frame } : {}) }, seen),
    );
    return combine(found, false);
  }

  private externalMember({ source, function: fn }: Value, expression: Expression): string | undefined {
    if (expression.kind !== 'member' || expression.object.kind !== 'name') return undefined;
    const binding = lookUp(this.unit.packages, source, fn, expression.object.name);
    if (binding?.kind !== 'import' || this.unit.packages.byImport(binding.from)) return undefined;
    return `${binding.from}.${expression.name}`;
  }

  private literal(value: Value, literal: ObjectLiteral, seen: Set<Expression>): ChainVerdict {
    const type = literal.type === undefined ? undefined : this.unit.types.written(value.source, literal.type);
    if (type === undefined) return UNKNOWN;
    if (isInjectingTransport(type.qualified)) return INJECTS;
    if (BARE_TRANSPORT.test(type.qualified)) return PLAIN;
    const parts = literal.entries.map((entry) => ({ entry, value: { ...value, expression: entry.value } }));
    if (type.qualified === 'net/http.Client') {
      const transport = parts.find(({ entry }) => entry.key === 'Transport');
      return this.made(value, literal, transport ? this.follow(transport.value, seen) : this.defaultVerdict());
    }
    const [roundTrip] = this.unit.types.methods(type, 'RoundTrip');
    const used = roundTrip && /\.(\w+)\.RoundTrip\(/.exec(roundTrip.source.textOf(roundTrip.function))?.[1];
    const carrying = parts.filter(({ value: part, entry }) => entry.key === used || this.carries(part, entry.key));
    const found = carrying.map((part) => this.follow(part.value, seen));
    if (found.some((one) => one.is === 'injects')) return INJECTS;
    if (PASS_ON.test(type.qualified)) return found.length === 0 ? this.defaultVerdict() : combine(found, false);
    // `&jwtTransport{next: http.DefaultTransport}` of a file that is not among those of a cut-out.
    if (roundTrip === undefined) return this.handedOn(type.qualified, found) ?? UNKNOWN;
    if (this.injections.injects(roundTrip)) return INJECTS;
    if (found.length === 0) {
      const text = roundTrip.source.textOf(roundTrip.function);
      return /http\.Default(Transport|Client)\b/.test(text) ? this.defaultVerdict() : UNKNOWN;
    }
    return combine(found, false);
  }

  /** Whether a field's value carries requests out. */
  private carries({ source, function: fn, expression }: Value, key: string | undefined): boolean {
    if (
      key !== undefined &&
      /transport|tripper|^(rt|base|next|inner|wrapped|parent|underlying|delegate|client|httpClient)$/i.test(key)
    )
      return expression.kind !== 'text';
    const type = this.unit.types.typeOf(source, fn, expression)?.qualified ?? '';
    return /^net\/http\.(RoundTripper|Transport|Client)$/.test(type);
  }

  private made(value: Value, piece: Piece, verdict: ChainVerdict): ChainVerdict {
    if (verdict.is !== 'plain') return verdict;
    return { is: 'plain', origins: [{ source: value.source, piece, value, kind: 'client' }] };
  }

  /** What is assigned to the transport of a client after it was made: `client.Transport = otelhttp.NewTransport(…)`. */
  private changes({ source, function: fn, expression }: Value, seen: Set<Expression>): ChainVerdict | undefined {
    const held = expression.kind === 'name' || expression.kind === 'member' ? expression.name : undefined;
    if (held === undefined) return undefined;
    const found: ChainVerdict[] = [];
    const assigned = [...this.values.assignedMembers('Transport'), ...this.values.assignedMembers('HTTPClient')];
    for (const { value, target } of assigned) {
      let object = target.object;
      if (object.kind === 'member' && object.name === 'HTTPClient') object = object.object;
      const same = (object.kind === 'name' || object.kind === 'member') && object.name === held;
      const near =
        expression.kind === 'member'
          ? object.kind !== 'member' ||
            this.isSameHolder({ source, function: fn, expression }, { ...value, expression: object })
          : value.source === source && isSameFunction(source, value, fn);
      if (same && near) found.push(this.follow(value, seen));
    }
    for (const setter of ['SetTransport', 'SetHTTPClient']) {
      for (const place of this.unit.callsNamed(setter)) {
        const callee = place.call.callee;
        const [given] = place.call.args;
        if (callee.kind !== 'member' || given === undefined || place.source !== source) continue;
        if ((callee.object.kind === 'name' || callee.object.kind === 'member') && callee.object.name === held)
          found.push(this.follow({ source: place.source, function: place.function, expression: given.value }, seen));
      }
    }
    found.push(...this.hooks(source, held), ...this.changesByCalls({ source, function: fn, expression }, held, seen));
    return found.length === 0 ? undefined : combine(found, false);
  }

  /** `client.OnBeforeRequest(func(_ *resty.Client, r *resty.Request) error { …Inject(…) })`. */
  private hooks(source: SourceCode, held: string): ChainVerdict[] {
    const set = REQUEST_HOOKS.flatMap((name) => this.unit.callsNamed(name)).filter(
      ({ source: at, call: { callee } }) => {
        if (callee.kind !== 'member' || at !== source) return false;
        return (callee.object.kind === 'name' || callee.object.kind === 'member') && callee.object.name === held;
      },
    );
    return set.flatMap(({ function: fn, call }) => {
      const places = this.functionsOf(source, fn, call.args[0]?.value);
      if (places === undefined) return [UNKNOWN];
      return places.some((one) => this.injections.injects(one)) ? [INJECTS] : [];
    });
  }

  /** A closure, or the functions of the workspace that a name stands for. */
  private functionsOf(
    source: SourceCode,
    fn: CodeFunction,
    given: Expression | undefined,
  ): readonly FunctionPlace[] | undefined {
    if (given?.kind === 'function') return [{ source, function: source.code.functions[given.function]! }];
    const callee = given && this.unit.types.calleeOfName(source, fn, given);
    return callee?.kind === 'own' ? callee.places : undefined;
  }

  /** What functions do with a client they are given: `instrument(client)`, an option of which it is not known which: `opt(client)`. */
  private changesByCalls(
    { source, function: fn, expression }: Value,
    held: string,
    seen: Set<Expression>,
  ): ChainVerdict[] {
    if (expression.kind !== 'name') return [];
    // A closure may use what was changed around it.
    const binding = lookUp(this.unit.packages, source, fn, expression.name);
    const scope = binding?.kind === 'variable' || binding?.kind === 'parameter' ? binding.function : fn;
    return [...new Set([scope, ...source.within(scope)])].flatMap((inner) =>
      source.callsIn(inner).flatMap((call) => {
        const index = call.args.findIndex((argument) => isNamed(argument.value, held));
        if (index < 0) return [];
        const callee = this.unit.callee({ source, function: inner, call });
        if (callee.kind === 'unknown') return this.isFunctionValue(source, inner, call) ? [UNKNOWN] : [];
        if (callee.kind === 'external')
          return MAY_TRACE.test(callee.name) && !WRAPS_TRANSPORT.test(callee.name)
            ? [isInjectingTransport(callee.name) ? INJECTS : UNKNOWN]
            : [];
        const places =
          callee.kind === 'own'
            ? callee.places
            : callee.kind === 'closure'
              ? [{ source, function: callee.function }]
              : [];
        return places.flatMap((place) => this.changesOfParameter(place, index, seen));
      }),
    );
  }

  /** A function that a variable or parameter holds, and none that Go has built in. */
  private isFunctionValue(source: SourceCode, fn: CodeFunction, { callee }: Call): boolean {
    if (callee.kind !== 'name') return callee.kind === 'index';
    return lookUp(this.unit.packages, source, fn, callee.name) !== undefined;
  }

  /** `func instrument(c *http.Client) { c.Transport = otelhttp.NewTransport(c.Transport) }`. */
  private changesOfParameter(place: FunctionPlace, index: number, seen: Set<Expression>): ChainVerdict[] {
    const { name } = place.function.parameters[index] ?? {};
    const assigned = this.values
      .assignedMembers('Transport')
      .filter(
        ({ value, target }) =>
          value.source === place.source && value.function === place.function && isNamed(target.object, name),
      );
    return assigned.map(({ value }) => this.follow(value, seen));
  }

  /** Whether two fields of one name may be of one type. */
  private isSameHolder(one: Value, other: Value): boolean {
    const [type, otherType] = [one, other].map(({ source, function: fn, expression }) =>
      expression.kind === 'member' ? this.unit.types.typeOf(source, fn, expression.object)?.qualified : undefined,
    );
    return type === undefined || otherType === undefined || type === otherType;
  }

  /** Assignments to `http.DefaultClient`, `http.DefaultTransport` and the default client's transport. */
  private replacements(): ChainVerdict {
    const found: ChainVerdict[] = [];
    for (const name of ['DefaultClient', 'DefaultTransport', 'Transport']) {
      for (const { value, target } of this.values.assignedMembers(name)) {
        const object = name === 'Transport' ? target.object : target;
        if (object.kind !== 'member' || object.object.kind !== 'name') continue;
        const external = this.externalMember({ ...value, expression: object }, object);
        if (external === 'net/http.DefaultClient' || external === 'net/http.DefaultTransport')
          found.push(this.follow(value, new Set()));
      }
    }
    const changed = found.find((one) => one.is !== 'plain');
    return changed ?? PLAIN;
  }
}

/** `client` or `&client`. */
function isNamed(expression: Expression, name: string | undefined): boolean {
  const named = expression.kind === 'unary' && expression.operator === '&' ? expression.value : expression;
  return named.kind === 'name' && named.name === name;
}

function isSameFunction(source: SourceCode, value: Value, fn: CodeFunction): boolean {
  return outermost(source, value.function) === outermost(source, fn);
}

/** What is made on one of several ways out of a function: none of them makes up for another. */
function anyOf(found: readonly ChainVerdict[]): ChainVerdict {
  if (found.some((one) => one.is === 'unknown')) return UNKNOWN;
  const origins = found.flatMap((one) => (one.is === 'plain' ? one.origins : []));
  return origins.length > 0 ? { is: 'plain', origins } : combine(found, false);
}

/** One that injects is enough, as a chain may be wrapped step by step; plain only when nothing else is possible. */
function combine(found: readonly ChainVerdict[], open: boolean): ChainVerdict {
  if (found.some((one) => one.is === 'injects')) return INJECTS;
  if (open || found.length === 0 || found.some((one) => one.is === 'unknown')) return UNKNOWN;
  if (found.length === 1) return found[0]!;
  const all = found.flatMap((one) => (one.is === 'plain' ? one.origins : []));
  const origins = [...new Map(all.map((one) => [one.piece, one])).values()];
  // `if client == nil { client = http.DefaultClient }` is there for tests when something else is given.
  const made = origins.filter((one) => one.kind === 'client');
  return { is: 'plain', origins: made.length > 0 ? made : origins };
}
