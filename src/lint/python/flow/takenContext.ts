import type { CodeFunction } from '../../../syntax/code/code';
import { dotted } from '../../code/names';
import { expressionsIn } from '../../code/walk';
import { lastPart } from '../names/pythonCode';

/**
 * Whether a function's own statements read a context out of what came in, attach one, or link to one.
 *
 * @param helpers functions of the user's that do so, as the settings name them.
 */
export function readsContext(fn: CodeFunction, helpers: readonly string[]): boolean {
  for (const expression of expressionsIn(fn.body)) {
    if (expression.kind === 'call') {
      const method = lastPart(expression.callee);
      const name = dotted(expression.callee) ?? method;
      if (helpers.some((helper) => name === helper || name.endsWith(`.${helper}`))) return true;
      if (/(^|_)extract(_|$)/i.test(method) || /^(attach|use_span|Link)$/.test(method)) return true;
      if (expression.args.some((one) => one.name === 'links' || one.name === 'context')) return true;
    } else if (expression.kind === 'text' && expression.value === 'traceparent') return true;
  }
  return false;
}
