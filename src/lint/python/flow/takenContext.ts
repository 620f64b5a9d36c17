import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import { dotted } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn } from '../../code/walk';
import { lastPart, type PythonCode } from '../names/pythonCode';

/**
 * Whether a function's own statements read a context out of what came in, attach one, or link to one.
 *
 * @param helpers functions of the user's that do so, as the settings name them.
 */
export function readsContext(
  code: PythonCode,
  source: SourceCode,
  fn: CodeFunction,
  helpers: readonly string[],
): boolean {
  for (const expression of expressionsIn(fn.body)) {
    if (expression.kind === 'call') {
      const method = lastPart(expression.callee);
      const name = dotted(expression.callee) ?? method;
      if (helpers.some((helper) => name === helper || name.endsWith(`.${helper}`))) return true;
      if (/^(attach|use_span|Link)$/.test(method) || isExtraction(code, source, fn, expression)) return true;
      if (expression.args.some(({ name, value }) => isParent(name, value))) return true;
    } else if (expression.kind === 'text' && expression.value === 'traceparent') return true;
  }
  return false;
}

/** Words by which an extraction is one of a trace's context; what is called so is believed. */
const OF_TRACE =
  /(^|_)(trace|traces|tracing|context|ctx|otel|opentelemetry|telemetry|span|spans|propagated|propagation|carrier|parent|w3c|b3|baggage)(_|$)/i;

/** `context=ctx`, `links=[…]`; a model may have a field of that name, too (`Entity(context=None)`). */
function isParent(name: string | undefined, value: Expression): boolean {
  return (name === 'links' || name === 'context') && !/^(literal|text|object)$/.test(value.kind);
}

/** What a message or request has beside its content. */
const OF_MESSAGE = /headers?|metadata|attributes?|propert|message|msg|event|record|request|remote|(^|_)from(_|$)/i;

/** What takes something out of texts, files or dates. */
const OF_CONTENT =
  /extract(or|ion)|parser|pars(e|ing)$|analy[sz]er|pipeline|model|llm|nlp|zip|tar|archive|^func$|^pattern$|regex/i;

/** `extract(…)`, `extract_trace_context(…)`. Of a helper that is named after something else its own statements speak. */
function isExtraction(code: PythonCode, source: SourceCode, fn: CodeFunction, { callee }: Call): boolean {
  const method = lastPart(callee);
  if (!/(^|_)extract(_|$)/i.test(method)) return false;
  const rest = method.replace(/(^|_)extract(?=_|$)/i, '');
  if (OF_TRACE.test(rest)) return true;
  if (rest === '' && callee.kind === 'member' && OF_CONTENT.test(lastPart(callee.object))) return false;
  const mayBeOfMessage = rest === '' || OF_MESSAGE.test(rest);
  return mayBeOfMessage && code.functionsOf(source, fn, callee).length === 0;
}
