import path from 'node:path';
import type { Finding } from '../../model/finding';
import type { SpanKind } from '../../model/operation';
import type { ProcessUnit } from '../project/processUnit';

/** A span without a parent, which may have lost it. */
export interface BrokenRoot {
  readonly traceId: string;
  readonly kind: SpanKind;
  /** The folder of its service, absolute; undefined where it is not known. */
  readonly folder: string | undefined;
}

const HANDED_ON = ['PY-THREAD-CTX-LOSS', 'JAVA-ASYNC-NO-DECORATOR', 'QUEUE-CTX-LOSS', 'GO-CTX-BACKGROUND'];
const RECEIVED = [
  'GO-KAFKA-CONSUME-DROP',
  'JS-KAFKA-CONSUME-DROP',
  'PY-KAFKA-CONSUME-DROP',
  'CS-KAFKA-CONSUME-DROP',
  'EXTRACT-UNUSED',
];

/** Rules whose loss, in the process itself, makes roots of a kind. */
const BY_KIND: Readonly<Record<SpanKind, readonly string[]>> = {
  UNSPECIFIED: [],
  INTERNAL: [...HANDED_ON, ...RECEIVED, 'JS-NO-CONTEXT-MANAGER'],
  SERVER: ['GO-PROP-UNSET', 'EXTRACT-UNUSED'],
  CLIENT: [...HANDED_ON, 'GO-HTTP-REQ-NO-CTX', 'SPAN-NOT-ACTIVE', 'JS-NO-CONTEXT-MANAGER'],
  PRODUCER: [...HANDED_ON, 'SPAN-NOT-ACTIVE'],
  CONSUMER: RECEIVED,
};

/** More would be no suspicion but a list. */
const MOST = 3;

/**
 * The findings that may be why a span has no parent: those that name its trace as proof, then those in its own process
 * by which spans of its kind lose theirs. Requests from elsewhere rightly begin traces, so that callers are suspected only
 * with proof.
 */
export function suspectsOf(
  { traceId, kind, folder }: BrokenRoot,
  units: readonly ProcessUnit[],
  findings: readonly Finding[],
): Finding[] {
  const proven = findings.filter(({ severity, message }) => severity === 'error' && message.includes(traceId));
  const own = folder === undefined ? new Set<string>() : filesAround(folder, units);
  const likely = findings.filter(({ rule, file }) => own.has(file) && BY_KIND[kind].includes(rule));
  return [...new Set([...proven, ...likely])].slice(0, MOST);
}

/** The files of the processes whose folder is the nearest around a service's. */
function filesAround(folder: string, units: readonly ProcessUnit[]): ReadonlySet<string> {
  const around = units.filter(({ root }) => folder === root || folder.startsWith(root + path.sep));
  const nearest = Math.max(...around.map(({ root }) => root.length));
  return new Set(
    around.filter(({ root }) => root.length === nearest).flatMap(({ files }) => files.map((file) => file.path)),
  );
}
