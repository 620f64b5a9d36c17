import type { Fix, Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Name } from '../../../syntax/code/expression';
import { replace } from '../../code/edits';
import { surroundingOf } from '../../code/parents';
import type { SourceCode } from '../../code/sourceCode';
import { destinationOfUrl, isForeign } from '../../code/thirdParty';
import { expressionsIn, statementsIn } from '../../code/walk';
import { findingAt, relatedAt } from '../../report';
import { lastName, placeOf, plainType, receiverOf, type Site } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { typeOf } from '../types';

const RULE = 'SPAN-NOT-ACTIVE';
const SPAN_MEMBERS =
  /^(End|Dispose|SetAttribute|SetStatus|AddEvent|RecordException|UpdateName|AddLink|AddBaggage|SetBaggageItem|IsRecording)$/;
const SENDS = /^(Get|Post|Put|Patch|Delete|Send)(AsJson|FromJson|String|Stream|ByteArray)?(Async)?$/;
const CLIENT = /^(HttpClient|HttpMessageInvoker)$/;

interface Started {
  readonly site: Site;
  readonly variable: Name;
}

/**
 * SPAN-NOT-ACTIVE: a span of `Tracer.StartSpan`, which makes none active, and a request before its end. `StartActivity`
 * and `StartActiveSpan` make theirs active, `StartRootSpan` says that it wants none above it.
 */
export function spanNotActive(process: DotnetProcess): Finding[] {
  return process.code
    .named('StartSpan')
    .filter((site) => isTracer(process, site))
    .flatMap((site) => {
      const variable = variableOf(site);
      return variable ? findingsOf(process, { site, variable }) : [];
    });
}

/** `Tracer.StartSpan` of OpenTelemetry: OpenTracing, vendors and wrappers of one's own have methods of that name too. */
function isTracer({ code }: DotnetProcess, { source, function: fn, call }: Site): boolean {
  const receiver = receiverOf(call);
  if (receiver === undefined || !source.has(/\bOpenTelemetry\b/)) return false;
  if (source.has(/\bOpenTracing\b|\bDatadog\b/)) return false;
  const type = typeOf(code, source, fn, receiver);
  if (code.program.typesNamed('Tracer').length > 0) return false;
  return type === undefined ? /tracer$/i.test(lastName(receiver)) : plainType(type) === 'Tracer';
}

/** The variable that a span is kept in, in the statement that starts it. */
function variableOf({ function: fn, call }: Site): Name | undefined {
  const around = surroundingOf(fn, call);
  const item = around?.kind === 'head' && around.of.kind === 'with' ? withTarget(around.of.items, call) : undefined;
  if (item) return item;
  if (around?.kind !== 'head' || around.of.kind !== 'assign' || around.of.values[0] !== call) return undefined;
  const [target] = around.of.targets;
  return target?.kind === 'name' && around.of.declares ? target : undefined;
}

function withTarget(items: readonly { value: unknown; target?: unknown }[], call: Call): Name | undefined {
  const target = items.find(({ value }) => value === call)?.target as Name | undefined;
  return target?.kind === 'name' ? target : undefined;
}

function findingsOf(process: DotnetProcess, { site, variable }: Started): Finding[] {
  const { source, function: fn, call } = site;
  if (!isOnlyHandled(source, fn, variable)) return [];
  const until = endOf(source, fn, variable.name, call);
  const sent = firstRequest(process, site, call.end, until);
  if (sent === undefined) return [];
  return [
    findingAt(RULE, source, placeOf(site), {
      severity: 'warning',
      message:
        `StartSpan does not make \`${variable.name}\` active: \`${lastName(sent.callee)}\` before its end is sent under the ` +
        'context from before, not as its child. StartActiveSpan makes it active.',
      related: [relatedAt(source, placeOf({ source, call: sent }), 'sent under the context from before the span')],
      fixes: [makeActive(source, call)],
    }),
  ];
}

/** Whether a span is only written to and ended: handed to anything else, that may make it active or a parent. */
function isOnlyHandled(source: SourceCode, fn: CodeFunction, variable: Name): boolean {
  return source.within(fn).every((inner) =>
    [...expressionsIn(inner.body)].every((expression) => {
      if (expression.kind !== 'name' || expression.name !== variable.name || expression === variable) return true;
      const around = surroundingOf(inner, expression);
      return around?.kind === 'part' && around.of.kind === 'member' && SPAN_MEMBERS.test(around.of.name);
    }),
  );
}

/** Where a span ends: its first `End()` in the function's own flow, or the block that a `using` declares it in. */
function endOf(source: SourceCode, fn: CodeFunction, name: string, start: Call): number {
  const ended = source
    .callsIn(fn)
    .filter((call) => call.start > start.end && /^(End|Dispose)$/.test(lastName(call.callee)))
    .filter((call) => lastName(receiverOf(call) ?? call) === name)
    .map((call) => call.start);
  const block = [...statementsIn(fn.body)].find(
    (statement) => statement.kind === 'with' && statement.items.some(({ value }) => value === start),
  );
  // The last end: those before it belong to ways out of the function.
  return ended.at(-1) ?? block?.end ?? fn.end;
}

function firstRequest({ code }: DotnetProcess, { source, function: fn }: Site, from: number, until: number) {
  return source.callsIn(fn).find((call) => {
    if (call.start < from || call.start > until || !SENDS.test(lastName(call.callee))) return false;
    const receiver = receiverOf(call);
    const type = receiver && typeOf(code, source, fn, receiver);
    if (type === undefined || !CLIENT.test(plainType(type))) return false;
    const url = call.args[0]?.value;
    return url?.kind !== 'text' || !isForeign(destinationOfUrl(url.pieces[0] ?? ''));
  });
}

function makeActive(source: SourceCode, { callee }: Call): Fix {
  const at = callee.kind === 'member' ? callee.nameAt : callee;
  return { title: 'Make the span active', edits: [replace(source, at, 'StartActiveSpan')] };
}
