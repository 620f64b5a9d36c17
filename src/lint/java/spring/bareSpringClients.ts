import type { Finding } from '../../../model/finding';
import { findingAt } from '../../report';
import { isForeign } from '../../code/thirdParty';
import { clientDestination, isProxying } from './clientUses';
import type { JavaCode } from '../javaCode';
import { coverageOf } from '../javaTables';
import { clientFix } from '../fixes/clientFix';
import { isForHealthChecks, isStartUp, isUnusedBean, isUnusedField } from './relevance';
import { isOnlyByHand } from '../spans/handMadeSpans';
import { isObserved } from './observed';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { mechanismOf, type Mechanism } from '../setup';
import { springClients, type SpringClient } from './springClients';

/**
 * JAVA-SPRING-NEW-RESTTEMPLATE and JAVA-SPRING-STATIC-BUILDER: clients that are made without the injected builder, which is
 * what Micrometer Tracing observes; with the starter and with Sleuth those that are no beans; with an SDK
 * that is set up by hand all of them.
 */
export function bareSpringClients(code: JavaCode): Finding[] {
  const mechanism = mechanismOf(code.setup, 'micrometer', 'starter', 'sleuth', 'sdk');
  if (mechanism === undefined || (mechanism.name === 'sdk' && !isOnlyByHand(code))) return [];
  return springClients(code)
    .filter((client) => isBare(code, client, mechanism))
    .map((client) => finding(code, client, mechanism));
}

function isBare(code: JavaCode, client: SpringClient, mechanism: Mechanism): boolean {
  const row = coverageOf(client.kind, mechanism.name);
  if (row === undefined || code.code.settings.coveredBy.has(client.kind)) return false;
  if (row.covers === 'beans' && client.bean !== undefined) return false;
  if (isStartUp(client.source, client.function) || isUnusedBean(code, client) || isUnusedField(code, client))
    return false;
  if (isForHealthChecks(code, client)) return false;
  return !isObserved(code, client) && !isProxying(client) && !isForeign(clientDestination(code, client));
}

function finding(code: JavaCode, client: SpringClient, mechanism: Mechanism): Finding {
  const { source, call, chain, kind, what } = client;
  const rule = kind === 'RestTemplate' ? 'JAVA-SPRING-NEW-RESTTEMPLATE' : 'JAVA-SPRING-STATIC-BUILDER';
  const builder = kind === 'RestTemplate' ? 'RestTemplateBuilder' : `${kind}.Builder`;
  const covers =
    mechanism.name === 'micrometer'
      ? `observes only what the injected ${builder} builds`
      : mechanism.name === 'sdk'
        ? 'instruments no clients'
        : 'covers beans only';
  const isBuilderBean = mechanism.name !== 'sdk' && client.bean?.returns?.includes('Builder') === true;
  const who = isBuilderBean
    ? `This ${builder} bean replaces the one that is observed`
    : `requests of \`${what}\` carry no trace context`;
  return findingAt(rule, source, firstLine(source, { start: call.start, end: chain.at(-1)!.end }), {
    severity: 'warning',
    message: isBuilderBean
      ? `${who} (\`${whereIs(source, mechanism.at)}\`: ${mechanism.row.title}): requests of all it builds carry no trace context.`
      : `\`${whereIs(source, mechanism.at)}\`: ${mechanism.row.title} ${covers}: ${who}.`,
    evidence: asFindingEvidence([mechanism.at]),
    fixes: mechanism.name === 'micrometer' ? clientFix(code, client) : [],
  });
}
