import type { Range0 } from '../../base/positions';
import type { Evidence, Verdict } from '../evidence';
import type { LintFile } from '../lintFiles';

export type UnitLanguage = 'node' | 'python' | 'go' | 'java' | 'dotnet';

/**
 * One deployable: a manifest and what belongs to it. A folder with `package.json` (a workspace package), a Python project
 * or folder of requirements, a Go `main` package with the packages of its module (and, in a workspace, those of the other
 * modules) that it imports, a Maven or Gradle module, a C# project. Code that several use belongs to each of them.
 */
export interface ProcessUnit {
  /** Unique: the manifest's path, with the entry point where there are several. */
  readonly id: string;
  readonly language: UnitLanguage;
  /** Absolute. */
  readonly root: string;
  readonly manifest: Evidence;
  /** A `library` has no entry point: nothing warns in it unless a unit of the workspace that uses it is uncovered. */
  readonly kind: 'process' | 'library';
  /** Its source files: those under its root that no inner unit has, and those of the workspace it depends on. */
  readonly files: readonly LintFile[];
  /** Direct and, from lock files, indirect dependencies by name (npm, PyPI normalised, Go module, `group:artifact`, NuGet in lower case). */
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** How it is started and with what around it. */
  readonly deployment: Deployment;
  /** Other units of the workspace that it uses (path, workspace:, project references, replace). */
  readonly uses: readonly string[];
  /** Java: what `application*.yml` and the like say, those of the units it uses included. */
  readonly properties?: readonly UnitProperty[];
  /**
   * Where its manifests refer to others that are not among the files (a parent, properties, a project of the workspace):
   * that a dependency is not in {@link dependencies} proves nothing then. Undefined where all are there.
   */
  readonly missing?: readonly Evidence[];
  /**
   * Manifests and deployment files of it that could not be read and speak of tracing: what covers its calls may stand
   * there, so that nothing warns in it. Undefined where there are none.
   */
  readonly unread?: readonly Evidence[];
  /** Node: `"type": "module"` makes ES modules of its `.js` files. */
  readonly modules?: 'es';
  /** Node: scripts of its manifest that put packages into the program; what they do not leave outside nothing can patch. */
  readonly bundles?: readonly Bundle[];
  /** Node: folders of the packages of the workspace that it uses and whose `.js` files are ES modules. Absolute. */
  readonly moduleFolders?: readonly string[];
  /** Node: a process by its code or deployment, of which its manifest says only that others install it. */
  readonly isPublished?: true;
  /** .NET: switches of the runtime that its project file sets (`RuntimeHostConfigurationOption`). */
  readonly runtimeSwitches?: readonly EnvironmentValue[];
  /** Go: the oldest version that its module says it builds with, as `1.20`; undefined where it says none. */
  readonly goVersion?: string;
}

/** Whether a process has no manifest among the files: its {@link ProcessUnit.manifest} is the first of its files. */
export function isWithoutManifest({ id, root, language }: ProcessUnit): boolean {
  return id === `${root}#${language}`;
}

/** A bundle of a program for Node: what makes it, and the packages that it does not contain, `*` for any text in a name. */
export interface Bundle {
  readonly at: Evidence;
  readonly outside: readonly string[];
}

/** A property of Spring's, Quarkus's or Micronaut's configuration. */
export interface UnitProperty {
  /** As it is written, levels joined with dots: `spring.kafka.listener.observation-enabled`. */
  readonly key: string;
  readonly value: string;
  readonly at: Evidence;
  /** The profile it is for, by the file's name or the document's condition. */
  readonly profile?: string;
  /** In YAML the levels that are written around it; the rest of the key stands at {@link at}. */
  readonly within?: string;
  /** In YAML: other things stand before it in its line, as in `{a: 1}`. */
  readonly isInline?: true;
  /** A config server of the workspace gives it to the process. */
  readonly served?: true;
}

export interface Dependency {
  readonly name: string;
  /** As the manifest says it: `^0.41.0`, `>=1.2,<2`; '' where it does not. */
  readonly range: string;
  /** From a lock file, `go.mod`, a pin, or a BOM of the workspace; undefined when it is not known. */
  readonly version: string | undefined;
  /** `indirect`: only something else needs it. */
  readonly scope: 'runtime' | 'dev' | 'optional' | 'indirect';
  readonly at: Evidence;
  /** Where its version is said, where that is not {@link at}: a line of a lock file or of NuGet's central versions. */
  readonly versionAt?: Evidence | undefined;
  /** The versions that several lock files say: which is installed is not known. */
  readonly disputed?: readonly string[];
  /** Where another declaration may be put before it, and the white space its line begins with: npm, Maven, Gradle, NuGet, Go, and Python's TOML. */
  readonly before?: { readonly range: Range0; readonly indent: string };
  /** Python's TOML: it is a text in a list (`"name>=1",`) or an entry of a table (`name = "^1"`). */
  readonly writtenAs?: 'text' | 'entry';
  /** NuGet: its version is kept here, for all projects; another may be put before it. */
  readonly central?: { readonly file: string; readonly range: Range0; readonly indent: string };
  /** Go: the folder of the workspace it is taken from, by `replace`, `go.work` or its name. Absolute. */
  readonly folder?: string;
}

/** What scripts, Dockerfiles, compose files, Kubernetes manifests and charts say of a unit. */
export interface Deployment {
  /** Commands that start it, each as it is written, with where. */
  readonly commands: readonly Evidence[];
  /** Environment variables set for it (`NODE_OPTIONS`, `OTEL_PROPAGATORS`, `JAVA_TOOL_OPTIONS`): the value, or undefined when it is a reference. */
  readonly environment: readonly EnvironmentValue[];
  /** What instruments it from outside: agents, preloads, operator annotations, eBPF, compile-time tools. */
  readonly agents: readonly Agent[];
  /** What Node loads before the program: `--require ./tracing.js`, `--import @acme/otel/register`. */
  readonly preloads?: readonly Preload[];
  /** The files at hand show how it is deployed; without them an agent can neither be shown nor excluded. */
  readonly known: Verdict;
}

export interface EnvironmentValue {
  readonly name: string;
  readonly value: string | undefined;
  readonly at: Evidence;
}

/** A module that is loaded before the entry point, by an option of the command or `NODE_OPTIONS`. */
export interface Preload {
  /** As written: `./dist/tracing.js`, `dd-trace/init`. */
  readonly module: string;
  /** The source file it is built from or is, absolute, where it is among the files. */
  readonly file: string | undefined;
  readonly how: 'require' | 'import' | 'loader';
  readonly at: Evidence;
}

export interface Agent {
  /** A name of the coverage tables: `otel-java-agent`, `opentelemetry-instrument`, `otel-operator-nodejs`, `beyla`, `dd-trace`, … */
  readonly name: string;
  readonly at: Evidence;
}
