import type { CodeFunction } from '../../syntax/code/code';
import type { Expression } from '../../syntax/code/expression';
import type { SourceCode } from '../code/sourceCode';
import { expressionsIn, statementsIn } from '../code/walk';
import { calledName } from './goUnit';

/** Work done once for several requests, as in `singleflight` and `sync.Once`, belongs to none of them. */
const ONCE = /^(Do|DoChan|DoOnce|OnceFunc|OnceValue|OnceValues|GetOrLoad|AfterFunc)$/;
/** What runs the closure it is given on behalf of the request, at once or in a goroutine. */
const RUNS =
  /^(Go|TryGo|SafeGo|GoSafe|Async|Submit\w*|Spawn|Run\w*|Exec\w*|Invoke|Call|Try|Catch|Recover\w*|Wrap\w*|With[A-Z]\w*|In\w*(Tx|Transaction)|\w*Transaction|\w*[rR]etry\w*|ForEach|Each|Map|Walk\w*|Range|Measure|Time)$/;

/**
 * Whether a closure runs for the request in whose function it is written: called there, in a goroutine, or by a helper.
 *
 * @param orDeferred also at the function's end.
 */
export function runsForRequest(source: SourceCode, closure: CodeFunction, orDeferred = false): boolean {
  const outer = closure.parent === undefined ? undefined : source.code.functions[closure.parent];
  if (outer === undefined) return false;
  const isIt = (value: Expression): boolean => value.kind === 'function' && value.function === closure.id;
  for (const statement of statementsIn(outer.body)) {
    if ((statement.kind === 'go' || statement.kind === 'defer') && isIt(statement.call.callee))
      return statement.kind === 'go' || orDeferred;
    // `notify := func() {…}`: called by its name.
    if (statement.kind === 'assign')
      for (const [i, value] of statement.values.entries())
        if (isIt(value)) return statement.targets[i]?.kind === 'name';
  }
  for (const expression of expressionsIn(outer.body)) {
    if (expression.kind !== 'call') continue;
    if (isIt(expression.callee)) return true;
    const name = calledName(expression) ?? '';
    if (expression.args.some(({ value }) => isIt(value))) return RUNS.test(name) && !ONCE.test(name);
  }
  return false;
}

/** Whether the closures between a place and the function that has the context run for the request. */
export function isOfRequest(source: SourceCode, fn: CodeFunction, until: CodeFunction, orDeferred: boolean): boolean {
  for (const scope of [fn, ...source.around(fn)]) {
    if (scope === until) return true;
    if (!runsForRequest(source, scope, orDeferred)) return false;
  }
  return true;
}
