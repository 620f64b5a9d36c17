import type { Finding } from '../../../model/finding';
import type { Expression } from '../../../syntax/code/expression';
import { findingAt, relatedAt } from '../../report';
import { atEachCall, type CallIn } from '../calls';
import { firstLine } from '../evidenceAt';
import { readsContext, worksOn } from '../handlers';
import { isHandMade } from '../handMade';
import type { NodeCode } from '../nodeCode';
import { isAside } from '../serverSide';
import { possibleValues } from '../values';
import { isAskedFor } from './forgottenJobs';
import { importsOne } from '../loadedModules';

const CARRIED = /trace_?(parent|context|id)|carrier|span_?context/i;

/**
 * Rule 31 for streams of Redis: the instrumentations of its clients measure commands and put nothing into entries. Only
 * where a consumer group of the same program works the entries off, so that there is a trace to go on.
 */
export function redisStreamFindings(node: NodeCode): Finding[] {
  if (!node.isTraced || node.tracing.distribution !== undefined) return [];
  const sources = node
    .inNodeWith(/\bx(add|readgroup)\(/i)
    .filter((source) => !isAside(node.code.unit, source) && speaksToRedis(node, source));
  const readers = atEachCall(sources, (at) => (isCall(at, 'xreadgroup') && isWorker(node, at) ? at : undefined));
  if (readers.length === 0) return [];
  return atEachCall(sources, (at) => {
    if (at.function.id === 0 || !isCall(at, 'xadd') || !isAskedFor(at) || carries(node, at)) return undefined;
    const reader = readers.find((one) => isOfStream(one, at.call.args[0]?.value));
    if (reader === undefined || reader.function === at.function) return undefined;
    return findingAt('MSG-NO-INJECT', at.source, firstLine(at.source, at.call), {
      severity: 'warning',
      message:
        'Entries of this stream carry no trace context: instrumentations of Redis put none into them, and nothing is injected by hand.',
      related: [relatedAt(reader.source, firstLine(reader.source, reader.call), 'worked off here')],
    });
  });
}

const CLIENTS = /^(ioredis|redis|@redis\/client)$/;

function speaksToRedis({ code }: NodeCode, source: CallIn['source']): boolean {
  return (
    importsOne(source, ['redis'], ({ from }) => CLIENTS.test(from)) ||
    [...code.unit.dependencies.keys()].some((name) => CLIENTS.test(name))
  );
}

function isCall({ call: { callee } }: CallIn, name: string): boolean {
  return callee.kind === 'member' && callee.name.toLowerCase() === name;
}

/** A consumer that starts spans or calls out for what it reads, and leaves the context alone. */
function isWorker(node: NodeCode, { source, function: fn }: CallIn): boolean {
  const handler = { source, function: fn };
  return fn.id !== 0 && worksOn(node, handler) && !readsContext(node, handler, CARRIED);
}

/** The reader's call names the stream: by the same text, or by the same name. */
function isOfStream({ source, call }: CallIn, stream: Expression | undefined): boolean {
  const read = source.textOf(call);
  if (stream?.kind === 'text') return stream.value !== undefined && new RegExp(quoted(stream.value)).test(read);
  const name = stream?.kind === 'name' || stream?.kind === 'member' ? stream.name : undefined;
  return name !== undefined && read.split(/[^\w$]+/).includes(name);
}

function quoted(text: string): string {
  return `["'\`]${text.replace(/[^\w:-]/g, '\\$&')}["'\`]`;
}

/** Entries that have the context, or may have it in what is handed in. */
function carries(node: NodeCode, { source, function: fn, call }: CallIn): boolean {
  const { program, code } = node;
  if (CARRIED.test(source.textOf(fn)) || isHandMade(program, source, fn, 'inject', code.settings)) return true;
  return call.args.some(({ value, spread }) => {
    if (spread === true) return true;
    return possibleValues(program, { source, function: fn, expression: value }).some((one) =>
      CARRIED.test(one.source.textOf(one.expression)),
    );
  });
}
