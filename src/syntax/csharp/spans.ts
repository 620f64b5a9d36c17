import { lastPart } from '../extract/callSite';
import { isOnLogger } from '../extract/loggers';
import { addSpan, spanKindIn } from '../extract/sourceFile';
import type { SpanFact } from '../facts';
import type { CallSite } from '../extract/callSite';
import { argument, type CallIdiom, type CsharpFile } from './file';
import { unwrapped } from './values';

/** `source.StartActivity("x", ActivityKind.Server)`; without a name the activity is called like the method around it. */
export const startActivity: CallIdiom = (call, file) => {
  const first = argument(call, file, 0, 'name');
  const isKind = first !== undefined && /^ActivityKind\./.test(file.source.of(first));
  const name = isKind ? undefined : file.values.text(first);
  if (first !== undefined && !isKind && name === undefined) return;
  addSpan(file, call, name, kindOf(call, file));
};

/** The tracer shim's `tracer.StartActiveSpan("x", SpanKind.Client)` and helpers such as `telemetry.StartSpan("x")`. */
export const spanHelper: CallIdiom = (call, file) => {
  if (
    !/(Activity|Span)\w*$|^Trace[dr]?(Async)?$/.test(call.name) ||
    /^(Set|Get|End|Add|Stop|Is|Has|With|Record)/.test(call.name)
  )
    return;
  if (isOnLogger(call, file)) return;
  const given = call.args
    .slice(0, 3)
    .map(unwrapped)
    .find((value) => {
      return /string/.test(value.type) || /^nameof\(/.test(file.source.of(value));
    });
  if (given !== undefined) addSpan(file, call, file.values.text(given), kindOf(call, file));
  // A helper of the project that has the caller's name given to it by the compiler (`[CallerMemberName]`).
  else if (/^Start\w*(Activity|Span)$/.test(call.name) && call.args.length === 0) addSpan(file, call, undefined);
};

/** `new ActivitySource("shop")`. */
export const activitySource: CallIdiom = (call, file) => {
  const name = file.values.text(argument(call, file, 0, 'name'));
  if (name !== undefined) file.facts.tracerNames.push(name);
};

/** `[WithSpan("x")]`, `[Span]`, `[Trace("x")]` of the libraries that weave spans in. */
export function annotatedSpans(file: CsharpFile): void {
  for (const { site, name, function: index } of file.annotations) {
    if (index < 0 || !/^(WithSpan|Span|NewSpan|Trace|Traced|Activity|StartActivity)$/.test(name)) continue;
    const first = site.args[0];
    const text = first === undefined ? undefined : file.values.text(unwrapped(first));
    file.facts.spans.push({ name: text, range: file.source.range(site.node), function: index, kind: undefined });
  }
}

function kindOf(call: CallSite, file: CsharpFile): SpanFact['kind'] {
  const kind = call.args
    .map((given) => file.source.of(unwrapped(given)))
    .find((text) => /^(Activity|Span)Kind\./.test(lastKind(text)));
  return spanKindIn(kind);
}

function lastKind(text: string): string {
  const owner = text.slice(0, text.lastIndexOf('.'));
  return `${lastPart(owner)}.`;
}
