import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression, ObjectLiteral } from '../../../syntax/code/expression';
import { dotted } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { atEachCall, type CallIn } from '../calls';
import { firstLine } from '../evidenceAt';
import { isHandMade } from '../handMade';
import type { NodeCode } from '../nodeCode';
import { isAside } from '../serverSide';
import { calledFunction, entryOf, possibleValues } from '../values';
import { IN_DATA, isAskedFor } from './forgottenJobs';

/** Own functions that put a job into a table. */
const ENQUEUES = /^enqueue\w*$|^(create|insert|add|schedule|queue|publish|dispatch)\w*(Job|Task|Outbox\w*)$/i;

/** Tables that jobs wait in: `prisma.outboxEvent.create({ data })`, `this.jobsRepository.save(row)`. */
const TABLE = /outbox|jobs?(Repository|Repo|Model|Db)?$/i;
const WRITES = /^(create|createMany|insert|save|add)$/;

/** A text in which one of these may be called. */
const MAY_WRITE =
  /\benqueue\w*[(<]|(?:create|insert|add|schedule|queue|publish|dispatch)\w*(?:Job|Task|Outbox\w*)[(<]|(?:outbox\w*|jobs?(?:Repository|Repo|Model|Db)?)\s*[?!]?\.\s*(?:create|createMany|insert|save|add)[(<]/i;

/** Helpers around helpers are followed this deep to what they all write through. */
const MAX_LEVELS = 3;

/** A job that is written, with what tells which others wait in the same place. */
interface Row {
  readonly at: CallIn;
  readonly data: ObjectLiteral;
  readonly place: CodeFunction | string;
}

/**
 * Rule 31 for jobs that wait in a table (an outbox, Oban): those of a project that puts the context into the rows of
 * some, and leaves it out of the same rows of others.
 */
export function forgottenRowFindings(node: NodeCode): Finding[] {
  if (!node.isTraced || node.tracing.distribution !== undefined) return [];
  const sources = node.program.sources.filter((source) => source.has(MAY_WRITE) && !isAside(node.code.unit, source));
  const rowsIn = (some: readonly SourceCode[]): Row[] => atEachCall(some, (at) => rowsOf(node, at));
  const mayHold = sources.filter((source) => source.has(IN_DATA));
  const carrying = rowsIn(mayHold).filter(({ data }) =>
    data.entries.some(({ key }) => key !== undefined && IN_DATA.test(key)),
  );
  if (carrying.length === 0) return [];
  return rowsIn(sources).flatMap((row) => {
    const like = carrying.find((other) => other.place === row.place && isAlike(other.data, row.data));
    if (like === undefined || mayCarry(node, row) || !isAskedFor(row.at) || !node.runsInNode(row.at.source)) return [];
    return findingAt('MSG-NO-INJECT', row.at.source, firstLine(row.at.source, row.at.call), {
      severity: 'warning',
      message:
        'This job carries no trace context, as others that wait in the same place do: what works it off begins a new trace.',
      related: [relatedAt(like.at.source, firstLine(like.at.source, like.at.call), 'a job that carries it')],
    });
  });
}

function rowsOf(node: NodeCode, at: CallIn): Row[] {
  const { source, function: fn, call } = at;
  const { callee } = call;
  if (fn.id === 0 || (callee.kind !== 'name' && callee.kind !== 'member')) return [];
  const place = tableOf(callee) ?? (ENQUEUES.test(callee.name) ? writerOf(node, at) : undefined);
  if (place === undefined) return [];
  return call.args.flatMap(({ value }) => {
    const given =
      value.kind === 'name' ? possibleValues(node.program, { source, function: fn, expression: value }) : [];
    const [only = value] = given.length === 1 ? given.map(({ expression }) => expression) : [];
    const data = only.kind === 'object' ? (entryOf(only, 'data')?.value ?? only) : only;
    return [data, only].flatMap((one) => (one.kind === 'object' ? [{ at, data: one, place }] : [])).slice(0, 1);
  });
}

function tableOf(callee: Extract<Expression, { kind: 'name' | 'member' }>): string | undefined {
  if (callee.kind !== 'member' || !WRITES.test(callee.name)) return undefined;
  const table = dotted(callee.object)?.split('.').at(-1);
  return table !== undefined && TABLE.test(table) ? table.toLowerCase() : undefined;
}

/** The function that an enqueueing function hands its job to in the end. */
function writerOf(node: NodeCode, { source, function: fn, call }: CallIn): CodeFunction | undefined {
  let at = calledFunction(node.program, source, fn, call.callee);
  for (let level = 0; at !== undefined && level < MAX_LEVELS; level++) {
    const { source: inside, function: around } = at;
    const next = inside
      .callsIn(around)
      .filter(({ callee }) => (callee.kind === 'name' || callee.kind === 'member') && ENQUEUES.test(callee.name))
      .map(({ callee }) => calledFunction(node.program, inside, around, callee));
    if (next.length !== 1 || next[0] === undefined || next[0].function === around) break;
    at = next[0];
  }
  return at?.function;
}

/** Rows of one shape: what goes through the same function may be options of it as well. */
function isAlike(a: ObjectLiteral, b: ObjectLiteral): boolean {
  const keys = b.entries.flatMap(({ key }) => key ?? []);
  const shared = keys.filter((key) => entryOf(a, key) !== undefined);
  return shared.length >= 2 || (shared.length === 1 && keys.length <= 2);
}

/** The context may be in what is spread or handed in, or be put in by hand around it. */
function mayCarry(node: NodeCode, { at, data }: Row): boolean {
  const { source, function: fn } = at;
  const { program, code } = node;
  return (
    data.entries.some(({ spread, keyValue }) => spread === true || keyValue !== undefined) ||
    IN_DATA.test(source.textOf(fn)) ||
    isHandMade(program, source, fn, 'inject', code.settings)
  );
}
