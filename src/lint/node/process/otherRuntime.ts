import path from 'node:path';
import type { Program } from '../../code/program';
import type { Evidence } from '../../evidence';
import type { ProcessUnit } from '../../project/processUnit';
import { evidenceAt } from '../evidenceAt';
import type { CoveredLibrary } from '../nodeTables';
import type { Setup } from './setups';

const STARTS =
  /^(?:\w+=\S*\s+)*(?:deno\s+(?:run|serve|task)\b|bun\s+(?:--\S+\s+)*(?:run\s+)?(?:--\S+\s+)*[\w./-]+\.[mc]?[jt]sx?\b)/;

/** What patches Node's modules may do nothing in other runtimes, whose clients are their own. */
export function otherRuntime(unit: ProcessUnit, found: readonly Setup[]): Evidence | undefined {
  if (/^deno\.jsonc?$/.test(path.basename(unit.manifest.file)))
    return { ...unit.manifest, text: `${unit.manifest.text}: what is instrumented there is not known` };
  const started = unit.deployment.commands.find(({ text }) => STARTS.test(text));
  if (started !== undefined) return { ...started, text: `${started.text}: what is instrumented there is not known` };
  for (const { source } of found) {
    const at = /\b(Deno|Bun)\.(env|serve|file|addSignalListener)\b/.exec(source.code.text);
    if (at) return evidenceAt(source, { start: at.index, end: at.index + at[0].length }, `runs in ${at[1]}`);
  }
  return undefined;
}

/** The libraries that the set-ups of another runtime are shown to leave alone: nobody instruments NATS in any. */
export function leftAlone(unit: ProcessUnit, program: Program, setups: readonly Setup[]): readonly CoveredLibrary[] {
  const isNats = setups.every(({ coverage }) => coverage.unknown.length === 0 && !coverage.covered.has('nats'));
  return [...(leavesFetchAlone(unit, program, setups) ? ['undici'] : []), ...(isNats ? ['nats'] : [])];
}

/**
 * Whether their `fetch`, which is not undici's, is shown to be left alone: Bun traces nothing by itself, Deno only where
 * `OTEL_DENO` says so (https://docs.deno.com/runtime/fundamentals/open_telemetry/), and a set-up that names undici was
 * meant to cover it.
 */
function leavesFetchAlone(unit: ProcessUnit, program: Program, setups: readonly Setup[]): boolean {
  const { environment, commands } = unit.deployment;
  if (environment.some(({ name }) => name === 'OTEL_DENO')) return false;
  if (commands.some(({ text }) => /OTEL_DENO|--unstable-otel/.test(text))) return false;
  if (program.sources.some((source) => source.has(/OTEL_DENO|unstable-otel/))) return false;
  return setups.every(({ coverage }) => coverage.unknown.length === 0 && !coverage.covered.has('undici'));
}
