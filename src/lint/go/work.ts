import type { CodeFunction } from '../../syntax/code/code';
import type { Expression } from '../../syntax/code/expression';
import type { FunctionPlace } from '../code/program';
import { calledName, type CallPlace, type GoUnit } from './goUnit';
import { isSpanStart } from './relevance';
import type { Value, Values } from './values/values';

const MAX_LEVELS = 3;
const MAX_HANDLERS = 16;
/** Others' functions that send a request or message with the context they get, or make one that is sent. */
const SENDS =
  /^net\/http\.NewRequestWithContext$|\/go-retryablehttp\.NewRequestWithContext$|\/(kafka-go|otel-kafka-konsumer)\.Writer\.WriteMessages?$|\/franz-go\/pkg\/kgo\.Client\.(Produce|ProduceSync)$|\/pubsub(\/v\d+)?\.(Topic|Publisher)\.Publish$|\/amqp091-go\.Channel\.PublishWithContext$|^go\.temporal\.io\/sdk\/client\.Client\.(ExecuteWorkflow|SignalWorkflow|SignalWithStartWorkflow|UpdateWorkflow)$/;
/** AWS' clients make spans, and send a context, with these alone. */
const AWS_SPANS = /\/otelaws$|aws-xray-sdk-go|dd-trace-go/;
const AWS_CLIENT = /^github\.com\/aws\/.*\/service\/\w+\.Client$/;
const DATABASE_SPANS =
  /otelsql|otelpgx|otelgorm|redisotel|otelmongo|bunotel|gorm\.io\/plugin\/opentelemetry|go-gorm\/opentelemetry|otelsqlx/;
const DATABASE =
  /^(database\/sql|github\.com\/(jackc\/pgx|jmoiron\/sqlx|redis\/go-redis|go-redis\/redis|uptrace\/bun)|gorm\.io\/gorm|go\.mongodb\.org)/;
const GRPC_CONNECTION = /^google\.golang\.org\/grpc\.ClientConn(Interface)?$/;
const STUB = /(pb|proto|grpc|connect|rpc|v\d+((alpha|beta)\d*)?)\.\w+Client$|\.\w+ServiceClient$/;
/** Where what describes services is generated to: `…/gen/orders/v1`, `…/orderspb`, `go.temporal.io/api/…`. */
const OF_SERVICES = /pb\b|proto|api|rpc|\bgen|\bv\d/i;
/** Who answers these is no service of one's own, whatever it is asked over. */
const OF_CLOUD = /^(cloud\.google\.com|google\.golang\.org\/genproto)\//;

/** Which calls start spans or call out, themselves or through the functions they call. */
export class Work {
  private readonly known = new Map<CodeFunction, (boolean | undefined)[]>();

  /** Databases make spans of their own where they are instrumented. */
  private readonly hasDatabaseSpans: boolean;
  private readonly hasAwsSpans: boolean;

  constructor(
    private readonly unit: GoUnit,
    private readonly values: Values,
    /** Whether spans of the own code count, or only what leaves the process. */
    private readonly spansCount: boolean,
  ) {
    const names = [...unit.code.unit.dependencies.values()].filter(({ scope }) => scope !== 'indirect');
    this.hasDatabaseSpans = names.some(({ name }) => DATABASE_SPANS.test(name));
    this.hasAwsSpans = names.some(({ name }) => AWS_SPANS.test(name));
  }

  /** Whether a call starts a span, sends a request or message, or calls a function of the workspace that does. */
  isWork(place: CallPlace, levels = MAX_LEVELS): boolean {
    if (isSpanStart(this.unit, place) || this.givesTracer(place)) return this.spansCount;
    const { source } = place;
    const callee = this.unit.callee(place);
    if (callee.kind === 'external') return SENDS.test(callee.name);
    if (callee.kind !== 'own' && isExecuted(place)) return true;
    if (callee.kind === 'externalMethod')
      return this.isOthersWork(place, callee.type, callee.name) || this.isCalledByRequest(place);
    if (callee.kind === 'own') {
      if (levels <= 0) return false;
      return callee.places.some((one) => this.works(one, levels - 1));
    }
    if (callee.kind === 'closure') return levels > 0 && this.works({ source, function: callee.function }, levels - 1);
    if (callee.kind !== 'unknown') return false;
    return (
      this.isOfStub(place) || this.isCalledByRequest(place) || (levels > 0 && this.isHandlerWork(place, levels - 1))
    );
  }

  /** `pool.Return(ctx, tracer, slot)`: who is handed a tracer starts spans with it. */
  private givesTracer({ source, function: fn, call }: CallPlace): boolean {
    return call.args.some(
      ({ value }) =>
        (value.kind === 'name' || value.kind === 'member') &&
        /tracer$/i.test(value.name) &&
        this.unit.types.typeOf(source, fn, value)?.qualified === 'go.opentelemetry.io/otel/trace.Tracer',
    );
  }

  private isOthersWork(place: CallPlace, type: string, name: string): boolean {
    if (SENDS.test(`${type}.${name}`) || STUB.test(type) || isStubCall(place, type)) return true;
    if (AWS_CLIENT.test(type)) return this.hasAwsSpans && /^[A-Z]/.test(name);
    return this.hasDatabaseSpans && DATABASE.test(type) && !/^(Close|Ping|Stats)/.test(name);
  }

  /** A client of a database or cloud whose calls make no spans in this process. */
  isWithoutSpans(type: string): boolean {
    if (AWS_CLIENT.test(type)) return !this.hasAwsSpans;
    return DATABASE.test(type) && !this.hasDatabaseSpans;
  }

  /** `client.GetOrder(ctx, &orders.GetOrderRequest{…})`: services in Protocol Buffers call their requests after their methods. */
  private isCalledByRequest({ source, function: fn, call }: CallPlace): boolean {
    const [, given] = call.args;
    const name = calledName(call);
    if (name === undefined || given === undefined || call.callee.kind !== 'member') return false;
    const wrapped = given.value.kind === 'call' && calledName(given.value) === 'NewRequest' && given.value.args[0];
    const type = this.unit.types.typeOf(source, fn, wrapped ? wrapped.value : given.value);
    if (type?.name !== `${name}Request` && type?.name !== `${name}Req`) return false;
    // Of a package that nobody wrote by hand, or that is not here.
    if (OF_CLOUD.test(type.from) || this.unit.types.declarationOf(type) !== undefined) return false;
    return wrapped !== false || OF_SERVICES.test(type.from);
  }

  /** A method of what was made with a gRPC connection, by a generated constructor that is not among the files. */
  private isOfStub({ source, function: fn, call }: CallPlace): boolean {
    if (call.callee.kind !== 'member' || call.args.length < 2) return false;
    const held = { source, function: fn, expression: call.callee.object };
    // `orders.NewShelfClient(conn).Find(ctx, …)` too.
    const made = [held, ...(this.values.origins(held)?.values ?? [])];
    return made.some(
      ({ source: from, function: maker, expression }) =>
        expression.kind === 'call' &&
        /^New\w*Client$/.test(calledName(expression) ?? '') &&
        expression.args.some(({ value }) =>
          GRPC_CONNECTION.test(this.unit.types.typeOf(from, maker, value)?.qualified ?? ''),
        ),
    );
  }

  /** A function that is handed over and called here, through others that only hand it on: `c.handler(ctx, msg)`. */
  private isHandlerWork({ source, function: fn, call }: CallPlace, levels: number): boolean {
    const pending: Value[] = [{ source, function: fn, expression: call.callee }];
    const seen = new Set<unknown>();
    for (let at = pending.shift(); at !== undefined && seen.size < MAX_HANDLERS; at = pending.shift()) {
      if (seen.has(at.expression)) continue;
      seen.add(at.expression);
      const { expression } = at;
      if (expression.kind === 'function') {
        const handler = { source: at.source, function: at.source.code.functions[expression.function]! };
        if (this.works(handler, levels)) return true;
        continue;
      }
      const callee = this.unit.types.calleeOfName(at.source, at.function, expression);
      if (callee?.kind === 'own' && callee.places.some((one) => this.works(one, levels))) return true;
      if (callee?.kind !== 'own') pending.push(...(this.values.origins(at)?.values ?? []));
    }
    return false;
  }

  /** Whether a function does any of that, itself or through so many levels of calls. */
  works({ source, function: fn }: FunctionPlace, levels = MAX_LEVELS): boolean {
    const known = this.known.get(fn)?.[levels];
    if (known !== undefined) return known;
    const byLevel = this.known.get(fn) ?? [];
    this.known.set(fn, byLevel);
    byLevel[levels] = false;
    const found = source
      .within(fn)
      .some((inner) => source.callsIn(inner).some((call) => this.isWork({ source, function: inner, call }, levels)));
    byLevel[levels] = found;
    return found;
  }
}

/** `api.GetOrder(ctx).Id(id).Execute()`: what OpenAPI Generator makes takes the context first, and sends with the last call. */
function isExecuted({ source, function: fn, call }: CallPlace): boolean {
  if (call.callee.kind !== 'member' || call.args.length === 0) return false;
  return source.callsIn(fn).some((one) => {
    if (calledName(one) !== 'Execute' || one.args.length > 0 || one.start > call.start || one.end < call.end)
      return false;
    let at: Expression = one;
    while (at !== call && at.kind === 'call' && at.callee.kind === 'member') at = at.callee.object;
    return at === call;
  });
}

/** `client.GetOrder(ctx, req)` on a stub whose package says that it was generated. */
function isStubCall({ call }: CallPlace, type: string): boolean {
  return (
    /Client$/.test(type) &&
    /(pb|proto|api|gen)\b/i.test(type) &&
    /^[A-Z]/.test(calledName(call) ?? '') &&
    call.args.length >= 2
  );
}
