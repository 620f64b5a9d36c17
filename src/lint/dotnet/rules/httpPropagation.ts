import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import { destinationOfName, destinationOfUrl, isForeign } from '../../code/thirdParty';
import { expressionsIn, statementsIn } from '../../code/walk';
import { findingAt } from '../../report';
import { lastName, textWithoutComments } from '../dotnetCode';
import type { DotnetProcess } from '../dotnetProcess';
import { removeLine } from '../fixes/edits';
import { isReached } from '../setup';
import { describePlace, tracingOf } from '../words';

const SWITCH = 'System.Net.Http.EnableActivityPropagation';
const VARIABLE = 'DOTNET_SYSTEM_NET_HTTP_ENABLEACTIVITYPROPAGATION';
/** Who hands requests on as they came, context included, or must not be traced. */
const PASSES_ON = /IHttpForwarder|\bYarp\b|ReverseProxy|HttpMessageInvoker/;
const NOT_TRACED = /otlp|exporter|telemetry|tracing|external|third.?party|public/i;
/** A guard against requests to the own network: whom it connects to is somebody else, who is to see no context. */
const CONNECTS_OUTSIDE = /\bConnectCallback\s*=[^;,}]*(public|external|internet)/i;

/** `AddHttpClient("stripe", …)`, `AddHttpClient<StripeClient>()`. */
const NAMED_CLIENT = /\bAddHttpClient(?:<(?=[^(]*\()|\(\s*")([\w.-]+)/;

/** `AddHttpMessageHandler<TraceHandler>()`, `new TraceHandler { InnerHandler = … }`, `sp.GetRequiredService<TraceHandler>()`. */
const HANDLER = /(?:\bAddHttpMessageHandler|Service)<([\w.]+)>|\bnew\s+(\w*Handler)\b/g;
const HANDLES = /\b\w*(Delegating|Message)Handler$/;
const OF_TRACES = /trac|telemetr|propagat|activity|correlat/i;

/** A place that switches the propagation off. */
interface SwitchedOff {
  readonly source: SourceCode;
  readonly function: CodeFunction;
  /** The whole assignment. */
  readonly piece: Piece;
  readonly what: string;
  /** Only the runtime writes nothing; OpenTelemetry's instrumentation may, with a propagator of its own. */
  readonly isSilenced: boolean;
  /** All that a lambda does, which cannot be taken away. */
  readonly isBody?: boolean;
}

/** CS-HTTP-PROPAGATION-OFF: HttpClient would send the context by itself, but is told not to. */
export function httpPropagationOff(process: DotnetProcess): Finding[] {
  if (process.setup.agents.length > 0 || process.setup.covered.has('httpclient')) return [];
  const tracing = tracingOf(process);
  const inCode = process.code.program.sources.flatMap((source) =>
    switches(source)
      .filter((off) => matters(process, off))
      .map((off) =>
        findingAt('CS-HTTP-PROPAGATION-OFF', source, off.piece, {
          severity: 'warning',
          message: `${off.what}: requests of HttpClient carry no trace context, though the process is traced (${describePlace(tracing[0]!, source)}).`,
          evidence: tracing.slice(0, 2),
          fixes: off.isBody
            ? []
            : [
                {
                  title: 'Let HttpClient send the trace context',
                  edits: [removeLine(source, withSeparator(source, off.piece))],
                },
              ],
        }),
      ),
  );
  return [...inCode, ...aroundCode(process)];
}

/** In the environment, or in the project file. */
function aroundCode({ code, setup }: DotnetProcess): Finding[] {
  const { deployment, runtimeSwitches = [] } = code.code.unit;
  const named = [
    ...deployment.environment.filter(({ name }) => name.toUpperCase() === VARIABLE),
    ...runtimeSwitches.filter(({ name }) => name === SWITCH),
  ];
  return named
    .filter(({ value }) => /^(false|0)$/i.test(value ?? ''))
    .map(({ name, value, at }) => ({
      rule: 'CS-HTTP-PROPAGATION-OFF',
      severity: 'warning' as const,
      file: at.file,
      range: at.range,
      message: `${name}=${value}: requests of HttpClient carry no trace context.`,
      evidence: setup.tracing.slice(0, 2),
      related: [],
      fixes: [],
    }));
}

function switches(source: SourceCode): SwitchedOff[] {
  if (!source.has(/Propagator|EnableActivityPropagation/)) return [];
  return source.code.functions.flatMap((fn) => [
    ...assigned(source, fn),
    ...initialized(source, fn),
    ...appSwitch(source, fn),
  ]);
}

/** `handler.ActivityHeadersPropagator = null`, `DistributedContextPropagator.Current = …NoOutput…`. */
function assigned(source: SourceCode, fn: CodeFunction): SwitchedOff[] {
  const statements = [...statementsIn(fn.body)].flatMap((one) =>
    one.kind === 'assign' ? [{ ...one, target: one.targets[0], value: one.values[0], isBody: false }] : [],
  );
  // `handler => handler.ActivityHeadersPropagator = null`: nothing would be left of the lambda.
  const bodies = [...expressionsIn(fn.body)].flatMap((one) =>
    one.kind === 'assignment' ? [{ ...one, isBody: true }] : [],
  );
  return [...statements, ...bodies].flatMap(({ start, target, value, isBody }) => {
    if (target?.kind !== 'member' || value === undefined) return [];
    const name = lastName(target);
    const isHandler = name === 'ActivityHeadersPropagator' && (isNull(value) || isNoOutput(value));
    const isGlobal =
      name === 'Current' && lastName(target.object) === 'DistributedContextPropagator' && isNoOutput(value);
    if (!isHandler && !isGlobal) return [];
    return [
      {
        source,
        function: fn,
        piece: { start, end: value.end },
        what: says(source, target, value),
        isSilenced: !isNull(value),
        isBody,
      },
    ];
  });
}

/** `new SocketsHttpHandler { ActivityHeadersPropagator = null }`. */
function initialized(source: SourceCode, fn: CodeFunction): SwitchedOff[] {
  return [...expressionsIn(fn.body)].flatMap((expression) => {
    if (expression.kind !== 'object') return [];
    return expression.entries.flatMap(({ key, value, start, end }) =>
      key === 'ActivityHeadersPropagator' && (isNull(value) || isNoOutput(value))
        ? [
            {
              source,
              function: fn,
              piece: { start, end },
              what: `${key} = ${isNull(value) ? 'null' : 'no output'}`,
              isSilenced: !isNull(value),
            },
          ]
        : [],
    );
  });
}

/** `AppContext.SetSwitch("System.Net.Http.EnableActivityPropagation", false)`. */
function appSwitch(source: SourceCode, fn: CodeFunction): SwitchedOff[] {
  return source.callsIn(fn).flatMap((call) => {
    const [name, value] = call.args;
    const isOff =
      lastName(call.callee) === 'SetSwitch' &&
      name?.value.kind === 'text' &&
      name.value.value === SWITCH &&
      value?.value.kind === 'literal' &&
      value.value.text === 'false';
    return isOff
      ? [
          {
            source,
            function: fn,
            piece: { start: call.start, end: call.end },
            what: `${SWITCH} is off`,
            isSilenced: false,
          },
        ]
      : [];
  });
}

function says(source: SourceCode, target: Expression, value: Expression): string {
  return `${source.textOf(target)} = ${isNull(value) ? 'null' : 'no output'}`;
}

function isNull(value: Expression): boolean {
  return value.kind === 'literal' ? value.text === 'null' : value.kind === 'cast' && isNull(value.value);
}

function isNoOutput(value: Expression): boolean {
  return value.kind === 'call' && lastName(value.callee) === 'CreateNoOutputPropagator';
}

function matters(process: DotnetProcess, { source, function: fn, piece, isSilenced }: SwitchedOff): boolean {
  const { code, contexts, setup } = process;
  // The instrumentation writes the headers of another format, so the runtime's are switched off.
  if (isSilenced && setup.propagators.length > 0) return false;
  const [call] = source.callsIn(fn);
  if (call && !isReached(code, { source, function: fn })) return false;
  const around = code.outermost({ source, function: fn });
  // At the top level or in a long set-up only what is near belongs to the handler.
  const near =
    around.function.id === 0 || around.function.body.length > 12
      ? nearby(source, piece)
      : textWithoutComments(source, registrationOf(source, around.function));
  if (PASSES_ON.test(near) || CONNECTS_OUTSIDE.test(near) || contexts.injectsItself(near)) return false;
  if (goesThroughInjector(process, near)) return false;
  const [, client = ''] = NAMED_CLIENT.exec(near) ?? [];
  const names = `${around.function.name} ${source.typeOf(fn)?.name ?? ''} ${client}`;
  if (NOT_TRACED.test(names) || isForeign(destinationOfName(names))) return false;
  const urls = near.match(/https?:\/\/[^"\s]+/g) ?? [];
  return !urls.some((url) => isForeign(destinationOfUrl(url)));
}

/**
 * Whether requests go through a handler of one's own that writes the context in place of the runtime, or one that is not
 * among the files and may.
 */
function goesThroughInjector({ code, contexts }: DotnetProcess, near: string): boolean {
  return [...near.matchAll(HANDLER)].some(([, added, made]) => {
    const name = added ?? made!;
    const types = code.program.typesNamed(name);
    if (types.length === 0) return OF_TRACES.test(name);
    if (!types.some(({ type }) => type.bases.some((base) => HANDLES.test(base)))) return false;
    return ['SendAsync', 'Send'].some((method) =>
      code.program.methodsOf(name, method).some((place) => contexts.injectsBelow(place)),
    );
  });
}

/** A lambda at the top level belongs to the statement that it stands in: the registration of a client. */
function registrationOf(source: SourceCode, around: CodeFunction): Piece {
  const top = source.code.functions[0]!;
  if (around.parent !== top.id || !around.modifiers.includes('lambda')) return around;
  return top.body.find(({ start, end }) => start <= around.start && around.end <= end) ?? around;
}

function nearby(source: SourceCode, { start, end }: Piece): string {
  return textWithoutComments(source, { start: Math.max(0, start - 400), end: end + 400 });
}

/** With the semicolon of the statement, or the comma behind the entry, or the one before it where it is the last. */
function withSeparator(source: SourceCode, { start, end }: Piece): Piece {
  const { text } = source.code;
  const behind = /^\s*[;,]/.exec(text.slice(end));
  if (behind) return { start, end: end + behind[0].length };
  const before = /,\s*$/.exec(text.slice(0, start));
  return before ? { start: start - before[0].length, end } : { start, end };
}
