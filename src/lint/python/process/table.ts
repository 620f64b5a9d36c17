import table from '../../coverage/python.json';

/** What covers one client library, as the coverage table says it. */
export interface CoverageRow {
  readonly library: string;
  /** On PyPI, normalised. */
  readonly packages: readonly string[];
  /** As imported. */
  readonly modules: readonly string[];
  /** The instrumentation's package. */
  readonly coveredBy: string;
  /** The instrumentation's module. */
  readonly module: string;
  readonly instrumentors: readonly string[];
  /** What instruments a single client. */
  readonly wrappers?: readonly string[];
  /** Instrumentors of a library beneath this one. */
  readonly alsoBy?: readonly string[];
  readonly versions: string;
  readonly limits?: string;
  /** `opentelemetry-bootstrap` installs it wherever it runs. */
  readonly bootstrap?: boolean;
  /** Its name in OTEL_PYTHON_DISABLED_INSTRUMENTATIONS. */
  readonly switch: string;
  readonly source: string;
}

/** A package that sets tracing up its own way. */
export interface Distribution {
  readonly name: string;
  readonly calls: readonly string[];
  /** `unknown` where what it covers depends on its version or options; `nothing` where it only exports. */
  readonly covers: 'all' | 'unknown' | 'nothing';
  /** The libraries it instruments, where that is a fixed list: what else is wanted is instrumented by hand beside it. */
  readonly list?: readonly string[];
  /** Its own functions that instrument a library each: who calls some has chosen what there is. */
  readonly functions?: Readonly<Record<string, string>>;
  /** The command that instruments all that is installed. */
  readonly starter?: string;
  /** What came to that list later, with the first version that may have it. */
  readonly added?: Readonly<Record<string, string>>;
  /** The instrumentations that are installed with it, as its own dependencies. */
  readonly brings?: readonly string[];
  readonly source: string;
}

/** The client libraries of the table. */
export const ROWS: readonly CoverageRow[] = table.rows;

/** The packages that set tracing up. */
export const DISTRIBUTIONS = table.distributions as readonly Distribution[];

/** Commands that instrument what they start. */
export const STARTERS: readonly string[] = table.agents;

/** The row of a library; throws for a name that is not in the table. */
export function rowOf(library: string): CoverageRow {
  const row = ROWS.find((one) => one.library === library);
  if (row === undefined) throw new Error(`no coverage row for ${library}`);
  return row;
}
