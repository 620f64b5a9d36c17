import type { FunctionPlace } from '../../code/program';
import type { GoAnalysis } from '../goAnalysis';

/** `handler = middlewares[i](handler)`, `for _, mw := range chain { next = mw(next) }`: what wraps it is given from elsewhere. */
const WRAPS_HANDLER = /\b(\w*(?:[hH]andler|[hH]andle|next|Next)|h)\s*=\s*\w+(\[[^\]\n]*\])?\(\1\)/;
const MESSAGE = /Message|Record|Delivery|\bMsg\b/;

/**
 * Whether the package that takes messages, or the one whose handlers it is given, wraps handlers in what it is given, and
 * something of the process reads the context of a message.
 */
export function isWrappedByReader({ unit, injections }: GoAnalysis, { source, function: fn }: FunctionPlace): boolean {
  const declared = fn.parameters.flatMap(({ type }) => {
    const given = type === undefined || !/Handler/.test(type) ? undefined : unit.types.written(source, type);
    return unit.types.declarationOf(given)?.source ?? [];
  });
  const packages = [source, ...declared].map((one) => unit.packages.of(one));
  if (!packages.some(({ sources }) => sources.some((one) => one.has(WRAPS_HANDLER)))) return false;
  return unit.code.program.sources.some((one) =>
    one.code.functions.some(
      (reader) =>
        reader.parameters.some(({ type }) => MESSAGE.test(type ?? '')) &&
        injections.extracts({ source: one, function: reader }, 1),
    ),
  );
}
