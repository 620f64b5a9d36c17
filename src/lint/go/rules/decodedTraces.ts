import type { FunctionPlace } from '../../code/program';
import type { GoAnalysis } from '../goAnalysis';

/** `Extract(ctx, propagation.MapCarrier(m.TraceContext))`: the context is read out of a field of a message of one's own. */
const READ_FIELD = /\.Extract\([^,;\n]+,\s*(?:[\w.]+\()?&?\w+\.(\w+)\)/g;
/** What requests and messages of libraries have by themselves. */
const OF_LIBRARIES = /^(Headers?|Attributes|MessageAttributes|Metadata|Properties)$/;
/** How many levels down a message is decoded. */
const DECODING = 2;

/**
 * Whether what takes messages fills a field with the context that came with them, and something of the process reads it there:
 * `message.TraceContext[k] = v` here, `Extract(ctx, propagation.MapCarrier(m.TraceContext))` where the message is handed to.
 *
 * @param called the functions of the workspace that a function calls, so many levels down.
 */
export function keepsDecodedTrace(
  analysis: GoAnalysis,
  worker: FunctionPlace,
  called: (place: FunctionPlace, levels: number) => readonly FunctionPlace[],
): boolean {
  const fields = readFields(analysis);
  if (fields.size === 0) return false;
  const fills = new RegExp(
    `(?:\\.(?:${[...fields].join('|')})(?:\\[[^\\]\\n]*\\])?\\s*=[^=]|\\b(?:${[...fields].join('|')}):\\s)`,
  );
  return [worker, ...called(worker, DECODING)].some(
    (one) => fills.test(one.source.textOf(one.function)) && !analysis.injections.injects(one, 0),
  );
}

const known = new WeakMap<GoAnalysis, ReadonlySet<string>>();

/** The fields out of which the process reads a context, by their names. */
function readFields(analysis: GoAnalysis): ReadonlySet<string> {
  let found = known.get(analysis);
  if (found === undefined) {
    const all = new Set<string>();
    for (const source of analysis.unit.code.program.sources) {
      if (!source.has(/\.Extract\(/)) continue;
      for (const [, name] of source.code.text.matchAll(READ_FIELD)) if (!OF_LIBRARIES.test(name!)) all.add(name!);
    }
    known.set(analysis, (found = all));
  }
  return found;
}
