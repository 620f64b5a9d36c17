import type { CodeFunction } from '../../syntax/code/code';
import type { Call, Expression } from '../../syntax/code/expression';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { entryOf, possibleValues } from './values';

/** A call that is given options of axios: a request, or `axios.create`. */
interface WithOptions {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  readonly call: Call;
}

const DEFAULT_ADAPTER = /\bdefaults\.adapter\s*=\s*(?:\[\s*)?['"]fetch['"]/;

const byDefault = new WeakMap<Program, boolean>();

/**
 * Whether a request of axios goes through `fetch` and not through Node's `http`: by its own options, by those its client was
 * made with, or by the defaults of all.
 */
export function isSentByFetch(program: Program, calls: readonly WithOptions[]): boolean {
  return calls.some((one) => givesFetch(program, one)) || isDefault(program);
}

function givesFetch(program: Program, { source, function: fn, call }: WithOptions): boolean {
  return (
    source.has(/\badapter\b/) &&
    call.args.some(({ value }) =>
      possibleValues(program, { source, function: fn, expression: value }).some(({ expression }) => {
        const adapter = expression.kind === 'object' ? entryOf(expression, 'adapter')?.value : undefined;
        return adapter !== undefined && takesFetch(adapter);
      }),
    )
  );
}

/** `'fetch'`, `['xhr', 'fetch']`: of a list the first that there is, and Node has no `XMLHttpRequest`. */
function takesFetch(adapter: Expression): boolean {
  const named = adapter.kind === 'list' ? adapter.items.map(({ value }) => value) : [adapter];
  const first = named.find((one) => one.kind !== 'text' || one.value !== 'xhr');
  return first?.kind === 'text' && first.value === 'fetch';
}

function isDefault(program: Program): boolean {
  let known = byDefault.get(program);
  if (known === undefined) byDefault.set(program, (known = program.sources.some((one) => one.has(DEFAULT_ADAPTER))));
  return known;
}
