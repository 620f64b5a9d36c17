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

/** One `.gitignore`, read when a path is first asked for. */
class Level {
  readonly base: string;
  private made: { readonly rules: Ignore; readonly hint: IgnoreHint } | undefined;

  constructor(
    folder: string,
    private readonly read: () => string | undefined,
  ) {
    this.base = folder === '' ? '' : `${folder}/`;
  }

  /** @param folder relative to the one that it lies in. @returns undefined where nothing is said of it. */
  ignores(folder: string, entry: string): boolean | undefined {
    this.made ??= this.make();
    if (!this.made.hint.mayConcern(folder, entry)) return undefined;
    const { ignored, unignored } = this.made.rules.test(folder + entry);
    return ignored ? true : unignored ? false : undefined;
  }

  private make(): { readonly rules: Ignore; readonly hint: IgnoreHint } {
    const gitignore = this.read() ?? '';
    return { rules: ignore().add(gitignore), hint: new IgnoreHint(gitignore) };
  }
}

/** The `.gitignore` files from the workspace folder down to one folder; a deeper one overrules those above it. */
export class IgnoreRules {
  private constructor(private readonly levels: readonly Level[]) {}

  static readonly none = new IgnoreRules([]);

  /**
   * These rules and those of a `.gitignore` in `folder` (relative to the workspace folder, '' for itself).
   * @param read gives its text, if it has one.
   */
  with(folder: string, read: () => string | undefined): IgnoreRules {
    return new IgnoreRules([...this.levels, new Level(folder, read)]);
  }

  /**
   * Asks of all that lies in a folder.
   *
   * @param folder relative to the workspace folder: '' or with a `/` at its end. Neither it nor those above it are ignored,
   *   or they have been asked for.
   * @returns whether a file or folder in it is ignored; a folder's name ends in `/`.
   */
  within(folder: string): (entry: string) => boolean {
    const levels = this.levels.flatMap((level) =>
      folder.startsWith(level.base) ? [{ level, below: folder.slice(level.base.length) }] : [],
    );
    return (entry) => {
      let ignored = false;
      for (const { level, below } of levels) ignored = level.ignores(below, entry) ?? ignored;
      return ignored;
    };
  }

  /** @param relative path with `/`, relative to the workspace folder; a folder's ends in `/`. See {@link within}. */
  ignores(relative: string): boolean {
    const cut = relative.lastIndexOf('/', relative.length - 2) + 1;
    return this.within(relative.slice(0, cut))(relative.slice(cut));
  }
}
