import { Program } from '../../code/program';

/** A program without what the compiler wrote beside its sources: `tracing.js` where `tracing.ts` is read, too. */
export function withoutBuiltTwins(program: Program): Program {
  const written = new Set(program.sources.flatMap(({ path }) => (/\.[cm]?tsx?$/i.test(path) ? [stemOf(path)] : [])));
  const kept = program.sources.filter(({ path }) => !/\.[cm]?jsx?$/i.test(path) || !written.has(stemOf(path)));
  return kept.length === program.sources.length ? program : new Program(kept);
}

function stemOf(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/i, '');
}
