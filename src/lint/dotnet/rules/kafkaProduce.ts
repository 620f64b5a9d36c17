import type { Finding } from '../../../model/finding';
import { relatedAt, findingAt } from '../../report';
import { bindingOf } from '../../code/bindings';
import type { FunctionPlace } from '../../code/program';
import { argumentOf, placeOf, textWithoutComments, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { injectBeforeProduce } from '../fixes/kafkaFixes';
import { coverOf, kafkaSites, messageOf, plainBuilders, switchedOff, switchOf } from '../kafkaClients';
import { isInjectedUnseen } from '../unseenInjection';
import { calledFunctions } from '../types';
import { describePlace, tracingOf } from '../words';

const STARTS_PRODUCER = /\bStartActivity\s*\([^;]*ActivityKind\.Producer\b/;
const KEEPS_CONTEXT = /\.\w*(Trace|Span|Activity)\w*\s*=\s*Activity\.Current\b/;

/** CS-KAFKA-PRODUCE-NO-INJECT: what is produced carries nothing of the trace that it is part of. */
export function kafkaProduce(process: DotnetProcess): Finding[] {
  const sites = kafkaSites(process.code, 'producer', ['Produce', 'ProduceAsync']);
  if (sites.length === 0 || coverOf(process, 'producer') !== undefined) return [];
  if (isInjectedUnseen(process.code)) return [];
  const builders = plainBuilders(process.code, 'producer');
  const off = switchedOff(process, 'producer');
  return sites
    .filter((site) => loses(process, site))
    .map((site) => {
      const { source } = site;
      const tracing = tracingOf(process);
      const [builder] = builders;
      return findingAt('CS-KAFKA-PRODUCE-NO-INJECT', source, placeOf(site), {
        severity: 'warning',
        message:
          `This message carries no trace context: the process is traced (${describePlace(tracing[0]!, source)}), ` +
          (off
            ? `${off.text} (${describePlace(off, source)}) does nothing without ${switchOf('producer')}`
            : 'no instrumented producer is built') +
          ', and nothing is injected into the headers.',
        evidence: tracing.slice(0, 2),
        fixes: [injectBeforeProduce(site)].filter((fix) => fix !== undefined),
        related: builder ? [relatedAt(builder.source, placeOf(builder), 'the producer is built here')] : [],
      });
    });
}

function loses({ code, contexts, relevance }: DotnetProcess, site: Site): boolean {
  if (site.call.args.length < 2) return false;
  const around = code.outermost(site);
  if (isGiven(site) && code.callersOf(around).length === 0 && !startsProducers(code, around)) return false;
  if (contexts.injects(around) || contexts.handlesCarrier(around) || forwards(site)) return false;
  if (contexts.copiesHeaders(around)) return false;
  const message = messageOf(site);
  if (contexts.isCarrier(message?.typeArguments?.join(','))) return false;
  if (keepsContext(site) || contexts.isGivenUnseen(around) || contexts.isMadeUnseen(site)) return false;
  return relevance.isTraced(site);
}

/** The message is made by who calls the function: where nobody does, nothing is known of it. */
function isGiven({ source, function: fn, call }: Site): boolean {
  const message = argumentOf(call, 1, 'message')?.value;
  return message?.kind === 'name' && bindingOf(source, fn, message.name)?.kind === 'parameter';
}

/** Its own activity of the producer, in itself or by a helper, is what the message should carry, whoever made it. */
function startsProducers(code: DotnetProcess['code'], around: FunctionPlace): boolean {
  const called = code.sitesWithin(around).flatMap((site) => calledFunctions(code, site));
  return [around, ...called].some((place) => STARTS_PRODUCER.test(textWithoutComments(place.source, place.function)));
}

/** An outbox: another method of the class writes the context into the message that is kept until it is sent. */
function keepsContext({ source, function: fn }: Site): boolean {
  const type = source.typeOf(fn);
  return type !== undefined && KEEPS_CONTEXT.test(textWithoutComments(source, type));
}

/** What was received is sent on with its headers, as to a queue of dead letters. */
function forwards(site: Site): boolean {
  const { source, call } = site;
  const given = call.args.map((argument) => source.textOf(argument)).join(',');
  const message = messageOf(site);
  const made = message ? textWithoutComments(source, message) : '';
  return (
    /\b\w*(result|record|consumed|cr)\w*\.Message\b(?!\.)/i.test(given) ||
    /Headers\s*=\s*[\w.]*(Message|result|record|original)\w*\.Headers/i.test(made)
  );
}
