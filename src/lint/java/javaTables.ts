import tables from '../coverage/java.json';

/** What traces a Java process from inside. */
export type MechanismName = 'micrometer' | 'starter' | 'sleuth' | 'quarkus' | 'micronaut' | 'sdk';

/** A way to trace a process, with the artifacts that show it. */
export interface MechanismRow {
  readonly name: string;
  readonly title: string;
  /** `group:artifact`. */
  readonly artifacts: readonly string[];
  /** Its spans go nowhere unless another artifact or a property sends them. */
  readonly needsExporter: boolean;
  /** Properties that switch it off when they are `false` (or, of those that end in `disabled`, `true`). */
  readonly off: readonly string[];
  readonly source: string;
}

/** What a mechanism covers of a library, and by what condition. */
export interface CoverageRow {
  readonly library: string;
  readonly coveredBy: string;
  readonly covers: string;
  readonly classes?: readonly string[];
  /** What has to be on the classpath, or names of wrappers in code. */
  readonly with?: string;
  readonly property?: string;
  readonly off?: readonly string[];
  readonly limits?: string;
  readonly source: string;
}

export const MECHANISMS: readonly MechanismRow[] = tables.mechanisms;

export const COVERAGE: readonly CoverageRow[] = tables.coverage;

/** Artifacts that send spans somewhere. */
export const EXPORTERS: readonly RegExp[] = tables.exporters.map(({ pattern }) => new RegExp(pattern));

/** Properties that say where spans are sent. */
export const EXPORTER_PROPERTIES: readonly string[] = tables.exporterProperties;

/** Artifacts that bring an agent. */
export const AGENT_ARTIFACTS: readonly RegExp[] = tables.agentArtifacts.map(({ pattern }) => new RegExp(pattern));

/** Classes that attach an agent to the process they run in. */
export const AGENT_CLASSES: readonly string[] = tables.agentCode.map((row) => row.class);

/** What a mechanism covers of a library. */
export function coverageOf(library: string, mechanism: string): CoverageRow | undefined {
  return COVERAGE.find((row) => row.library === library && row.coveredBy === mechanism);
}
