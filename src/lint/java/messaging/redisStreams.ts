import type { Finding } from '../../../model/finding';
import type { FunctionPlace } from '../../code/program';
import { findingAt, relatedAt } from '../../report';
import type { CallPlace } from '../declarations';
import type { JavaCode } from '../javaCode';
import { asFindingEvidence, firstLine, whereIs } from '../places';
import { doesTracedWork } from '../spans/tracedWork';
import { writesTraceHeaders } from '../spring/injectors';
import { isStartUp } from '../spring/relevance';
import { isType, plainType } from '../typeNames';
import { isCarriedByHand, isReadByHand } from './handWritten';
import { sendsBy } from './sends';

const DATA = 'org.springframework.data.redis';
const TEMPLATES = [
  'StringRedisTemplate',
  'RedisTemplate',
  'RedisOperations',
  'ReactiveRedisTemplate',
  'ReactiveStringRedisTemplate',
].map((name) => `${DATA}.core.${name}`);
const OPERATIONS = ['StreamOperations', 'ReactiveStreamOperations'].map((name) => `${DATA}.core.${name}`);
const LISTENER = `${DATA}.stream.StreamListener`;
const READ_LEVELS = 3;

/**
 * MSG-NO-INJECT for streams of Redis: what observes Spring Data's templates measures commands and puts nothing into entries.
 * Only where a listener of the same program works entries off, so that there is a trace to go on.
 */
export function redisStreams(code: JavaCode): Finding[] {
  const [mechanism] = code.setup.mechanisms;
  if (mechanism === undefined || code.code.settings.coveredBy.has('redis')) return [];
  const [listener] = listenersOf(code).filter((one) => drops(code, one));
  if (listener === undefined) return [];
  return addsOf(code)
    .filter((place) => !isCarried(code, place) && !isStartUp(place.source, place.function))
    .map(({ source, call }) =>
      findingAt('MSG-NO-INJECT', source, firstLine(source, call), {
        severity: 'warning',
        message: `Entries of this stream carry no trace context: ${mechanism.row.title} (\`${whereIs(source, mechanism.at)}\`) puts none into them, and nothing here does.`,
        evidence: asFindingEvidence([mechanism.at]),
        related: [relatedAt(listener.source, firstLine(listener.source, listener.function), 'worked off here')],
      }),
    );
}

function listenersOf({ program }: JavaCode): readonly FunctionPlace[] {
  return program
    .functionsNamed('onMessage')
    .filter(({ source, function: fn }) =>
      source.typeOf(fn)?.bases.some((base) => isType(source, plainType(base), LISTENER)),
    );
}

function drops(code: JavaCode, place: FunctionPlace): boolean {
  return !isReadByHand(code, place, READ_LEVELS) && doesTracedWork(code, place.source, place.function);
}

/** `redis.opsForStream().add(record)`, or `add` on the operations themselves. */
function addsOf(code: JavaCode): CallPlace[] {
  const byTemplate = sendsBy(code, ['add'], TEMPLATES).filter(({ source, call }) =>
    /\.\s*opsForStream\b/.test(source.textOf(call.callee)),
  );
  return [...byTemplate, ...sendsBy(code, ['add'], OPERATIONS)];
}

function isCarried(code: JavaCode, place: CallPlace): boolean {
  const type = place.source.typeOf(place.function);
  return (type !== undefined && writesTraceHeaders(place.source.textOf(type))) || isCarriedByHand(code, place);
}
