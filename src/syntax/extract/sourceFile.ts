import type { HandlerFact, MessageFact, RpcFact, SpanFact, TextFact } from '../facts';
import type { CallSite } from './callSite';
import type { Captures } from './captures';
import type { Constants } from './constants';
import type { FactsBuilder } from './factsBuilder';
import type { Outline } from './outline';
import type { Receivers } from './receivers';
import type { SourceText } from './sourceText';
import type { Variables } from './variables';

/** A file while its facts are collected; every language adds its own way to read values. */
export interface SourceFile {
  readonly source: SourceText;
  readonly captures: Captures;
  readonly outline: Outline;
  readonly constants: Constants;
  readonly receivers: Receivers;
  readonly facts: FactsBuilder;
  /** What variables and fields are made of. */
  readonly made: Variables;
}

/** The function a site stands in, as the one that answers or causes. */
export function functionAround(file: SourceFile, call: CallSite): HandlerFact {
  return { kind: 'function', function: file.outline.functionAt(call.start) };
}

/** Adds a span started at a call. */
export function addSpan(file: SourceFile, call: CallSite, name: TextFact | undefined, kind?: SpanFact['kind']): void {
  file.facts.spans.push({ name, range: call.range, function: file.outline.functionAt(call.start), kind });
}

/** Adds a route; nothing without a handler. */
export function addRoute(
  file: SourceFile,
  call: CallSite,
  route: {
    readonly framework: string;
    readonly method: string;
    readonly path: readonly TextFact[];
    readonly handler: HandlerFact | undefined;
    readonly receiver?: string;
  },
): void {
  if (route.handler === undefined) return;
  const { framework, method, path, handler, receiver = '' } = route;
  file.facts.routes.push({ framework, method, path, handler, receiver, range: call.range });
}

/** Adds a message; nothing without a destination. Without a handler the function around the call is meant. */
export function addMessage(
  file: SourceFile,
  call: CallSite,
  side: MessageFact['side'],
  system: string,
  destination: TextFact | undefined,
  handler: HandlerFact = functionAround(file, call),
): void {
  if (destination === undefined || (destination.kind === 'literal' && destination.text === '')) return;
  file.facts.messages.push({ side, system, destination, handler, range: call.range });
}

/** Adds an outgoing HTTP call. */
export function addHttpCall(
  file: SourceFile,
  call: CallSite,
  library: string,
  method: string | undefined,
  url: TextFact | undefined,
): void {
  file.facts.httpCalls.push({ library, method, url, function: file.outline.functionAt(call.start), range: call.range });
}

/** Adds an RPC's implementation or a call through a stub. */
export function addRpc(
  file: SourceFile,
  call: CallSite,
  side: RpcFact['side'],
  service: string,
  method: string,
  handler: HandlerFact = functionAround(file, call),
): void {
  file.facts.rpcs.push({ service, method, handler, range: call.range, side });
}

const SPAN_KINDS: readonly NonNullable<SpanFact['kind']>[] = ['SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER', 'INTERNAL'];

/** The kind an expression ends with: `SpanKind.SERVER`, `trace.SpanKindServer`, `ActivityKind.Server`. */
export function spanKindIn(text: string | undefined): SpanFact['kind'] {
  const upper = text?.toUpperCase();
  return upper === undefined ? undefined : SPAN_KINDS.find((kind) => upper.endsWith(kind));
}

/** `/queues/123/orders` and `arn:aws:sns:eu:1:orders` → `orders`; the name an AWS span carries. */
export function awsName(target: TextFact | undefined): TextFact | undefined {
  if (target?.kind !== 'literal') return target;
  return {
    kind: 'literal',
    text: target.text.slice(Math.max(target.text.lastIndexOf('/'), target.text.lastIndexOf(':')) + 1),
  };
}

const SETUP =
  /^(init|initiali[sz]e|setup|set_up|start|configure|bootstrap|enable|install)_?(\w*_)?(open_?)?(trac(er|ing)(_?provider)?|telemetry|otel|observability|instrumentation)(sdk|_sdk)?$/i;

/** Whether a function is called as if it set OpenTelemetry up. */
export function setsUp(callee: string): boolean {
  return SETUP.test(callee);
}

/**
 * The service's name where a function of the project sets OpenTelemetry up with it: `initTracing('shop')`. A text with
 * a slash or a blank is something else.
 */
export function nameGivenToSetup(callee: string, name: TextFact | undefined): TextFact | undefined {
  const isName = name?.kind === 'literal' && /^[\w][\w.-]*$/.test(name.text);
  return isName && setsUp(callee) ? name : undefined;
}
