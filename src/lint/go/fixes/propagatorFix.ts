import type { Fix } from '../../../model/finding';
import { statementsIn } from '../../code/walk';
import type { CallPlace } from '../goUnit';
import { indentAt, insertAt, newlineOf } from './edits';
import { importPackage, mergeEdits } from './imports';

/** Sets the W3C propagators right after the provider is set. */
export function propagatorFix({ source, function: fn, call }: CallPlace): Fix[] {
  const statement = [...statementsIn(fn.body)].find((one) => one.kind === 'expression' && one.value === call);
  if (statement === undefined) return [];
  const propagation = importPackage(source, 'go.opentelemetry.io/otel/propagation', 'propagation');
  const otel = importPackage(source, 'go.opentelemetry.io/otel', 'otel');
  const indent = indentAt(source, statement.start);
  const { name } = propagation;
  const line =
    `${newlineOf(source)}${indent}${otel.name}.SetTextMapPropagator(${name}.NewCompositeTextMapPropagator(` +
    `${name}.TraceContext{}, ${name}.Baggage{}))`;
  return [
    {
      title: 'Set the W3C trace context and baggage propagators',
      edits: mergeEdits([...propagation.edits, ...otel.edits, insertAt(source, statement.end, line)]),
    },
  ];
}
