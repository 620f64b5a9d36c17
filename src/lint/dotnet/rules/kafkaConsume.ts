import type { Finding } from '../../../model/finding';
import type { Evidence } from '../../evidence';
import type { FunctionPlace } from '../../code/program';
import { statementOf } from '../../code/parents';
import { findingAt } from '../../report';
import { placeOf, receiverOf, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { extractAfterConsume } from '../fixes/kafkaFixes';
import { coverOf, kafkaSites, linksOnly, switchedOff, switchOf } from '../kafkaClients';
import { typeOf } from '../types';
import { describePlace, tracingOf } from '../words';

const RULE = 'CS-KAFKA-CONSUME-DROP';

/** CS-KAFKA-CONSUME-DROP: messages that are worked on with spans or calls, but whose context nobody reads. */
export function kafkaConsume(process: DotnetProcess): Finding[] {
  const sites = kafkaSites(process.code, 'consumer', ['Consume']);
  if (sites.length === 0) return [];
  const links = linksOnly(process);
  const cover = coverOf(process, 'consumer');
  if (cover !== undefined && links === undefined) return [];
  const seen = new Set<FunctionPlace['function']>();
  return sites.flatMap((site) => {
    const around = process.code.outermost(site);
    if (seen.has(around.function) || !dropsContext(process, site, around)) return [];
    seen.add(around.function);
    return [links ? linkedOnly(site, links) : dropped(process, site)];
  });
}

function dropsContext(process: DotnetProcess, site: Site, around: FunctionPlace): boolean {
  const { code, contexts, work } = process;
  // `consumer.Consume(token);` waits for partitions: no message is worked on.
  const statement = statementOf(site.function, site.call);
  if (statement?.kind === 'expression' && statement.value === site.call) return false;
  const receiver = receiverOf(site.call);
  const consumer = receiver && typeOf(code, site.source, site.function, receiver);
  if (contexts.isCarrier(consumer) || contexts.handlesCarrier(around)) return false;
  const { returns = '', parameters } = around.function;
  // A helper that only takes the message, or is given what is done with it: its callers work on it.
  const isHelper =
    /ConsumeResult|Message</.test(returns) || parameters.some(({ type }) => /^(Func|Action)</.test(type ?? ''));
  const callers = isHelper ? code.callersOf(around).map((one) => code.outermost(one)) : [];
  // Who gets the headers may read the context, here or, as a library's, in another process.
  if (contexts.takesHeadersOver(around) && (code.named('Extract').length > 0 || (isHelper && callers.length === 0)))
    return false;
  const workers = [around, ...callers];
  if (workers.some((one) => contexts.extracts(one))) return false;
  return workers.some((one) => work.works(one));
}

function dropped(process: DotnetProcess, site: Site): Finding {
  const tracing = tracingOf(process);
  const off = switchedOff(process, 'consumer');
  const why = off
    ? `its ${off.text} (${describePlace(off, site.source)}) does nothing without ${switchOf('consumer')}`
    : 'the consumer is not instrumented';
  return findingAt(RULE, site.source, placeOf(site), {
    severity: 'warning',
    message:
      `The trace context in the headers of these messages is never read: the process is traced ` +
      `(${describePlace(tracing[0]!, site.source)}), ${why}, and what is done for a message begins a new trace.`,
    evidence: tracing.slice(0, 2),
    fixes: [extractAfterConsume(site)].filter((fix) => fix !== undefined),
  });
}

function linkedOnly(site: Site, by: Evidence): Finding {
  return findingAt(RULE, site.source, placeOf(site), {
    severity: 'info',
    message:
      `The instrumented consumer (${describePlace(by, site.source)}) ends its activity inside \`Consume\`: what is done ` +
      'for the message is only linked to who sent it. Process it in ConsumeAndProcessMessageAsync, or start an activity from its headers.',
    evidence: [by],
    fixes: [extractAfterConsume(site)].filter((fix) => fix !== undefined),
  });
}
