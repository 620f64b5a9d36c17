import type { Fix, FixEdit } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { Statement } from '../../../syntax/code/statement';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn, headsOf, expressionsOf, statementsIn } from '../../code/walk';
import type { CallPlace } from '../goUnit';
import { freeName, indentAt, insertAt, newlineOf, replace } from './edits';
import { importPackage, mergeEdits } from './imports';
import { carrierFor, shapesIn, type MessageShape } from './messageCarriers';

/** Injects the context into a message that is a variable, or is written where it is sent. */
export function injectFix({ source, function: fn, call }: CallPlace, context: string | undefined): Fix[] {
  const statement = statementOf(source, fn, call);
  if (statement === undefined || context === undefined) return [];
  const [found, ...others] = shapesIn(source).flatMap((shape) =>
    call.args.filter(({ value }) => isMessage(source, fn, value, shape)).map(({ value }) => ({ shape, given: value })),
  );
  // One of several would look as if all had it.
  if (found === undefined || others.length > 0) return [];
  const { shape, given } = found;
  const indent = indentAt(source, statement.start);
  const newline = newlineOf(source);
  const made = given.kind === 'name' ? given.name : freeName(source, fn, 'msg');
  const isPointer = given.kind === 'unary' || (given.kind === 'name' && /=\s*&/.test(madeAs(source, fn, given.name)));
  const edits: FixEdit[] = [];
  let before = '';
  if (given.kind !== 'name') {
    before = `${made} := ${source.textOf(given)}${newline}${indent}`;
    edits.push(replace(source, given, made));
  }
  const { carrier, edits: more } = carrierFor(source, shape);
  const otel = importPackage(source, 'go.opentelemetry.io/otel', 'otel');
  before += `${otel.name}.GetTextMapPropagator().Inject(${context}, ${carrier}{${isPointer ? '' : '&'}${made}})${newline}${indent}`;
  edits.push(insertAt(source, statement.start, before), ...otel.edits, ...more);
  return [
    {
      title: `Put the trace context into the message’s ${shape.attributes ? 'attributes' : 'headers'}`,
      edits: mergeEdits(edits),
    },
  ];
}

/** Reads the context out of a message right after it was fetched, where the rest of the loop works with `ctx`. */
export function extractFix({ source, function: fn, call }: CallPlace): Fix[] {
  const [shape] = shapesIn(source);
  const statement = statementOf(source, fn, call);
  if (shape?.message !== 'Message' || statement?.kind !== 'assign') return [];
  const [message] = statement.targets;
  if (message?.kind !== 'name' || statement.values[0] !== call) return [];
  const after = afterErrorCheck(source, fn, statement);
  const worksWith = [...expressionsIn(fn.body)].some(
    (one) => one.kind === 'name' && one.name === 'ctx' && one.start > after.end,
  );
  // `ctx :=` must stand in a loop's body, so that the context of one message is not the next one's parent.
  const inLoop = [...statementsIn(fn.body)].some((one) => one.kind === 'loop' && one.body.includes(statement));
  if (!worksWith || !inLoop || redeclares(fn, after.end)) return [];
  const { carrier, edits } = carrierFor(source, shape);
  const otel = importPackage(source, 'go.opentelemetry.io/otel', 'otel');
  const isPointer = shape.path.includes('confluent');
  const line = `${newlineOf(source)}${indentAt(source, statement.start)}ctx := ${otel.name}.GetTextMapPropagator().Extract(ctx, ${carrier}{${isPointer ? '' : '&'}${message.name}})`;
  return [
    {
      title: 'Go on with the trace context of the message’s headers',
      edits: mergeEdits([insertAt(source, after.end, line), ...otel.edits, ...edits]),
    },
  ];
}

function redeclares(fn: CodeFunction, from: number): boolean {
  for (const statement of statementsIn(fn.body))
    if (statement.kind === 'assign' && statement.declares && statement.start > from)
      if (statement.targets.some((target) => target.kind === 'name' && target.name === 'ctx')) return true;
  return false;
}

function isMessage(source: SourceCode, fn: CodeFunction, value: Expression, shape: MessageShape): boolean {
  const literal = value.kind === 'unary' ? value.value : value;
  if (literal.kind === 'object') return literal.type === `${shape.package}.${shape.message}`;
  return value.kind === 'name' && madeAs(source, fn, value.name).includes(`${shape.package}.${shape.message}{`);
}

/** `msg := kafka.Message{…}`, its first line. */
function madeAs(source: SourceCode, fn: CodeFunction, name: string): string {
  for (const statement of statementsIn(fn.body))
    if (statement.kind === 'assign' && statement.targets[0]?.kind === 'name' && statement.targets[0].name === name)
      return source.textOf(statement).split('\n')[0]!;
  return '';
}

/** The statement that stands alone at the beginning of its line and contains the call. */
function statementOf(source: SourceCode, fn: CodeFunction, call: Expression): Statement | undefined {
  for (const statement of statementsIn(fn.body)) {
    const parts = statement.kind === 'if' && statement.before ? [statement, statement.before] : [statement];
    const holds = parts.some((part) => headsOf(part).some((head) => [...expressionsOf(head)].includes(call)));
    if (!holds) continue;
    const { text } = source.code;
    const line = text.slice(text.lastIndexOf('\n', statement.start) + 1, statement.start);
    return line.trim() === '' ? statement : undefined;
  }
  return undefined;
}

/** The `if err != nil { … }` that follows a statement, or the statement itself. */
function afterErrorCheck(source: SourceCode, fn: CodeFunction, statement: Statement): Statement {
  const rest = source.code.text.slice(statement.end);
  const check = /^\s*if err != nil\b/.exec(rest);
  if (check === null) return statement;
  const start = statement.end + check[0].indexOf('if');
  for (const next of statementsIn(fn.body)) if (next.start === start) return next;
  return statement;
}
