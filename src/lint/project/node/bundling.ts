/** Bundlers that put packages into a program for Node unless they are told which to leave outside. */
const BUNDLERS: readonly { readonly command: RegExp; readonly outside: RegExp; readonly all: RegExp }[] = [
  {
    command: /\besbuild\b(?=.*\s--bundle\b)(?=.*\s--platform=node\b)/,
    outside: /--external:(\S+)/g,
    all: /--packages=external\b/,
  },
  {
    command: /\bncc\s+build\b|^ncc\s+\S+\.[jt]s\b/,
    outside: /\s(?:-e|--external)(?:\s+|=)(\S+)/g,
    all: /\s--no-bundle\b/,
  },
  {
    command: /\bbun\s+build\b(?=.*\s--target[= ]node\b)/,
    outside: /\s(?:-e|--external)(?:\s+|=)(\S+)/g,
    all: /--packages[= ]external\b|--external[= ]["']?\*/,
  },
];

/**
 * The packages that a command leaves outside of a bundle for Node, `*` for any text in a name; undefined for one
 * that bundles no packages. Sources: https://esbuild.github.io/api/#external, https://github.com/vercel/ncc#options,
 * https://bun.sh/docs/bundler#external.
 */
export function bundledByCommand(command: string): readonly string[] | undefined {
  for (const part of command.split(/&&|\|\||;/)) {
    const bundler = BUNDLERS.find((one) => one.command.test(part.trim()));
    if (bundler === undefined || bundler.all.test(part) || /[$`]/.test(part)) continue;
    return [...part.matchAll(bundler.outside)].map(([, name = '']) => name.replace(/^["']|["']$/g, ''));
  }
  return undefined;
}

/** Options and plug-ins that leave all packages outside, or bring the instrumentations into the bundle. */
const ALL_OUTSIDE =
  /\bpackages:\s*["'`]external|external-?s?-?plugin|node-?externals|opentelemetry|otel|skipNodeModules/i;

/**
 * The same of a script that asks esbuild (`build({ bundle: true, platform: 'node' })`) or of webpack's settings with
 * `target: 'node'` and no externals. Undefined where what stays outside is not written out.
 */
export function bundledByScript(
  name: string,
  text: string,
): { readonly start: number; readonly outside: readonly string[] } | undefined {
  const isWebpack = /^webpack\.[\w.-]*[cm]?[jt]s$/.test(name);
  const start = text.search(isWebpack ? /\btarget:\s*["']node/ : /\bbundle:\s*true\b/);
  if (start < 0 || ALL_OUTSIDE.test(text)) return undefined;
  if (isWebpack) return /\bexternals/.test(text) ? undefined : { start, outside: [] };
  if (!/["']esbuild["']/.test(text) || !/\bplatform:\s*["'`]node/.test(text) || /\.\.\.\w/.test(text)) return undefined;
  const lists = [...text.matchAll(/\bexternal\b(?::\s*\[([^\]]*)\])?/g)].map(([, list]) => list);
  if (!lists.every((list) => list !== undefined && /^[\s\w"'`@/*.,:-]*$/.test(list))) return undefined;
  const outside = lists.flatMap((list) => [...list!.matchAll(/["'`]([^"'`]+)["'`]/g)].map(([, one]) => one!));
  return { start, outside };
}

/** Whether a package is among those that a bundle leaves outside. */
export function isOutside(outside: readonly string[], name: string): boolean {
  return outside.some((pattern) => {
    const [before = '', after] = pattern.split('*');
    return after === undefined
      ? name === pattern || name.startsWith(`${pattern}/`)
      : name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
  });
}
