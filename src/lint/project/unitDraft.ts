import type { Evidence } from '../evidence';
import type { LintFile } from '../lintFiles';
import type { Bundle, Dependency, EnvironmentValue, UnitLanguage } from './processUnit';

/** A manifest read, before it is known which files are its own and how it is deployed. */
export interface UnitDraft {
  readonly id: string;
  readonly language: UnitLanguage;
  /** Absolute folder. */
  readonly root: string;
  readonly manifest: Evidence;
  /** What others call it: npm name, Go module path, `group:artifact`, assembly name; also its folder's name. */
  readonly names: readonly string[];
  /** Direct ones; lock files add versions and indirect ones. */
  readonly dependencies: Map<string, Dependency>;
  /** Other units it needs, by root folder (absolute) or by a name of theirs. */
  readonly needs: readonly UnitReference[];
  /** Ids of units whose files are among {@link files} already. */
  readonly uses?: readonly string[];
  /**
   * What the manifest itself says: it starts something, it is published for others, it is never run by itself (tests, and
   * what no program of a Go module reaches), or nothing of these.
   */
  readonly kind: 'process' | 'library' | 'never' | 'unsaid';
  /** Only these of the files under its root belong to it (a Go `main` package and what it imports). */
  readonly files?: readonly LintFile[];
  /** Python: further folders of its own that its root is not around. */
  readonly otherRoots?: readonly string[] | undefined;
  /** Where it refers to manifests that are not among the files: what these would add is not known. */
  readonly missing?: readonly Evidence[];
  /** Node: its files are ES modules. */
  readonly modules?: 'es';
  /** Node: scripts that put packages into the program. */
  readonly bundles?: readonly Bundle[];
  /** .NET: switches of the runtime that the project file sets. */
  readonly runtimeSwitches?: readonly EnvironmentValue[];
  /** Go: what the module's `go` line says. */
  readonly goVersion?: string;
}

/** A need of another unit: where it is, what it is called, or its manifest's path. */
export type UnitReference = { readonly folder: string } | { readonly name: string } | { readonly id: string };
