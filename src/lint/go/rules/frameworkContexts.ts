import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import { expressionsIn } from '../../code/walk';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { replace } from '../fixes/edits';
import type { GoAnalysis } from '../goAnalysis';
import { calledName, type CallPlace } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { CONTEXT_TYPE } from '../relevance';
import { startsServerSpans } from '../serverSpans';
import { workWith } from './contextWork';
import { isAside } from './plainClients';

/** A framework's own context that can be handed on as Go's, and has no span in it. */
interface Framework {
  readonly type: RegExp;
  /** Whether it is so in this process. */
  readonly isBare: (analysis: GoAnalysis) => boolean;
  /** Where a parameter of the type stands as a context in an expression. */
  readonly isContext: (expression: Expression, parameter: string) => boolean;
  /** How the request's context is written instead. */
  readonly instead: (parameter: string) => string;
  readonly why: string;
}

const FRAMEWORKS: readonly Framework[] = [
  {
    // gin.Context.Value asks the request's context only where the engine has ContextWithFallback.
    type: /^\*gin\.Context$/,
    isBare: ({ unit }) => has(unit, /\bgin\.(New|Default)\(/) && !has(unit, /\bContextWithFallback\b/),
    isContext: (expression, parameter) => expression.kind === 'name' && expression.name === parameter,
    instead: (parameter) => `${parameter}.Request.Context()`,
    why: 'Gin’s own context looks nothing up in the request’s context without `ContextWithFallback`',
  },
  {
    // In Fiber 2 `c.Context()` is fasthttp's, while middleware keeps the span in `c.UserContext()`.
    type: /^\*fiber\.Ctx$/,
    isBare: ({ unit }) => has(unit, '"github.com/gofiber/fiber/v2"'),
    isContext: (expression, parameter) => isCallOn(expression, parameter, 'Context'),
    instead: (parameter) => `${parameter}.UserContext()`,
    why: 'Fiber’s `Context()` is that of fasthttp, and the span is in `UserContext()`',
  },
];

/** GO-CTX-BACKGROUND where handlers hand on what their framework calls a context, which has no span: one finding for a file. */
export function frameworkContexts(analysis: GoAnalysis): Finding[] {
  const bare = FRAMEWORKS.filter(({ isBare }) => isBare(analysis));
  if (bare.length === 0 || !startsServerSpans(analysis)) return [];
  const found: Finding[] = [];
  for (const source of analysis.unit.code.program.sources) {
    if (isGeneratedSource(source) || isAside(analysis, source)) continue;
    for (const framework of bare) {
      const [first, ...others] = source.code.functions.flatMap((fn) => handedOn(analysis, source, fn, framework));
      if (first !== undefined) found.push(findingOf(source, framework, first, others));
    }
  }
  return found;
}

/** A place where work gets such a context. */
interface HandedOn {
  readonly at: Expression;
  readonly work: Call;
  /** How the request's context is written there. */
  readonly instead: string;
}

function findingOf(source: SourceCode, { why }: Framework, first: HandedOn, others: readonly HandedOn[]): Finding {
  return findingAt('GO-CTX-BACKGROUND', source, first.at, {
    severity: 'warning',
    message:
      `\`${source.textOf(first.work.callee)}\` gets a context without the active span: ${why}. What it starts or calls ` +
      `begins a trace of its own; \`${first.instead}\` has the span.`,
    related: others.map(({ at }) => relatedAt(source, at, 'And here.')),
    fixes: [
      {
        title: `Hand on \`${first.instead}\``,
        edits: [first, ...others].map(({ at, instead }) => replace(source, at, instead)),
      },
    ],
  });
}

function handedOn(
  analysis: GoAnalysis,
  source: SourceCode,
  fn: CodeFunction,
  { type: pattern, isContext, instead }: Framework,
): HandedOn[] {
  const found: HandedOn[] = [];
  for (const { name, type } of fn.parameters) {
    if (!pattern.test(type ?? '') || name === '' || name === '_' || analysis.relevance.isProbe(source, fn)) continue;
    for (const expression of expressionsIn(fn.body)) {
      if (!isContext(expression, name)) continue;
      const work = workWith(analysis, source, fn, expression);
      if (work === undefined || isServerSpan(analysis, source, fn, work)) continue;
      if (takesGoContext(analysis, { source, function: fn, call: work }, expression))
        found.push({ at: expression, work, instead: instead(name) });
    }
  }
  return found;
}

/** A middleware of the own code that starts the span of the request, before which there is none. */
function isServerSpan({ unit }: GoAnalysis, source: SourceCode, fn: CodeFunction, work: Call): boolean {
  if (!/^Start/.test(calledName(work) ?? '') || !/\.Next\(\)/.test(source.textOf(fn))) return false;
  return !has(unit, /\/(otelfiber|otelgin)\b/);
}

/** Whether what is handed over is taken as Go's context, not as the framework's. */
function takesGoContext({ unit }: GoAnalysis, place: CallPlace, given: Expression): boolean {
  const callee = unit.callee(place);
  const index = place.call.args.findIndex(({ value }) => value === given);
  if (index < 0) return true;
  // Besides a context that is one, it is something else.
  if (index > 0 && callee.kind !== 'own') return false;
  if (callee.kind === 'external') return !unit.isOfRepository(callee.name);
  if (callee.kind === 'externalMethod') return true;
  // What nobody sees declared takes Go's context where something else comes with it, as generated clients have it.
  if (callee.kind !== 'own') return place.call.callee.kind === 'member' && place.call.args.length > 1;
  return callee.places.every((one) => CONTEXT_TYPE.test(one.function.parameters[index]?.type ?? ''));
}

function isCallOn(expression: Expression, object: string, method: string): boolean {
  if (expression.kind !== 'call' || expression.args.length > 0 || expression.callee.kind !== 'member') return false;
  const { callee } = expression;
  return callee.name === method && callee.object.kind === 'name' && callee.object.name === object;
}

function has({ code }: GoAnalysis['unit'], sought: string | RegExp): boolean {
  return code.program.sources.some((source) => source.has(sought));
}
