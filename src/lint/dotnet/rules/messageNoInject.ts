import type { Finding } from '../../../model/finding';
import { mayBe } from '../../project/versions';
import { findingAt } from '../../report';
import { SENDERS, type SenderRow } from '../coverage';
import { lastName, placeOf, plainType, receiverOf, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { typeOf } from '../types';
import { describePlace, tracingOf } from '../words';

/** What was received is sent on, or answered to who asked, with its own properties. */
const FORWARDS =
  /\b(ea|args|e|eventArgs|delivery|deliver\w*|result|message|received\w*)\s*\.\s*BasicProperties\b|ReplyTo\b/;

/** MSG-NO-INJECT: messages to RabbitMQ, SQS, SNS and Pub/Sub that nothing covers and no context is put into. */
export function messageNoInject(process: DotnetProcess): Finding[] {
  if (process.setup.agents.length > 0) return [];
  return SENDERS.flatMap((row) => {
    if (isCovered(process, row)) return [];
    return row.methods
      .flatMap((name) => process.code.named(name))
      .filter((site) => isSender(process, row, site) && loses(process, row, site))
      .map((site) => finding(process, row, site));
  });
}

function isCovered({ setup }: DotnetProcess, row: SenderRow): boolean {
  if (setup.covered.has(row.system.toLowerCase()) || setup.covered.has(row.package)) return true;
  return row.instrumentations.some((name) => setup.instrumentations.has(name));
}

function isSender({ code }: DotnetProcess, row: SenderRow, { source, function: fn, call, name }: Site): boolean {
  const receiver = receiverOf(call);
  if (receiver === undefined || call.args.length === 0) return false;
  const type = typeOf(code, source, fn, receiver);
  if (type !== undefined) return row.types.includes(plainType(type));
  // These names are nobody else's.
  return name.startsWith('Basic') && new RegExp(row.receiver, 'i').test(lastName(receiver));
}

function loses(process: DotnetProcess, row: SenderRow, site: Site): boolean {
  const { code, contexts, relevance } = process;
  const { source, call } = site;
  if (row.nativeSince !== undefined && !isBefore(process, row, site)) return false;
  if (FORWARDS.test(call.args.map((argument) => source.textOf(argument)).join(','))) return false;
  const around = code.outermost(site);
  return !contexts.injects(around) && !contexts.handlesCarrier(around) && relevance.isTraced(site);
}

/** Whether the library is surely older than what does it by itself; the synchronous method went with that version. */
function isBefore({ code }: DotnetProcess, { package: name, nativeSince }: SenderRow, site: Site): boolean {
  if (site.name === 'BasicPublish') return true;
  const dependency = code.code.unit.dependencies.get(name);
  return dependency !== undefined && mayBe(dependency, nativeSince!) === 'no';
}

function finding(process: DotnetProcess, row: SenderRow, site: Site): Finding {
  const tracing = tracingOf(process);
  return findingAt('MSG-NO-INJECT', site.source, placeOf(site), {
    severity: 'warning',
    message:
      `The message to ${row.system} carries no trace context ${row.where}: the process is traced ` +
      `(${describePlace(tracing[0]!, site.source)}), but nothing covers ${row.package} and nothing is injected.`,
    evidence: tracing.slice(0, 2),
  });
}
