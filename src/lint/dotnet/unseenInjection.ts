import type { FunctionPlace } from '../code/program';
import { receiverOf, textWithoutComments, type DotnetCode } from './dotnetCode';

const SENDS = /^(Basic)?(Produce|Publish|Send|Dispatch|Put|Write|Enqueue|Request)\w*$/;
const OF_MESSAGES = /kafka|rabbit|amqp|produc|publish|outgoing|messag/i;
const OF_BUSES = /kafka|rabbit|amqp|\bbus\b/i;
const OF_REQUESTS = /\bHttp(Request|Client|WebRequest)/;
/**
 * What libraries of messages call the extension that has them inject: OpenTelemetry's own say what they instrument. Not
 * `AddOpenTelemetryTracing`, which is how tracing itself is set up before version 1.4 of OpenTelemetry.Extensions.Hosting.
 */
const OF_LIBRARIES = /^(Add|Use)OpenTelemetry(Instrumentation|Propagation)$|^UseOpenTelemetryTracing$/;
const MAX_LEVELS = 3;
/** More callers than this by name alone are other methods of that name. */
const MAX_CALLERS = 6;

/**
 * Where a context is put into messages by code that nothing which sends one is seen to call: a middleware, an interceptor, a
 * handler of an event, or an extension that is not among the files. It may run before any message is sent, so nothing can be said of what else carries none.
 */
export function isInjectedUnseen(code: DotnetCode): boolean {
  const isLibrarys = [...code.matching(OF_LIBRARIES)].some(
    ({ name, source }) => code.program.functionsNamed(name).length === 0 && OF_BUSES.test(source.code.text),
  );
  if (isLibrarys) return true;
  const propagators = code.named('Inject').filter(({ source, call }) => {
    const receiver = receiverOf(call);
    return call.args.length === 3 && receiver !== undefined && /propagat/i.test(source.textOf(receiver));
  });
  return propagators
    .map((site) => code.outermost(site))
    .some((place) => place.function.id !== 0 && isOfMessages(code, place) && !leadsToSending(code, place));
}

function isOfMessages(code: DotnetCode, place: FunctionPlace): boolean {
  const text = textWithoutComments(place.source, place.function);
  return OF_MESSAGES.test(`${code.typeAround(place)?.name ?? ''} ${text}`) && !OF_REQUESTS.test(text);
}

/** Whether a function, or one that calls it, sends something itself. What is given to others to call leads no further. */
function leadsToSending(code: DotnetCode, from: FunctionPlace): boolean {
  const seen = new Set<FunctionPlace['function']>();
  const pending = [{ place: from, levels: MAX_LEVELS }];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    const { place, levels } = one;
    if (seen.has(place.function)) continue;
    seen.add(place.function);
    if (code.sitesWithin(place).some(({ name }) => SENDS.test(name))) return true;
    const callers = levels === 0 ? [] : code.callersOf(place);
    if (callers.length > MAX_CALLERS) return true;
    for (const site of callers) {
      const around = code.outermost(site);
      pending.push({ place: around, levels: around.function === site.function ? levels - 1 : 0 });
    }
  }
  return false;
}
