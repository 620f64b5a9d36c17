import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import { dotted } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { expressionsIn } from '../../code/walk';
import { lastPart, type PythonCode } from '../names/pythonCode';
import { isSpanStart } from './spans';

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
      if (method === 'use_span' || isActivation(code, source, fn, expression)) return true;
      if (isExtraction(code, source, fn, expression)) return true;
      if (expression.args.some(({ name, value }) => name !== 'parent' && isParent(source, expression, name, value)))
        return true;
    } else if (expression.kind === 'text' && expression.value === 'traceparent') return true;
  }
  return false;
}

/** Words by which an extraction is one of a trace's context; what is called so is believed. */
const OF_TRACE =
  /(^|_)(trace|traces|tracing|context|ctx|otel|opentelemetry|telemetry|span|spans|propagated|propagation|carrier|parent|w3c|b3|baggage)(_|$)/i;

/** What contexts of tracing are attached by: `context.attach(…)`, `otel_context.attach(…)`. */
const BY_TRACING = /context|ctx|otel|trac|telemetry|propag/i;

/** `attach(ctx)` of a context, `Link(ctx)` to a span: not of a file to a mail, nor a row of links. */
export function isActivation(code: PythonCode, source: SourceCode, fn: CodeFunction, { callee }: Call): boolean {
  const method = lastPart(callee);
  if (method !== 'attach' && method !== 'Link') return false;
  if (/^opentelemetry\./.test(code.names.nameOf(source, fn, callee) ?? '')) return true;
  if (callee.kind === 'member') return BY_TRACING.test(lastPart(callee.object));
  return code.program.typesNamed(method).length === 0;
}

/** What a value is called that comes from a trace. */
const FROM_TRACE = /ctx|context|parent|trace|span|otel|carrier|propagat|extract/i;
/** What fills in texts, which has a context of another kind. */
const FILLS_IN = /render|template|mail|prompt|format|valid|serializ|ssl|urlopen/i;

/** `context=ctx`, `links=[…]`; a model may have a field of that name (`Entity(context=None)`), and a template takes one, too. */
export function isParent(source: SourceCode, call: Call, name: string | undefined, value: Expression): boolean {
  if (name !== 'links' && name !== 'context' && name !== 'parent') return false;
  if (/^(literal|text|object)$/.test(value.kind)) return false;
  if (isSpanStart(call)) return true;
  return !FILLS_IN.test(source.textOf(call.callee)) && FROM_TRACE.test(source.textOf(value));
}

/** What a message or request has beside its content. */
const OF_MESSAGE = /headers?|metadata|attributes?|propert|message|msg|event|record|request|remote|(^|_)from(_|$)/i;

/** What takes something out of texts, files or dates. */
const OF_CONTENT =
  /extract(or|ion)|parser|pars(e|ing)$|analy[sz]er|pipeline|model|llm|nlp|zip|tar|archive|^func$|^pattern$|regex/i;

/** What a file has that knows of traces at all. */
const KNOWS_TRACES = /opentelemetry|otel|propagat|trac(e|ing)/i;

/** `extract(…)`, `extract_trace_context(…)`. Of a helper that is named after something else its own statements speak. */
export function isExtraction(code: PythonCode, source: SourceCode, fn: CodeFunction, { callee }: Call): boolean {
  const method = lastPart(callee);
  if (!/(^|_)extract(_|$)/i.test(method)) return false;
  const rest = method.replace(/(^|_)extract(?=_|$)/i, '');
  if (OF_TRACE.test(rest)) return true;
  if (rest === '' && callee.kind === 'member') {
    if (OF_CONTENT.test(lastPart(callee.object)) || !source.has(KNOWS_TRACES)) return false;
  }
  const mayBeOfMessage = rest === '' || OF_MESSAGE.test(rest);
  return mayBeOfMessage && code.functionsOf(source, fn, callee).length === 0;
}
