import type { Expression } from '../../syntax/code/expression';
import { bindingOf } from '../code/bindings';
import type { FunctionPlace } from '../code/program';
import { lastName, plainType, receiverOf, type DotnetCode, type Site } from './dotnetCode';
import type { DotnetSetup } from './setup';
import { calledFunctions, typeOf } from './types';

const STARTS = /^(StartActivity|StartActiveSpan|StartRootSpan|StartSpan)$/;
const HTTP_CALL = /^(Get|Post|Put|Patch|Delete|Send)(AsJson|FromJson|String|Stream|ByteArray)?(Async)?$/;
/** Types whose calls leave the process with a span or are handlers of the workspace. */
const CLIENT =
  /^(HttpClient|IHttpClientFactory|HttpMessageInvoker|\w*(Service|Grpc)Client|I\w*(Api|ApiClient|HttpClient))$/;
const BUS =
  /^(IMediator|ISender|IPublisher|IMessageBus|IEventBus|IBus|IPublishEndpoint|ISendEndpointProvider|IProducer|ICapPublisher|DaprClient|IMessageSession|ICommandBus|IDispatcher|IEventPublisher|IIntegrationEventPublisher|IEventDispatcher)$/;
const SENDS = /^(Send|Publish|Produce|Dispatch|Invoke|Execute|Raise)\w*$/;
const DATABASE =
  /^(SaveChanges|ExecuteSql\w*|ExecuteNonQuery|ExecuteReader|ExecuteScalar|ToList|FirstOrDefault|SingleOrDefault|InsertOne|InsertMany|ReplaceOne|UpdateOne|DeleteOne|StringSet|StringGet|HashSet|Query\w*|Execute)Async$/;
const MAX_LEVELS = 4;

/** Which calls start spans or call out, themselves or through the functions they call. */
export class Work {
  private readonly known = new Map<string, boolean>();

  constructor(
    private readonly code: DotnetCode,
    private readonly setup: DotnetSetup,
    /** Whether to start a span is work: a source that nobody listens to starts none. */
    private readonly countsStarts = true,
  ) {}

  /** Whether a function does traced work. */
  works(place: FunctionPlace, levels = MAX_LEVELS): boolean {
    const key = `${place.source.path}#${place.function.id}#${levels}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.known.set(key, false);
    const found = this.code.sitesWithin(place).some((site) => this.isWork(site, levels));
    this.known.set(key, found);
    return found;
  }

  /** Whether a call starts a span, calls out, or calls a function of the workspace that does. */
  isWork(site: Site, levels = MAX_LEVELS): boolean {
    if ((this.countsStarts && STARTS.test(site.name)) || this.callsOut(site) || isHandedOver(site)) return true;
    if (levels === 0) return false;
    return calledFunctions(this.code, site).some((called) => this.works(called, levels - 1));
  }

  private callsOut(site: Site): boolean {
    const { call, name } = site;
    const receiver = receiverOf(call);
    if (receiver === undefined) return false;
    if (this.setup.hasDatabaseSpans && DATABASE.test(name)) return true;
    if (!HTTP_CALL.test(name) && !SENDS.test(name) && call.awaited !== true) return false;
    const type = this.typeName(site, receiver);
    if (CLIENT.test(type)) return HTTP_CALL.test(name) || /(Service|Grpc)Client$|^I\w*(Api|ApiClient)$/.test(type);
    if (BUS.test(type)) return SENDS.test(name);
    // What has a name that says it, where its type is not known.
    if (type !== '') return false;
    const written = lastName(receiver);
    return (
      (/^_?(http|client|httpClient)$/i.test(written) && HTTP_CALL.test(name)) ||
      (/mediator|sender|bus$|publisher/i.test(written) && SENDS.test(name))
    );
  }

  private typeName({ source, function: fn }: Site, receiver: Expression): string {
    return plainType(typeOf(this.code, source, fn, receiver) ?? '');
  }
}

/** `await handler(message)` of a delegate that the function was given: what it is for. */
function isHandedOver({ source, function: fn, call }: Site): boolean {
  if (call.callee.kind !== 'name' || call.awaited !== true) return false;
  const binding = bindingOf(source, fn, call.callee.name);
  return binding?.kind === 'parameter' && /^Func<.*\b(Value)?Task\b/.test(binding.parameter.type ?? '');
}
