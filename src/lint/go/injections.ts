import type { Call, Expression } from '../../syntax/code/expression';
import type { FunctionPlace } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { calledName, type CallPlace, type GoUnit } from './goUnit';

const CARRIER = /Carrier|[hH]eaders?|[mM]etadata|[aA]ttributes?|md\b|carrier/;
const MAX_LEVELS = 3;
/** What a context is put into: a request or a message, or whatever it is. */
type Carrying = 'inject' | 'message' | 'request';
/** What a context travels in with a message. */
const OF_MESSAGES =
  /(amqp091-go|streadway\/amqp)\.(Table|Publishing)$|nats\.go\.(Header|Msg)$|(sarama|kafka-go|kafka|otelsarama)\.(ProducerMessage\w*|Message|Header)$|kgo\.Record$|pubsub(\/v\d+)?\.Message$/;

/** A header of the context that is looked for by its name: `h.Key == "traceparent"`, `case "b3":`, `headers["traceparent"]`. */
const COMPARED =
  /(?:[!=]=\s*|\bcase\s+(?:"[^"]*",\s*)*|\bEqualFold\([^()]*?)["`](?:traceparent|uber-trace-id|x-b3|b3)\b|["`](?:traceparent|uber-trace-id|x-b3[\w-]*|b3)["`]\s*(?:[!=]=|\](?!\s*=[^=]))/i;

/** Headers that a context is sent in by hand; a context of one's own making is one too: `req.Header.Set("span-context", …)`. */
const SENT_HEADER = /^["`](traceparent|uber-trace-id|x-b3|b3|(x-)?(span|trace|tracing)-?(context|ctx)["`])/i;

/** Which functions put the trace context into something, or take it out, themselves or through those they call. */
export class Injections {
  private readonly known = new Map<string, boolean>();

  constructor(private readonly unit: GoUnit) {}

  /** Whether a function, or one it calls (three levels deep), injects. @param into left out, anything counts. */
  injects(place: FunctionPlace, levels = MAX_LEVELS, into: Carrying = 'inject'): boolean {
    return this.does(place, into, levels);
  }

  /** Whether what is given to be called later injects: a closure, a function by its name, or what a call of one gives. */
  givenInjects({ source, function: fn }: FunctionPlace, given: Expression): boolean {
    if (given.kind === 'function') return this.injects({ source, function: source.code.functions[given.function]! });
    const callee =
      given.kind === 'call'
        ? this.unit.callee({ source, function: fn, call: given })
        : this.unit.types.calleeOfName(source, fn, given);
    return callee?.kind === 'own' && callee.places.some((one) => this.injects(one));
  }

  /** Whether a function, or one it calls, extracts. */
  extracts(place: FunctionPlace, levels = MAX_LEVELS): boolean {
    return this.does(place, 'extract', levels);
  }

  private does({ source, function: fn }: FunctionPlace, what: Carrying | 'extract', levels: number): boolean {
    const key = `${source.path}#${fn.id}#${what}#${levels}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.known.set(key, false);
    const isCompared = what === 'extract' && source.has(COMPARED) && COMPARED.test(source.textOf(fn));
    const called = source.within(fn).some((inner) =>
      source.callsIn(inner).some((call) => {
        if (this.isOne({ source, function: inner, call }, what)) return true;
        if (levels <= 0) return false;
        const callee = this.unit.callee({ source, function: inner, call });
        if (callee.kind !== 'own') return false;
        return callee.places.some((one) => this.does(one, what, levels - 1));
      }),
    );
    const found = isCompared || called;
    this.known.set(key, found);
    return found;
  }

  private isOne(place: CallPlace, what: Carrying | 'extract'): boolean {
    const { source, call } = place;
    const name = calledName(call) ?? '';
    const { settings } = this.unit.code;
    const helpers = what === 'extract' ? settings.extractHelpers : settings.injectHelpers;
    const written = source.textOf(call.callee);
    if (helpers.some((helper) => written === helper || written.endsWith(`.${helper}`))) return true;
    if (what !== 'extract') {
      if (what !== 'inject' && /^Inject/.test(name) && this.isIntoOther(place, what)) return false;
      if (/^Inject/.test(name) && call.args.some((argument) => CARRIER.test(source.textOf(argument)))) return true;
      if (name === 'Inject' && call.args.length >= 2) return true;
      return /^(Set|Add)$/.test(name) && SENT_HEADER.test(first(source, call));
    }
    if (/^Extract/.test(name) && call.args.length >= 1) return true;
    return name === 'Get' && /^["`](traceparent|uber-trace-id|x-b3|b3)/i.test(first(source, call));
  }

  /** Where the context surely goes into a request while a message is meant, or into a message while a request is. */
  private isIntoOther({ source, function: fn, call }: CallPlace, meant: 'message' | 'request'): boolean {
    const [, carrier] = call.args;
    const given = carrier?.value.kind === 'call' ? carrier.value.args[0]?.value : carrier?.value;
    if (carrier === undefined || given === undefined) return false;
    const holder = given.kind === 'member' ? this.unit.types.typeOf(source, fn, given.object)?.qualified : undefined;
    if (meant === 'message') return holder === 'net/http.Request';
    const type = holder ?? this.unit.types.typeOf(source, fn, given)?.qualified ?? '';
    return (
      OF_MESSAGES.test(type) || OF_MESSAGES.test(this.unit.types.typeOf(source, fn, carrier.value)?.qualified ?? '')
    );
  }
}

function first(source: SourceCode, call: Call): string {
  return call.args[0] === undefined ? '' : source.textOf(call.args[0]);
}
