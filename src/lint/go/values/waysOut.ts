import type { Expression } from '../../../syntax/code/expression';
import { statementsIn } from '../../code/walk';
import type { Value } from './values';

/** A choice that is, or may be, about whether requests are to be traced: what is returned then is meant to be plain. */
const MAY_BE_OF_TRACING =
  /trac|otel|telemetry|span|instrument|observ|propagat|metric|monitor|enable|disable|debug|test|mock|\bdev|local/i;

/**
 * Whether values are what one function returns on its several ways out, each made on the spot (`return &http.Client{…}`,
 * `return http.DefaultClient`), and what it chooses by has nothing to do with tracing.
 */
export function areWaysOut(values: readonly Value[]): boolean {
  const [first] = values;
  if (first === undefined || values.length < 2 || !values.every(isMadeHere)) return false;
  const { source, function: fn } = first;
  if (!values.every((one) => one.function === fn)) return false;
  for (const statement of statementsIn(fn.body)) {
    const asked =
      statement.kind === 'if' ? statement.condition : statement.kind === 'switch' ? statement.value : undefined;
    if (asked !== undefined && MAY_BE_OF_TRACING.test(source.textOf(asked))) return false;
  }
  return !MAY_BE_OF_TRACING.test(fn.name);
}

function isMadeHere({ source, expression }: Value): boolean {
  const made: Expression = expression.kind === 'unary' ? expression.value : expression;
  return made.kind === 'object' || /^http\.Default(Client|Transport)$/.test(source.textOf(made));
}
