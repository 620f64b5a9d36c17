import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn } from '../../code/walk';
import { lastPart, type PythonCode } from '../names/pythonCode';
import { isActivation, isExtraction, isParent } from './takenContext';

/** Whether an expression is called as what carries the context of a span. */
export function isContext(expression: Expression): boolean {
  if (expression.kind !== 'name' && expression.kind !== 'member') return false;
  return /^(ctx|context|otel_ctx|otel_context|carrier|trace_context|parent_ctx|parent_context|parent_span|span|current_span|span_context|traceparent|copy_context|get_current|get_current_span)$/.test(
    lastPart(expression),
  );
}

/** Whether a function's own statements take or make something active: a context, a span, a parent, a link. */
export function carriesContext(code: PythonCode, source: SourceCode, fn: CodeFunction): boolean {
  for (const expression of expressionsIn(fn.body)) {
    if (expression.kind !== 'call') continue;
    if (/^(use_span|copy_context|set_span_in_context)$/.test(lastPart(expression.callee))) return true;
    if (isActivation(code, source, fn, expression) || isExtraction(code, source, fn, expression)) return true;
    if (expression.args.some(({ name, value }) => isParent(source, expression, name, value))) return true;
  }
  return false;
}
