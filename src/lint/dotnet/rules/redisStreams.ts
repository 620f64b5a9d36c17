import type { Finding } from '../../../model/finding';
import type { Expression } from '../../../syntax/code/expression';
import type { FunctionPlace } from '../../code/program';
import { findingAt, relatedAt } from '../../report';
import { constantOf } from '../constants';
import { argumentOf, lastName, placeOf, plainType, receiverOf, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { isReached } from '../setup';
import { calledFunctions, typeOf } from '../types';
import { describePlace, tracingOf } from '../words';

const NAMESPACE = 'StackExchange.Redis';
const DATABASES = /^IDatabase(Async)?$/;
const ADDS = ['StreamAddAsync', 'StreamAdd'];
const READS = ['StreamReadGroupAsync', 'StreamReadGroup'];

/**
 * MSG-NO-INJECT for streams of Redis: the instrumentation of StackExchange.Redis measures commands and puts nothing into
 * entries. Only where a consumer group of the same program works the entries off, so that there is a trace to go on.
 */
export function redisStreams(process: DotnetProcess): Finding[] {
  const { code, contexts, relevance, setup } = process;
  if (setup.agents.length > 0 || setup.covered.has('redis')) return [];
  const readers = sitesOn(process, READS).filter((site) => drops(process, site));
  if (readers.length === 0) return [];
  return sitesOn(process, ADDS).flatMap((site) => {
    const around = code.outermost(site);
    if (contexts.injects(around) || contexts.handlesCarrier(around) || contexts.copiesHeaders(around)) return [];
    if (contexts.isGivenUnseen(around) || contexts.isMadeUnseen(site) || !relevance.isTraced(site)) return [];
    const reader = readers.find((one) => mayBeOfOneStream(process, one, site));
    if (reader === undefined || code.outermost(reader).function === around.function) return [];
    const tracing = tracingOf(process);
    return [
      findingAt('MSG-NO-INJECT', site.source, placeOf(site), {
        severity: 'warning',
        message:
          `Entries of this stream carry no trace context: the process is traced (${describePlace(tracing[0]!, site.source)}), but instrumentations ` +
          'of Redis put none into them, and nothing is injected by hand.',
        evidence: tracing.slice(0, 2),
        related: [relatedAt(reader.source, placeOf(reader), 'worked off here')],
      }),
    ];
  });
}

function sitesOn({ code }: DotnetProcess, names: readonly string[]): Site[] {
  return names
    .flatMap((name) => code.named(name))
    .filter(({ source, function: fn, call }) => {
      const receiver = receiverOf(call);
      if (receiver === undefined || !source.code.imports.some(({ from }) => from === NAMESPACE)) return false;
      const type = typeOf(code, source, fn, receiver);
      // The names are nobody else's.
      return type === undefined || DATABASES.test(plainType(type));
    });
}

/** A consumer that works on what it reads and leaves the context alone. */
function drops({ code, contexts, work }: DotnetProcess, site: Site): boolean {
  const around = code.outermost(site);
  if (around.function.id === 0 || !isReached(code, site)) return false;
  const called = code.sitesWithin(around).flatMap((one) => calledFunctions(code, one));
  const workers: readonly FunctionPlace[] = [around, ...called];
  if (workers.some((one) => contexts.extracts(one) || contexts.handlesCarrier(one))) return false;
  return workers.some((one) => work.works(one));
}

/** The same name or text stands for the stream, or what it is called is not known on one side. */
function mayBeOfOneStream(process: DotnetProcess, reader: Site, site: Site): boolean {
  const [a, b] = [reader, site].map((one) => argumentOf(one.call, 0, 'key')?.value);
  if (a === undefined || b === undefined) return false;
  if (lastName(a) !== '' && lastName(a) === lastName(b)) return true;
  const [one, other] = [nameOf(process, reader, a), nameOf(process, site, b)];
  return one === undefined || other === undefined || one === other;
}

function nameOf({ code }: DotnetProcess, { source, function: fn }: Site, value: Expression): string | undefined {
  return constantOf(code, source, fn, value);
}
