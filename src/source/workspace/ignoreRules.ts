import ignore, { type Ignore } from 'ignore';
import { IgnoreHint } from './ignoreHint';

/** Folders that never hold code written in the workspace, whatever `.gitignore` says. */
const ALWAYS_SKIPPED: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  'vendor',
  'dist',
  '__pycache__',
  'site-packages',
  'venv',
  'coverage',
  'Pods',
]);

/** Build outputs, skipped only beside a manifest of the tool that writes them: `bin/www` can be source. */
const OUTPUTS: Readonly<Record<string, RegExp>> = {
  target: /^(pom\.xml|build\.sbt|Cargo\.toml)$/,
  build: /^(build\.gradle(\.kts)?|pom\.xml|package\.json|CMakeLists\.txt|setup\.py|pyproject\.toml)$/,
  out: /^(package\.json|build\.gradle(\.kts)?|pom\.xml|tsconfig\.json)$/,
  bin: /\.(csproj|fsproj|vbproj)$|^\.classpath$/,
  obj: /\.(csproj|fsproj|vbproj)$/,
};

/** Folders with a dot that hold what people write; Remix and React Router keep modules of one side in `.server` and `.client`. */
const DOTTED_SOURCE = /^\.(vscode|devcontainer|server|client)$/;

/** Whether a folder named `name` beside files named `siblings` is left out without asking `.gitignore`. */
export function isSkippedFolder(name: string, siblings: readonly string[]): boolean {
  if (ALWAYS_SKIPPED.has(name)) return true;
  if (name.startsWith('.')) return !DOTTED_SOURCE.test(name);
  const manifest = Object.hasOwn(OUTPUTS, name) ? OUTPUTS[name] : undefined;
  return manifest !== undefined && siblings.some((sibling) => manifest.test(sibling));
}

interface Level {
  readonly base: string;
  readonly rules: Ignore;
  readonly hint: IgnoreHint;
}

/** The `.gitignore` files from the workspace folder down to one folder; a deeper one overrules those above it. */
export class IgnoreRules {
  private constructor(private readonly levels: readonly Level[]) {}

  static readonly none = new IgnoreRules([]);

  /** These rules and those of a `.gitignore` in `folder` (relative to the workspace folder, '' for itself). */
  with(folder: string, gitignore: string): IgnoreRules {
    return new IgnoreRules([
      ...this.levels,
      { base: folder === '' ? '' : `${folder}/`, rules: ignore().add(gitignore), hint: new IgnoreHint(gitignore) },
    ]);
  }

  /**
   * @param relative path with `/`, relative to the workspace folder; a folder's ends in `/`. The folders above it are not
   *   ignored, or have been asked for.
   */
  ignores(relative: string): boolean {
    let ignored = false;
    for (const { base, rules, hint } of this.levels) {
      if (!relative.startsWith(base) || relative.length === base.length) continue;
      if (!hint.mayConcern(relative.slice(base.length))) continue;
      const result = rules.test(relative.slice(base.length));
      if (result.ignored) ignored = true;
      else if (result.unignored) ignored = false;
    }
    return ignored;
  }
}
