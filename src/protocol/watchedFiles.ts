const SOURCES = /\.([mc]?[jt]sx?|py|java|kts?|go|cs|rb|ru|rake|php|rs|exs?|map|proto|cshtml)$/i;

const MANIFESTS =
  /\.(ya?ml|toml|properties|csproj|props|targets|gradle|lock|lockfile|in|pip|cfg|sum|service|sh|tf|tfvars|hcl|nomad|tpl|gotmpl|j2|bicep)$|(requirements|reqs|requires).*\.txt$|^application\.conf$/i;

const NAMES =
  /^(package|package-lock|npm-shrinkwrap|packages\.lock|project|nx|lerna|vercel|nest-cli|now|deno|host|spanlight|local\.settings|launchSettings|appsettings.*|config.*|settings.*|default|production|development|[tj]sconfig.*|(task|container)-?def.*)\.jsonc?$|^(pom\.xml|packages\.config|nuget\.config|Pipfile|go\.(mod|work)|Procfile.*|Makefile|GNUmakefile|jvm\.(config|options)|supervisord?.*\.(conf|ini))$|(Docker|Container)file|^\.env|\.env$|^\.npmrc$/i;

/** What changes which files belong to the workspace. */
const IGNORES = /^\.gitignore$/;

/**
 * Whether the engine reads files of this name: sources, manifests and lock files, and what says how a service is started.
 *
 * @param file a path, or its last part.
 */
export function isWatched(file: string): boolean {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return SOURCES.test(name) || MANIFESTS.test(name) || NAMES.test(name) || isIgnoreFile(name);
}

/** Whether a file says which others belong to the workspace. */
export function isIgnoreFile(file: string): boolean {
  return IGNORES.test(file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1));
}

/** Whether a path lies in a folder that tools fill, where nothing is read whatever it is called. */
export function isToolsOwn(file: string): boolean {
  return /[\\/](node_modules|\.git|\.hg|\.venv|venv|__pycache__|site-packages|\.gradle|\.next|\.turbo)[\\/]/.test(file);
}
