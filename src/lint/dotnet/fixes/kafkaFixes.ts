import type { Fix, FixEdit } from '../../../model/finding';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { Statement } from '../../../syntax/code/statement';
import { statementOf } from '../../code/parents';
import { freeName, indentAt, insertAt, newlineOf, replace } from '../../code/edits';
import type { SourceCode } from '../../code/sourceCode';
import { argumentOf, lastName, type Site } from '../dotnetCode';
import { indentationStep } from './edits';
import { addUsings } from './usings';

/** Injects the context into the headers of a message before it is produced; undefined where there is no room for it. */
export function injectBeforeProduce(site: Site): Fix | undefined {
  const { source, function: fn, call } = site;
  const statement = statementOf(fn, call);
  const message = argumentOf(call, 1, 'message')?.value;
  if (statement === undefined || message === undefined) return undefined;
  const room = standsAlone(site, statement.start) ? roomBefore(source, statement) : roomInBody(site, statement);
  if (room === undefined) return undefined;
  const newline = newlineOf(source);
  const { indentation } = room;
  const inner = indentation + indentationStep(source);
  const isNamed = message.kind === 'name';
  if (!isNamed && !(message.kind === 'call' && message.isNew)) return undefined;
  const name = isNamed ? message.name : freeName(source, fn, 'message');
  const lines = [
    ...(isNamed ? [] : [`var ${name} = ${source.textOf(message)};`]),
    `${name}.Headers ??= new Headers();`,
    'Propagators.DefaultTextMapPropagator.Inject(',
    `${inner.slice(indentation.length)}new PropagationContext(Activity.Current?.Context ?? default, Baggage.Current),`,
    `${inner.slice(indentation.length)}${name}.Headers,`,
    `${inner.slice(indentation.length)}static (headers, key, value) => headers.Add(key, Encoding.UTF8.GetBytes(value)));`,
  ];
  const text = lines.map((line, i) => (i === 0 ? line : indentation + line)).join(newline);
  return {
    title: 'Inject the trace context into the headers',
    edits: [
      ...addUsings(source, [
        'Confluent.Kafka',
        'OpenTelemetry',
        'OpenTelemetry.Context.Propagation',
        'System.Diagnostics',
        'System.Text',
      ]),
      ...room.edits(text),
      ...(isNamed ? [] : [replace(source, message, name)]),
    ],
  };
}

/** Where statements go before another one. */
interface Room {
  readonly indentation: string;
  readonly edits: (text: string) => FixEdit[];
}

function roomBefore(source: SourceCode, { start }: Statement): Room {
  const indentation = indentAt(source, start);
  return { indentation, edits: (text) => [insertAt(source, start, text + newlineOf(source) + indentation)] };
}

/** `Task Send(Order order) => _producer.ProduceAsync(…);`: a body in braces has room. */
function roomInBody({ source, function: fn }: Site, statement: Statement): Room | undefined {
  const { text } = source.code;
  const arrow = /\s*=>\s*$/.exec(text.slice(fn.start, statement.start));
  const rest = /^\s*;/.exec(text.slice(statement.end));
  if (arrow === null || rest === null || fn.modifiers.includes('lambda') || fn.returns === undefined) return undefined;
  const newline = newlineOf(source);
  const outside = indentAt(source, fn.start);
  const indentation = outside + indentationStep(source);
  const givesNothing = fn.modifiers.includes('async') ? !/<.*>$/.test(fn.returns) : fn.returns === 'void';
  const kept = givesNothing ? '' : 'return ';
  return {
    indentation,
    edits: (lines) => [
      replace(
        source,
        { start: fn.start + arrow.index, end: statement.start },
        `${newline}${outside}{${newline}${indentation}${lines}${newline}${indentation}${kept}`,
      ),
      insertAt(source, statement.end + rest[0].length, `${newline}${outside}}`),
    ],
  };
}

const STARTS = /^StartActivity$/;

/** Extracts the context of a consumed message and starts its activity with it; only where both are in one function. */
export function extractAfterConsume(site: Site): Fix | undefined {
  const { source, function: fn, call } = site;
  const statement = statementOf(fn, call);
  if (statement?.kind !== 'assign' || statement.values[0] !== call) return undefined;
  const [result] = statement.targets;
  const started = source.callsIn(fn).find((one) => one.start > call.end && STARTS.test(lastName(one.callee)));
  if (result?.kind !== 'name' || started === undefined || started.args.length === 0) return undefined;
  const newline = newlineOf(source);
  const indentation = indentAt(source, started.start);
  const step = indentationStep(source);
  const around = statementOf(fn, started);
  if (around === undefined || !standsAlone({ ...site, call: started }, around.start)) return undefined;
  const name = freeName(source, fn, 'parentContext');
  const lines = [
    `var ${name} = Propagators.DefaultTextMapPropagator.Extract(`,
    `${step}default,`,
    `${step}${result.name}.Message.Headers,`,
    `${step}static (headers, key) => headers is not null && headers.TryGetLastBytes(key, out var value)`,
    `${step}${step}? new[] { Encoding.UTF8.GetString(value) }`,
    `${step}${step}: Array.Empty<string>());`,
  ];
  const text = lines.map((line, i) => (i === 0 ? line : indentation + line)).join(newline);
  return {
    title: 'Start the activity with the context from the headers',
    edits: [
      ...addUsings(source, ['OpenTelemetry.Context.Propagation', 'System', 'System.Diagnostics', 'System.Text']),
      insertAt(source, around.start, text + newline + indentation),
      insertAt(source, endOfArguments(started), parentArgument(started, name)),
    ],
  };
}

function endOfArguments({ args }: Call): number {
  return args.at(-1)!.end;
}

function parentArgument({ args }: Call, name: string): string {
  const isNamed = args.some((argument) => argument.name !== undefined) || args.length > 2;
  if (isNamed) return `, parentContext: ${name}.ActivityContext`;
  return args.length === 1 && !isKind(args[0]!.value)
    ? `, ActivityKind.Consumer, ${name}.ActivityContext`
    : `, ${name}.ActivityContext`;
}

function isKind(value: Expression): boolean {
  return value.kind === 'member' && lastName(value.object) === 'ActivityKind';
}

/** Statements can be put before it: it begins its line, and is no body without braces. */
function standsAlone({ source }: Site, start: number): boolean {
  const { text } = source.code;
  const before = text.slice(0, start).trimEnd();
  return text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() === '' && /[{};]$/.test(before);
}
