import type { Fix, FixEdit } from '../../../model/finding';
import type { ObjectLiteral } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import type { ProcessUnit } from '../../project/processUnit';
import { calledName } from '../goUnit';
import type { HttpCall } from '../httpCall';
import type { PlainOrigin } from '../values/httpChains';
import { contextParameter } from '../relevance';
import { indentAt, insertAt, newlineOf, replace } from './edits';
import { importPackage, mergeEdits } from './imports';
import { withModule } from './requireModule';

const OTELHTTP = 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp';

/** Wraps the transport of a client, or puts an instrumented client in place of the default one. */
export function plainClientFix(unit: ProcessUnit, origin: PlainOrigin, calls: readonly HttpCall[]): Fix[] {
  const { source, value } = origin;
  if (origin.kind === 'request') return [];
  const otelhttp = importPackage(source, OTELHTTP, 'otelhttp');
  const wrap = `${otelhttp.name}.NewTransport`;
  const edits =
    origin.kind === 'default' ? defaultEdits(origin, calls, wrap) : literalEdits(source, value.expression, wrap);
  if (edits === undefined) return [];
  const title = 'Send the trace context with otelhttp.NewTransport';
  return [withModule(unit, source.path, OTELHTTP, { title, edits: mergeEdits([...otelhttp.edits, ...edits]) })];
}

function literalEdits(
  source: SourceCode,
  expression: PlainOrigin['value']['expression'],
  wrap: string,
): FixEdit[] | undefined {
  if (expression.kind === 'call' && calledName(expression) === 'new') {
    const http = importPackage(source, 'net/http', 'http').name;
    return [replace(source, expression, `&${http}.Client{Transport: ${wrap}(${http}.DefaultTransport)}`)];
  }
  if (expression.kind !== 'object') return undefined;
  const transport = expression.entries.find((entry) => entry.key === 'Transport');
  if (transport !== undefined) {
    const given = source.textOf(transport.value);
    if (given === 'nil') return [replace(source, transport.value, defaultTransport(source, wrap))];
    return [insertAt(source, transport.value.start, `${wrap}(`), insertAt(source, transport.value.end, ')')];
  }
  return [transportEntry(source, expression, wrap)];
}

function transportEntry(source: SourceCode, literal: ObjectLiteral, wrap: string): FixEdit {
  const field = `Transport: ${defaultTransport(source, wrap)}`;
  const inside = source.textOf(literal.insideAt);
  if (inside.trim() === '') return replace(source, literal.insideAt, field);
  if (!inside.includes('\n')) return insertAt(source, literal.insideAt.start, `${field}, `);
  const [first] = literal.entries;
  const indent = indentAt(source, first!.start);
  return insertAt(source, first!.start, `${field},${newlineOf(source)}${indent}`);
}

function defaultTransport(source: SourceCode, wrap: string): string {
  return `${wrap}(${importPackage(source, 'net/http', 'http').name}.DefaultTransport)`;
}

/** `http.DefaultClient.Do(req)` gets a client of its own; `http.Get(url)` has no request to take a context from. */
function defaultEdits(origin: PlainOrigin, calls: readonly HttpCall[], wrap: string): FixEdit[] | undefined {
  const { source, value } = origin;
  const http = importPackage(source, 'net/http', 'http').name;
  const client = `&${http}.Client{Transport: ${wrap}(${http}.DefaultTransport)}`;
  const { expression } = value;
  if (expression.kind === 'member') {
    const isCalled = calls.some(
      ({ place }) => place.call.callee.kind === 'member' && place.call.callee.object === expression,
    );
    return [replace(source, expression, isCalled ? `(${client})` : client)];
  }
  if (expression.kind !== 'call' || contextParameter(value.function) !== undefined) return undefined;
  const { callee } = expression;
  return callee.kind === 'member' ? [replace(source, callee.object, `(${client})`)] : undefined;
}
