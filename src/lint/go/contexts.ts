import type { CodeFunction } from '../../syntax/code/code';
import type { Call, Expression } from '../../syntax/code/expression';
import type { SourceCode } from '../code/sourceCode';
import type { GoUnit } from './goUnit';
import { CONTEXT_TYPE } from './relevance';
import { assignedIn } from './values/scope';

const FROM_PARAMETER: readonly (readonly [RegExp, (name: string) => string])[] = [
  [CONTEXT_TYPE, (name) => name],
  [/^\*?http\.Request$/, (name) => `${name}.Context()`],
  [/^\*?gin\.Context$/, (name) => `${name}.Request.Context()`],
  [/^\*?echo\.Context$/, (name) => `${name}.Request().Context()`],
  [/^\*?fiber\.Ctx$/, (name) => `${name}.UserContext()`],
];

/** The expression that gives the request's context in a function, its own or of those around it; `ctx`, `r.Context()`. */
export function contextInScope(source: SourceCode, fn: CodeFunction, at: number): string | undefined {
  return contextAround(source, fn, at)?.written;
}

/** The same, with the function whose context it is. */
export function contextAround(
  source: SourceCode,
  fn: CodeFunction,
  at: number,
): { readonly written: string; readonly scope: CodeFunction } | undefined {
  for (const scope of [fn, ...source.around(fn)]) {
    const own = ownContext(scope, at);
    if (own !== undefined) return { written: own, scope };
    for (const { name, type } of scope.parameters) {
      if (type === undefined || name === '' || name === '_') continue;
      const found = FROM_PARAMETER.find(([pattern]) => pattern.test(type));
      if (found) return { written: found[1](name), scope };
    }
  }
  return undefined;
}

/** What stands for one request or piece of work, by the name of its type; no server, and no options. */
const OF_ONE_PIECE =
  /(req(uest)?|ctx|context|msg|message|job|task|event|command|query|operation|call|work|item|delivery)$/i;

/**
 * The same, or the context that a parameter of an own struct holds: `job.ctx`, of `type Job struct { ctx context.Context; … }`.
 */
export function contextAtHand(
  { types }: GoUnit,
  source: SourceCode,
  fn: CodeFunction,
  at: number,
): { readonly written: string; readonly scope: CodeFunction } | undefined {
  const around = contextAround(source, fn, at);
  if (around !== undefined) return around;
  for (const scope of [fn, ...source.around(fn)]) {
    for (const { name, type } of scope.parameters) {
      if (type === undefined || name === '' || name === '_' || !OF_ONE_PIECE.test(type)) continue;
      const declared = types.declarationOf(types.written(source, type))?.type;
      if (declared?.kind !== 'struct') continue;
      const held = declared.fields.find((field) => CONTEXT_TYPE.test(field.type ?? ''))?.name;
      const field = held ?? (declared.bases.some((base) => CONTEXT_TYPE.test(base)) ? 'Context' : undefined);
      if (field !== undefined) return { written: `${name}.${field}`, scope };
    }
  }
  return undefined;
}

/** The function, of one and those around it, that takes a context and has no name for it: `func (s *Server) Reset(_ context.Context)`. */
export function takerOfUnnamed(source: SourceCode, fn: CodeFunction): CodeFunction | undefined {
  return [fn, ...source.around(fn)].find((scope) =>
    scope.parameters.some(({ name, type }) => (name === '' || name === '_') && CONTEXT_TYPE.test(type ?? '')),
  );
}

/** `ctx, span := tracer.Start(…)` and `ctx := r.Context()` before the place. */
function ownContext(fn: CodeFunction, at: number): string | undefined {
  for (const name of ['ctx', 'spanCtx', 'spanctx', 'reqCtx', 'msgCtx', 'context']) {
    // `ctx, span := tracer.Start(ctx, …)` is not at hand within itself.
    const assigned = (assignedIn(fn).get(name) ?? []).filter(
      ({ at: from, value }) => from < at && (value === undefined || at < value.start || at >= value.end),
    );
    if (assigned.length > 0 && assigned.every((one) => one.value !== undefined && !mentionsBackground(one.value)))
      return name;
  }
  return undefined;
}

/** Whether an expression is, or is made of, a context of nothing. */
function mentionsBackground(expression: Expression): boolean {
  if (expression.kind !== 'call') return false;
  if (expression.callee.kind === 'member' && MAKES_BACKGROUND.test(expression.callee.name)) return true;
  return expression.args.some((argument) => mentionsBackground(argument.value));
}

/** What a context of nothing is made with. */
export const MAKES_BACKGROUND = /^(Background|TODO)$/;

/** `context.Background()` and `context.TODO()`. */
export function isBackground(unit: GoUnit, source: SourceCode, fn: CodeFunction, call: Call): boolean {
  const name = unit.external({ source, function: fn, call });
  return name === 'context.Background' || name === 'context.TODO';
}
