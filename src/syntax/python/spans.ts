import { type CallSite, lastPart } from '../extract/callSite';
import { addSpan, spanKindIn } from '../extract/sourceFile';
import { literal } from '../extract/textBuilder';
import { SPAN_PREFIX, type SpanFact, type TextFact } from '../facts';
import { importedName } from './celery';
import { argument, type CallIdiom, type PythonFile } from './file';
import { positional } from './values';

/**
 * `tracer.start_as_current_span("x", kind=…)` and `start_span` as a call, a `with` or a decorator; a decorator stands in
 * the range of its function, so all three measure the function around them.
 */
export const startSpan: CallIdiom = (call, file) => {
  const given = argument(call, file, 0, 'name') ?? argument(call, file, -1, 'operation_name');
  const name = file.values.text(given ?? argument(call, file, -1, 'description'));
  if (name === undefined) return;
  addSpan(file, call, name, kindOf(call, file));
  if (name.kind === 'template') helperPrefix(name.parts, call, file);
};

/** `start_span(f"resolver.{name}")` in a helper of the project: kept for those who call it, under the helper's name. */
function helperPrefix(parts: readonly string[], call: CallSite, file: PythonFile): void {
  const [prefix = '', rest] = parts;
  if (prefix === '' || parts.length !== 2 || rest !== '') return;
  let index = file.outline.functionAt(call.start);
  for (let outer = file.outline.parentOf(index); outer >= 0; outer = file.outline.parentOf(index)) index = outer;
  const helper = file.outline.draft(index);
  if (helper !== undefined) file.constants.add(SPAN_PREFIX, literal(prefix), 0, [helper.name]);
}

function kindOf(call: CallSite, file: PythonFile): SpanFact['kind'] {
  const kind = argument(call, file, -1, 'kind');
  return spanKindIn(kind === undefined ? undefined : file.source.of(kind));
}

/** ddtrace's `tracer.trace("x")` and `@tracer.wrap("x")`, Logfire's `logfire.span("x")`. */
export const tracerCall: CallIdiom = (call, file) => {
  const by = lastPart(call.receiver.replace(/\([^]*\)$/, ''));
  if (!/tracer|logfire/i.test(`${by} ${importedName(by, file) ?? ''}`)) return;
  const isBare = call.name === 'wrap' && positional(call.args).length === 0;
  if (isBare && argument(call, file, -1, 'name') === undefined) addSpan(file, call, undefined);
  else if (call.name === 'span' && argument(call, file, -1, '_span_name') !== undefined) {
    addSpan(file, call, file.values.text(argument(call, file, -1, '_span_name')));
  } else startSpan(call, file);
};

/** Logfire's `@logfire.instrument("Ship {order_id}")`; without a text the span is named after the function. */
export const logfireInstrument: CallIdiom = (call, file) => {
  if (!/logfire/i.test(call.receiver)) return;
  const given = argument(call, file, -1, 'span_name') ?? argument(call, file, 0, 'msg_template');
  addSpan(file, call, given === undefined ? undefined : file.values.text(given));
};

/** A helper of the project: `@traced("checkout")`, `with trace_span("checkout"):`. */
export const spanHelper: CallIdiom = (call, file) => {
  if (!isSpanHelper(call)) return;
  const first = argument(call, file, 0, 'name') ?? argument(call, file, -1, 'span_name');
  const isText = (node: typeof first): boolean => node?.type === 'string' || node?.type === 'concatenated_string';
  const isConstant = first?.type === 'attribute' && /^[\w.]*\.[A-Z][A-Z0-9_]*(\.value)?$/.test(file.source.of(first));
  const given = isText(first) || isConstant ? first : argument(call, file, 1, 'name');
  if (given !== undefined && (isText(given) || isConstant)) addHelperSpan(call, file, file.values.text(given));
};

/** The span of a helper, under the name given and under that with the helper's own prefix before it. */
function addHelperSpan(call: CallSite, file: PythonFile, name: TextFact | undefined): void {
  if (name === undefined) return;
  addSpan(file, call, name, kindOf(call, file));
  if (name.kind !== 'literal' || call.receiver !== '') return;
  const prefixed: TextFact = { kind: 'template', parts: ['', name.text], holes: [`${call.name}.${SPAN_PREFIX}`] };
  addSpan(file, call, prefixed, kindOf(call, file));
}

function isSpanHelper(call: CallSite): boolean {
  if (!SPAN_HELPER.test(call.name) || NO_SPAN_HELPER.test(call.name)) return false;
  return !/log/i.test(lastPart(call.receiver));
}

/**
 * A decorator that names no span: `@traced`, `@traced()`, `@sentry_sdk.trace`, `@logfire.instrument`. Its span bears the
 * function's name.
 */
export function bareSpanDecorator(call: CallSite, file: PythonFile): void {
  const isLibrary = /^(trace|instrument)$/.test(call.name) && /sentry_sdk|logfire/.test(call.receiver);
  const isOwn = OWN_DECORATOR.test(call.name) && !NO_SPAN_HELPER.test(call.name);
  if (!isLibrary && !isOwn) return;
  const names = call.args.filter((node) => /string|attribute|identifier/.test(node.type));
  const isNamed =
    names.length > 0 || ['name', 'span_name'].some((word) => argument(call, file, -1, word) !== undefined);
  if (!isNamed) addSpan(file, call, undefined, kindOf(call, file));
}

const SPAN_HELPER = /span|^traced?$|^instrument|^trace_\w+|^with_trac|_traced?$/i;
const OWN_DECORATOR =
  /^traced?(_\w+)?$|^(\w+_)?traced?$|^(\w+_)?(span|spanned)(_\w+)?$|^(with|auto)_(span|trac\w*)$|^instrument(ed)?(_\w+)?$/i;
const NO_SPAN_HELPER = /^(get|set|end|is|has|add|find|delete|remove|assert|parse|to|from|mock|test)_/i;

/** `trace.get_tracer(__name__)`: a reference to `__name__` is the module's dotted name. */
export const getTracer: CallIdiom = (call, file) => {
  const name = file.values.text(argument(call, file, 0, 'instrumenting_module_name'));
  if (name !== undefined) file.facts.tracerNames.push(name);
};

/** Temporal's spans are named by what they do and the activity, workflow or signal: `RunActivity:charge_card`. */
export const TEMPORAL_SPANS: Readonly<Record<string, readonly string[]>> = {
  'activity.defn': ['RunActivity'],
  'workflow.signal': ['HandleSignal'],
  'workflow.query': ['HandleQuery'],
  'workflow.update': ['HandleUpdate', 'ValidateUpdate'],
  'workflow.run': ['RunWorkflow'],
};

/** `@activity.defn(name="x")`, `@workflow.run` in a class with `@workflow.defn(name="X")`, signals and queries. */
export function temporalDecorator(call: CallSite, file: PythonFile): void {
  const what = `${lastPart(call.receiver)}.${call.name}`;
  if (!Object.hasOwn(TEMPORAL_SPANS, what)) return;
  const index = file.outline.functionAt(call.node.startIndex);
  const own = what === 'workflow.run' ? workflowName(call, file) : file.values.string(argument(call, file, -1, 'name'));
  const name = own ?? file.outline.draft(index)?.name;
  if (name === undefined) return;
  for (const verb of TEMPORAL_SPANS[what]!) addSpan(file, call, literal(`${verb}:${name}`));
}

function workflowName(call: CallSite, file: PythonFile): string | undefined {
  const type = file.outline.typeScopeAt(call.start);
  if (type === undefined) return undefined;
  const head = file.source.text.slice(type.start, type.nameSpan.startIndex);
  return /@[\w.]*workflow\.defn\([^)]*\bname\s*=\s*["']([^"']+)["']/.exec(head)?.[1] ?? type.name;
}

/** `workflow.execute_activity(charge_card, …)`, `client.start_workflow(OrderWorkflow.run, …)`: the call that starts. */
export const temporalStart: CallIdiom = (call, file) => {
  const verb = /workflow$/.test(call.name) ? 'StartWorkflow' : 'StartActivity';
  const isChild = call.name.includes('child');
  const given = argument(call, file, 0, verb === 'StartWorkflow' ? 'workflow' : 'activity');
  if (given === undefined) return;
  const named = given.type === 'string' ? file.values.string(given) : undefined;
  const written = /^[\w.]+$/.test(file.source.of(given)) ? file.source.of(given).replace(/\.run$/, '') : undefined;
  const name = named ?? (written === undefined ? undefined : lastPart(importedName(written, file) ?? written));
  if (name !== undefined) addSpan(file, call, literal(`${isChild ? 'StartChildWorkflow' : verb}:${name}`), 'CLIENT');
};
