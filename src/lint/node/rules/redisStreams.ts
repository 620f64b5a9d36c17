import type { Finding } from '../../../model/finding';
import type { Expression } from '../../../syntax/code/expression';
import { bindingOf } from '../../code/bindings';
import { findingAt, relatedAt } from '../../report';
import { atEachCall, callsOf, type CallIn } from '../calls';
import { firstLine } from '../evidenceAt';
import { readsContext, worksOn } from '../handlers';
import { isHandMade } from '../handMade';
import type { NodeCode } from '../nodeCode';
import { isAside } from '../serverSide';
import { calledFunction, possibleValues } from '../values';
import { isAskedFor } from './forgottenJobs';
import { importsOne } from '../loadedModules';

const CARRIED = /trace_?(parent|context|id)|carrier|span_?context/i;

/** Both spellings: `xreadgroup` of ioredis, `xReadGroup` of node-redis. */
const SPEAKS_OF_WORK = /\b(x(add|readgroup)|[lr]push|b?[lr]pop|b?rpoplpush|b?lmove)\(/i;

const WRITES = /^(xadd|[lr]push)$/;
/** Readers that wait for entries, and those that ask again and again. */
const WAITS = /^(xreadgroup|b[lr]pop|brpoplpush|blmove)$/;
const TAKES = /^([lr]pop|rpoplpush|lmove)$/;

/** Lists and streams that hold what could not be done, what is being done, or what nobody works on. */
const SET_ASIDE = /dlq|dead|processing|retr(y|ies)|audit|metric|logs?\b|_log|history|recent|cache/i;

/** What is written to a stream or list, where its name stands. */
interface Written {
  readonly at: CallIn;
  readonly key: Expression | undefined;
}

/**
 * Rule 31 for streams and lists of Redis: the instrumentations of its clients measure commands and put nothing into entries.
 * Only where the same program works the entries off, so that there is a trace to go on. What another program writes is told
 * where it is worked off.
 */
export function redisStreamFindings(node: NodeCode): Finding[] {
  if (!node.isTraced || node.tracing.distribution !== undefined) return [];
  const sources = node
    .inNodeWith(SPEAKS_OF_WORK)
    .filter((source) => !isAside(node.code.unit, source) && speaksToRedis(node, source));
  const readers = atEachCall(sources, (at) => (isReader(at) && isWorker(node, at) ? at : undefined));
  if (readers.length === 0) return [];
  const written = atEachCall(sources, (at) => writtenAt(node, at));
  const lost = written.flatMap(({ at, key }) => {
    const reader = readers.find((one) => isOfKey(one, key));
    if (reader === undefined || reader.function === at.function) return [];
    if (at.function.id === 0 || !isAskedFor(at) || carries(node, at)) return [];
    return [notInjected(at, reader)];
  });
  const unwritten = readers.filter((reader) => !written.some(({ key }) => isOfKey(reader, key)));
  return [...lost, ...unwritten.map(notRead)];
}

function notInjected(at: CallIn, reader: CallIn): Finding {
  return findingAt('MSG-NO-INJECT', at.source, firstLine(at.source, at.call), {
    severity: 'warning',
    message: `Entries of this ${nameOf(at.call) === 'xadd' || nameOf(reader.call) === 'xreadgroup' ? 'stream' : 'list'} carry no trace context: instrumentations of Redis put none into them, and nothing is injected by hand.`,
    related: [relatedAt(reader.source, firstLine(reader.source, reader.call), 'worked off here')],
  });
}

function notRead({ source, call }: CallIn): Finding {
  return findingAt('JS-KAFKA-CONSUME-DROP', source, firstLine(source, call), {
    severity: 'warning',
    message:
      'No trace context is read from these entries: instrumentations of Redis read none, and what works them off leaves it alone, so that its spans begin new traces.',
  });
}

const CLIENTS = /^(ioredis|redis|@redis\/client)$/;

function speaksToRedis({ code }: NodeCode, source: CallIn['source']): boolean {
  return (
    importsOne(source, ['redis'], ({ from }) => CLIENTS.test(from)) ||
    [...code.unit.dependencies.keys()].some((name) => CLIENTS.test(name))
  );
}

/** The method of a call, in the spelling of ioredis. */
function nameOf({ callee }: CallIn['call']): string {
  return callee.kind === 'member' ? callee.name.toLowerCase() : '';
}

function isReader({ source, function: fn, call }: CallIn): boolean {
  const name = nameOf(call);
  if (WAITS.test(name)) return true;
  return TAKES.test(name) && /\bwhile\s*\(|\bfor\s*\(\s*;|\bsetInterval\(/.test(source.textOf(fn));
}

/** What is written by a call, or by those who call a helper with the key: `add(client, ORDERS, …)`. */
function writtenAt(node: NodeCode, at: CallIn): readonly Written[] {
  if (!WRITES.test(nameOf(at.call)) || SET_ASIDE.test(at.source.textOf(at.call))) return [];
  const key = at.call.args[0]?.value;
  const binding = key?.kind === 'name' ? bindingOf(at.source, at.function, key.name) : undefined;
  if (binding?.kind !== 'parameter' || binding.function.name === '') return [{ at, key }];
  const helper = binding.function;
  const place = helper.parameters.indexOf(binding.parameter);
  const calls = callsOf(node.program, helper.name).filter(
    ({ source, function: fn, call }) => calledFunction(node.program, source, fn, call.callee)?.function === helper,
  );
  return calls.flatMap((call) =>
    SET_ASIDE.test(call.source.textOf(call.call)) ? [] : [{ at: call, key: call.call.args[place]?.value }],
  );
}

/** A consumer that starts spans or calls out for what it reads, and leaves the context alone. */
function isWorker(node: NodeCode, { source, function: fn }: CallIn): boolean {
  const handler = { source, function: fn };
  return fn.id !== 0 && worksOn(node, handler) && !readsContext(node, handler, CARRIED);
}

/** The reader's call names the stream or list: by the same text, or by the same name. */
function isOfKey({ source, call }: CallIn, key: Expression | undefined): boolean {
  const read = source.textOf(call);
  if (key?.kind === 'text') return key.value !== undefined && new RegExp(quoted(key.value)).test(read);
  const name = key?.kind === 'name' || key?.kind === 'member' ? key.name : undefined;
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
