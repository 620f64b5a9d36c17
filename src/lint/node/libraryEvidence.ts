import type { SourceCode } from '../code/sourceCode';
import type { Evidence } from '../evidence';
import { evidenceAt } from './evidenceAt';
import { mayLoad } from './loadedModules';
import type { NodeCode } from './nodeCode';

/** What no instrumentation of OpenTelemetry covers. */
const UNCOVERED = ['node-rdkafka', '@confluentinc/kafka-javascript', 'kafka-node', 'http2', 'ws'] as const;

/**
 * Where a process takes a library from: the line of its manifest, and the file that loads it, the given one first. Modules of
 * Node itself and of other packages of the workspace are only loaded.
 */
export function libraryEvidence(node: NodeCode, library: string, near?: SourceCode): Evidence[] {
  const declared = node.code.unit.dependencies.get(library)?.at;
  let loaded: Evidence | undefined;
  for (const source of near === undefined ? node.program.sources : [near, ...node.program.sources]) {
    loaded = loadsAt(source, library);
    if (loaded !== undefined) break;
  }
  return [declared, loaded].filter((one) => one !== undefined);
}

/** Libraries that a process loads and nothing covers, each with where it takes it from. */
export function uncoveredLibraries(node: NodeCode): [library: string, from: readonly Evidence[]][] {
  if (!node.isTraced || node.tracing.distribution !== undefined) return [];
  if (!node.program.sources.some((source) => source.has(NAMED))) return [];
  return UNCOVERED.filter((library) => node.isUncovered(library) && !node.code.settings.coveredBy.has(library))
    .filter((library) => node.program.sources.some((source) => loadsAt(source, library) && node.runsInNode(source)))
    .map((library) => [library, libraryEvidence(node, library)]);
}

const NAMED = /['"`](?:node-rdkafka|@confluentinc\/kafka-javascript|kafka-node|(?:node:)?http2|ws)['"`]/;

function loadsAt(source: SourceCode, library: string): Evidence | undefined {
  if (!source.has(library)) return undefined;
  const isNamed = ["'", '"', '`'].some(
    (quote) => mayLoad(source, quote + library + quote) || mayLoad(source, `${quote}node:${library}${quote}`),
  );
  if (!isNamed) return undefined;
  const found = source.code.imports.find(
    ({ from, typeOnly }) => typeOnly !== true && from.replace(/^node:/, '') === library,
  );
  return found && evidenceAt(source, found, `loads ${found.from}`);
}
