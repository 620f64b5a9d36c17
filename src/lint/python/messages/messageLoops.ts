import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { Statement } from '../../../syntax/code/statement';
import type { SourceCode } from '../../code/sourceCode';
import { statementsIn } from '../../code/walk';
import { lastPart, type PythonCode, type Site } from '../names/pythonCode';

/** A loop that goes through messages one by one. */
export interface MessageLoop {
  /** What gives the messages. */
  readonly site: Site;
  readonly library: 'nats' | 'aio-pika' | 'pika';
  readonly carrier: string;
  /** What is done for each of them. */
  readonly body: readonly Statement[];
}

/** Texts of files that may have one. */
export const MAY_LOOP = /\.(fetch|iterator|consume)\s*\(|\.messages\b/;

/** The loops of a file through messages that nobody hands to a handler. */
export function messageLoops(code: PythonCode, source: SourceCode): readonly MessageLoop[] {
  if (!source.has(MAY_LOOP)) return [];
  const imported = source.code.imports.flatMap(({ from, names }) => [
    from,
    ...Object.values(names).map((name) => `${from}.${name}`),
  ]);
  const library = (['nats', 'aio_pika', 'pika'] as const).find((one) =>
    imported.some((name) => name === one || name.startsWith(`${one}.`)),
  );
  if (library === undefined) return [];
  return source.code.functions.flatMap((fn) =>
    [...statementsIn(fn.body)].flatMap((statement): MessageLoop[] => {
      if (statement.kind !== 'loop' || statement.over === undefined) return [];
      const given = giverOf(code, source, fn, statement.over, library);
      const site = given && code.sitesOf(source, fn).find(({ call }) => call.start === given.start);
      if (site === undefined) return [];
      const { body } = statement;
      if (library === 'nats') return [{ site, library, carrier: '`msg.headers`', body }];
      if (library === 'pika') return [{ site, library, carrier: '`properties.headers`', body }];
      return [{ site, library: 'aio-pika', carrier: '`message.headers`', body }];
    }),
  );
}

/** The call that the messages of a loop come from. */
function giverOf(
  code: PythonCode,
  source: SourceCode,
  fn: CodeFunction,
  over: Expression,
  library: 'nats' | 'aio_pika' | 'pika',
): Call | undefined {
  const values = over.kind === 'name' ? code.names.valuesOf(source, fn, over) : [];
  const origins = [over, ...values.flatMap((one) => (one.function === fn ? [one.value] : []))].map(awaited);
  if (library === 'pika') return calling(origins, /^consume$/);
  if (library === 'aio_pika') return calling(origins, /^iterator$/);
  const fetched = calling(origins, /^fetch$/);
  if (fetched !== undefined) return isSubscription(code, source, fn, fetched) ? fetched : undefined;
  // `async for msg in subscription.messages`
  const [messages] = origins;
  if (messages?.kind !== 'member' || messages.name !== 'messages') return undefined;
  const given = code.names.valuesOf(source, fn, messages.object).map(({ value }) => awaited(value));
  return calling(given, /^subscribe$/);
}

function calling(origins: readonly Expression[], method: RegExp): Call | undefined {
  return origins.find((one): one is Call => one.kind === 'call' && method.test(lastPart(one.callee)));
}

/** Whether messages are fetched from what `pull_subscribe` gave, here or for a field, or what is called so. */
function isSubscription(code: PythonCode, source: SourceCode, fn: CodeFunction, { callee }: Call): boolean {
  if (callee.kind !== 'member') return false;
  const given = code.names.valuesOf(source, fn, callee.object).map(({ value }) => awaited(value));
  return (
    calling(given, /^pull_subscribe(_bind)?$/) !== undefined || /^_?p?sub(scription)?$/.test(lastPart(callee.object))
  );
}

function awaited(value: Expression): Expression {
  return value.kind === 'unary' && value.operator === 'await' ? value.value : value;
}
