import type { Finding } from '../../../model/finding';
import { mayBe, versionPlace } from '../../project/versions';
import { findingAt } from '../../report';
import { SENDERS, type SenderRow } from '../coverage';
import { lastName, placeOf, plainType, receiverOf, textWithoutComments, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { isListenedTo } from '../setup';
import { typeOf } from '../types';
import { isInjectedUnseen } from '../unseenInjection';
import { describePlace, tracingOf } from '../words';

/** What was received is sent on, or answered to who asked, with its own properties. */
const FORWARDS =
  /\b(ea|args|e|eventArgs|delivery|deliver\w*|result|message|received\w*)\s*\.\s*BasicProperties\b|ReplyTo\b/;

/** What SNS takes to phones, and pushes to devices: these continue no trace. */
const TO_PEOPLE = /\b(PhoneNumber|TargetArn)\s*=(?!=)/;

/** MSG-NO-INJECT: messages to RabbitMQ, AWS, NATS and Pub/Sub that nothing covers and no context is put into. */
export function messageNoInject(process: DotnetProcess): Finding[] {
  if (process.setup.agents.length > 0 || isInjectedUnseen(process.code)) return [];
  return SENDERS.flatMap((row) => {
    if (isCovered(process, row)) return [];
    return row.methods
      .flatMap((name) => process.code.named(name))
      .filter((site) => isSender(process, row, site) && loses(process, row, site))
      .map((site) => finding(process, row, site));
  });
}

function isCovered({ code, setup }: DotnetProcess, row: SenderRow): boolean {
  if (setup.covered.has(row.system.toLowerCase()) || setup.covered.has(row.package)) return true;
  // With X-Ray's propagator the header of the request is what AWS hands on.
  if (row.package.startsWith('awssdk.') && code.named('AWSXRayPropagator').length > 0) return true;
  return row.instrumentations.some((name) => setup.instrumentations.has(name));
}

/** Whether what the library does by itself is switched on, or may be. */
function isListened({ code, setup }: DotnetProcess, row: SenderRow): boolean {
  if (setup.hasUnknownSources || row.nativeSource === undefined) return true;
  const setups = row.nativeSetups ?? [];
  if (setups.some((name) => code.named(name).length > 0)) return true;
  return isListenedTo(setup, row.nativeSource);
}

function isSender({ code }: DotnetProcess, row: SenderRow, { source, function: fn, call, name }: Site): boolean {
  const receiver = receiverOf(call);
  if (receiver === undefined || call.args.length === 0) return false;
  if (row.namespace !== undefined && !source.code.imports.some(({ from }) => from === row.namespace)) return false;
  const type = typeOf(code, source, fn, receiver);
  if (type !== undefined) return row.types.includes(plainType(type));
  // These names are nobody else's.
  return name.startsWith('Basic') && new RegExp(row.receiver, 'i').test(lastName(receiver));
}

function loses(process: DotnetProcess, row: SenderRow, site: Site): boolean {
  const { code, contexts, relevance } = process;
  const { source, call } = site;
  if (row.nativeSince !== undefined && isNative(process, row, site)) return false;
  if (FORWARDS.test(call.args.map((argument) => source.textOf(argument)).join(','))) return false;
  const around = code.outermost(site);
  if (row.system === 'SNS' && TO_PEOPLE.test(textWithoutComments(around.source, around.function))) return false;
  if (contexts.injects(around) || contexts.handlesCarrier(around) || contexts.copiesHeaders(around)) return false;
  if (contexts.isGivenUnseen(around) || contexts.isMadeUnseen(site)) return false;
  return relevance.isTraced(site);
}

/** Whether the library does it by itself, or may: it is not surely older, and not surely without a listener. */
function isNative(process: DotnetProcess, row: SenderRow, site: Site): boolean {
  // The synchronous method went with the version that does it.
  if (site.name === 'BasicPublish') return false;
  const dependency = process.code.code.unit.dependencies.get(row.package);
  const isSince = dependency === undefined ? 'unknown' : mayBe(dependency, row.nativeSince!);
  return isSince === 'yes' ? isListened(process, row) : isSince !== 'no';
}

function finding(process: DotnetProcess, row: SenderRow, site: Site): Finding {
  const tracing = tracingOf(process);
  const traced = `the process is traced (${describePlace(tracing[0]!, site.source)})`;
  const dependency = process.code.code.unit.dependencies.get(row.package);
  const isSince =
    dependency !== undefined && row.nativeSince !== undefined && mayBe(dependency, row.nativeSince) === 'yes';
  const why = isSince
    ? `but ${dependency.at.text} puts the context in only while something listens to its source: AddSource("${row.nativeSource}") is missing.`
    : `but nothing covers ${dependency?.at.text.split(' ')[0] ?? row.package} and nothing is injected.`;
  return findingAt('MSG-NO-INJECT', site.source, placeOf(site), {
    severity: 'warning',
    message: `The message to ${row.system} carries no trace context ${row.where}: ${traced}, ${why}`,
    evidence: isSince ? [...tracing.slice(0, 2), versionPlace(dependency)] : tracing.slice(0, 2),
  });
}
