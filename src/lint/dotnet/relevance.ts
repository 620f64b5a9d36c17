import type { FunctionPlace } from '../code/program';
import { plainType, textWithoutComments, type DotnetCode } from './dotnetCode';
import { calledFunctions } from './types';

/** What starts spans in code. */
export const STARTS_SPAN = /\bStart(Active|Root)?(Activity|Span)\s*\(|\bCreateActivity\s*\(|new Activity\s*\(/;
/** What a helper that starts a span gives back. */
const GIVES_SPAN = /^(Activity|IDisposable|TelemetrySpan)$/;
/** Classes that requests or messages come in through, by their bases or attributes. */
const SERVES =
  /Controller(Base)?$|^Hub\b|PageModel$|EndpointBase|^Endpoint\b|^I?(Request|Command|Query|Event|Notification|Message|Integration\w*|Domain\w*)Handler\b|^I\w*Handler<|^IConsumer<|Base$|^I?Carter/;
const SERVES_ATTRIBUTE =
  /^(ApiController|Http(Get|Post|Put|Delete|Patch)|Route|Function|FunctionName|Topic|CapSubscribe)$/;
const REQUEST_TYPES =
  /^(HttpContext|HttpRequest|HttpRequestData|ServerCallContext|HubCallerContext|ConsumeContext<.*|IMessageHandlerContext|IMessageContext|ProcessMessageEventArgs|ServiceBusReceivedMessage)\??$/;
const MAPS = /^Map(Get|Post|Put|Delete|Patch|Methods)?$/;
/** Checks of whether others are there are no part of any request. */
const PROBE = /health|probe|readiness|liveness|warm-?up/i;
/** Services that run by themselves: no span is active in them unless they start one. */
const BACKGROUND = /^(BackgroundService|IHostedService|IHostedLifecycleService|IJob|IInvocable)\b/;
const MAX_LEVELS = 5;

/** Tells functions in which a span can be active from those that only run in the background. */
export class Relevance {
  private readonly known = new Map<string, boolean>();

  constructor(private readonly code: DotnetCode) {}

  /**
   * Whether a span may be active when a function runs: it or what calls it serves requests or starts spans. A method that
   * nobody among the files calls is taken to be called from outside.
   */
  isTraced(place: FunctionPlace, levels = MAX_LEVELS): boolean {
    const at = this.code.outermost(place);
    const key = `${at.source.path}#${at.function.id}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.known.set(key, false);
    const found = this.decide(place, at, levels);
    this.known.set(key, found);
    return found;
  }

  /** Whether a function starts a span itself. */
  startsSpan({ source, function: fn }: FunctionPlace): boolean {
    return STARTS_SPAN.test(textWithoutComments(source, fn));
  }

  /** Whether it has a helper start one: `using var activity = Telemetry.StartConsume(message)`. */
  private hasSpanStarted(place: FunctionPlace): boolean {
    return this.code
      .sitesWithin(place)
      .flatMap((site) => calledFunctions(this.code, site))
      .some((called) => GIVES_SPAN.test(plainType(called.function.returns ?? '')) && this.startsSpan(called));
  }

  private decide(place: FunctionPlace, at: FunctionPlace, levels: number): boolean {
    if (PROBE.test(`${at.function.name} ${this.code.typeAround(at)?.name ?? ''}`)) return false;
    if (this.startsSpan(at) || this.serves(place) || this.hasSpanStarted(at)) return true;
    const type = this.code.typeAround(at);
    const isBackground = type?.bases.some((base) => BACKGROUND.test(base)) === true;
    if (at.function.id === 0 || at.function.name === 'Main') return false;
    if (isBackground && /^(ExecuteAsync|StartAsync|StopAsync|Execute|Invoke)$/.test(at.function.name)) return false;
    const callers = this.code.callersOf(at);
    if (callers.length === 0) return !isBackground;
    if (levels === 0) return true;
    return callers.some((site) => this.isTraced(site, levels - 1));
  }

  private serves(place: FunctionPlace): boolean {
    const { source, function: fn } = place;
    if (fn.parameters.some(({ type }) => type !== undefined && REQUEST_TYPES.test(type))) return true;
    const names = fn.annotations.map((one) => nameOf(source.textOf(one)));
    if (names.some((name) => SERVES_ATTRIBUTE.test(name))) return true;
    const type = source.typeOf(fn);
    if (type?.bases.some((base) => SERVES.test(base) && !BACKGROUND.test(base))) return true;
    if (type?.annotations.some((one) => SERVES_ATTRIBUTE.test(nameOf(source.textOf(one))))) return true;
    if (/(Controller|Endpoints?|Hub|GrpcService|Handler)$/.test(type?.name ?? '')) return true;
    return this.isMapped(place);
  }

  /** A lambda given to `MapPost` and the like. */
  private isMapped({ source, function: fn }: FunctionPlace): boolean {
    for (const around of [fn, ...source.around(fn)]) {
      if (around.parent === undefined || !around.modifiers.includes('lambda')) continue;
      const outer = source.code.functions[around.parent]!;
      const isGiven = this.code
        .sitesWithin({ source, function: outer })
        .some(
          ({ call, name }) =>
            MAPS.test(name) && call.args.some(({ value }) => value.kind === 'function' && value.function === around.id),
        );
      if (isGiven) return true;
    }
    return false;
  }
}

function nameOf(written: string): string {
  return /^[\w.]+/.exec(written)?.[0].replace(/^.*\./, '') ?? '';
}
