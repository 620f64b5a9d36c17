import path from 'node:path';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import type { ProcessUnit } from '../project/processUnit';
import { importersOf } from './importers';
import { appOf } from './process/apps';

const BROWSER_GLOBALS =
  /\b(?:window|localStorage|sessionStorage)\s*\.|\bdocument\.(?:getElementById|querySelector|createElement|cookie|body|addEventListener)|\bnavigator\.(?:userAgent|serviceWorker)\b|import\.meta\.env\.VITE_/;

const UI_PACKAGES =
  /^(react|react-dom|preact|vue|svelte|solid-js|@angular\/(core|common)|swr|@tanstack\/(react|vue)-query|react-query|react-router(-dom)?|@reduxjs\/toolkit|zustand|jotai|recoil|pinia|react-native|expo.*|mobx.*|@mui\/.*|antd|framer-motion|lucide-react)$/;

const UI_PATH =
  /(^|\/)(public|static|assets|frontend|browser|webview|web-client|client-side|components|hooks|stories|storybook|\.storybook|pages\/_app|ui)(\/|\.[jt]sx?$)/i;

/** What code loads of such a package: `react-dom/client`, `@reduxjs/toolkit/query/react`. */
function isOfUi(module: string): boolean {
  return UI_PACKAGES.test(module.split('/', module.startsWith('@') ? 2 : 1).join('/'));
}

/** Scripts, seeds, examples and configuration that no service runs. */
const ASIDE_PATH =
  /(^|\/)(scripts?|seeds?|seeders?|migrations?|examples?|samples?|demos?|fixtures|benchmarks?|bench|load-?tests?|k6|docs?|tools?|tooling|bin|cli|templates?|playground|sandbox|mocks?|dev)\/|(^|\/)(seed|migrate|setup-test|jest|vitest|playwright|next|vite|webpack|rollup|tailwind|postcss|eslint|babel)[\w.-]*\.[mc]?[jt]s$|[\w-]+[-.]demo\.[mc]?[jt]s$|\.config\.[mc]?[jt]s$|(^|\/)health[\w.-]*\.[jt]s$/i;

/** A package of measurements is a script, however it is packed. */
const BENCHMARK = /(^|[-_])bench(mark)?s?$/i;

/** Whether a file is neither part of a service nor of what it shows in browsers: a script, a seed, an example. */
export function isAside(unit: ProcessUnit, source: SourceCode): boolean {
  return ASIDE_PATH.test(pathInUnit(unit, source)) || BENCHMARK.test(path.basename(unit.root)) || isLoose(unit, source);
}

/** What belongs to a process although it lies loose. */
const ENTRY =
  /^(index|main|server|app|start|boot|worker|handler|entry|instrument\w*|trac\w*|otel\w*|open-?telemetry\w*|telemetry\w*|monitor\w*|middleware|proxy|gateway|api|client|consumer|producer|service)\b/i;

/** A file at the top of a unit whose code lies in `src`, which no command names: something run by hand. */
function isLoose(unit: ProcessUnit, source: SourceCode): boolean {
  if (path.dirname(source.path) !== unit.root) return false;
  const name = path.basename(source.path);
  if (ENTRY.test(name) || !unit.files.some((file) => file.path.startsWith(path.join(unit.root, 'src') + path.sep)))
    return false;
  const stem = name.replace(/\.[^.]+$/, '');
  const { commands, preloads = [] } = unit.deployment;
  return !commands.some(({ text }) => text.includes(stem)) && !preloads.some(({ file }) => file === source.path);
}

/** A path below the unit's folder, where it lies there: an example may be a whole process. */
function pathInUnit(unit: ProcessUnit, source: SourceCode): string {
  const isOwn = source.path.startsWith(unit.root + path.sep);
  return isOwn
    ? source.path
        .slice(unit.root.length + 1)
        .split(path.sep)
        .join('/')
    : source.file.relative;
}

/** Whether code runs in Node for sure enough to warn: nothing about it says browser, edge or script. */
export function runsInNode(program: Program, unit: ProcessUnit, source: SourceCode): boolean {
  const { code, file } = source;
  if (isAside(unit, source) || isClientComponent(source) || isEdge(source)) return false;
  if (isNext(program, unit) && !isOtherApp(unit, source)) return isNextServerCode(program, unit, source, 0);
  if (source.has(BROWSER_GLOBALS) || UI_PATH.test(pathInUnit(unit, source))) return false;
  if (/\.(jsx|tsx)$/.test(file.relative) && mayDraw(unit)) return false;
  if (isDirect(unit, 'wrangler')) return false;
  if (code.imports.some(({ from, typeOnly }) => typeOnly !== true && isOfUi(from))) return false;
  return !isFrontEndFolder(program, unit, source);
}

const nextPrograms = new WeakMap<Program, boolean>();

function isNext(program: Program, unit: ProcessUnit): boolean {
  let known = nextPrograms.get(program);
  if (known === undefined) {
    const top = unit.root + path.sep;
    known =
      isDirect(unit, 'next') ||
      program.sources.some(
        (one) => one.path.startsWith(top) && /^next\.config\.[^\\/]*$/.test(one.path.slice(top.length)),
      );
    nextPrograms.set(program, known);
  }
  return known;
}

/** Whether a process may have a user interface: without a library for that its JSX is something else. */
function mayDraw(unit: ProcessUnit): boolean {
  if (unit.dependencies.size === 0) return true;
  return [...unit.dependencies.values()].some(({ name, scope }) => scope !== 'indirect' && UI_PACKAGES.test(name));
}

const SERVERS =
  /^(express|fastify|koa|@?hapi|@hapi\/hapi|@nestjs\/.+|hono|elysia|next|nuxt|astro|@remix-run\/.+|@sveltejs\/kit|@tanstack\/.*start|@solidjs\/start|@trpc\/server|@apollo\/server|@fastify\/.+|http-proxy.*|ws|socket\.io)$/;

/** Whether all that a unit has is a page: a library that draws and nothing that serves. */
export function isPageAlone(unit: ProcessUnit): boolean {
  const direct = [...unit.dependencies.values()].filter(
    ({ scope, at }) => scope === 'runtime' && path.dirname(at.file) === unit.root,
  );
  return direct.some(({ name }) => UI_PACKAGES.test(name)) && !direct.some(({ name }) => SERVERS.test(name));
}

const otherApps = new WeakMap<ProcessUnit, Map<string, boolean>>();

/** In a workspace of one manifest: an application with an entry of its own beside the one that is Next's. */
function isOtherApp(unit: ProcessUnit, source: SourceCode): boolean {
  const app = appOf(unit, source);
  if (app === undefined) return false;
  const known = otherApps.get(unit) ?? new Map<string, boolean>();
  otherApps.set(unit, known);
  let found = known.get(app);
  if (found === undefined) known.set(app, (found = hasOwnEntry(unit, app)));
  return found;
}

function hasOwnEntry(unit: ProcessUnit, app: string): boolean {
  const folder = path.join(unit.root, ...app.split('/')) + path.sep;
  const names = unit.files.flatMap(({ path: file }) => (file.startsWith(folder) ? [file.slice(folder.length)] : []));
  return (
    names.some((name) => /^(src[\\/])?main\.[cm]?[jt]s$/.test(name)) &&
    !names.some((name) => /^next\.config\.|^(src[\\/])?(app|pages)[\\/]/.test(name))
  );
}

/** Whether the unit's own manifest asks for it: lock files and the manifest of the workspace list what others need too. */
export function isDirect(unit: ProcessUnit, name: string): boolean {
  const dependency = unit.dependencies.get(name);
  return dependency !== undefined && dependency.scope !== 'indirect' && path.dirname(dependency.at.file) === unit.root;
}

function isClientComponent(source: SourceCode): boolean {
  return source.has(/^\s*(?:\/\*[^]*?\*\/\s*|\/\/[^\n]*\n\s*)*['"]use client['"]/);
}

function isEdge(source: SourceCode): boolean {
  return source.has(
    /\bexport\s+const\s+runtime\s*=\s*['"](?:experimental-)?edge['"]|runtime:\s*['"](?:experimental-)?edge['"]/,
  );
}

/** `client/` beside `server/` in one package is its front end; alone it may be a client of another service. */
function isFrontEndFolder(program: Program, unit: ProcessUnit, source: SourceCode): boolean {
  const inside = (one: SourceCode): string => path.relative(unit.root, one.path).split(path.sep).join('/');
  if (!/^(src\/)?(client|web|app)\//.test(inside(source))) return false;
  const hasServer = program.sources.some((one) => /^(src\/)?(server|api|backend)(\/|\.[jt]s)/.test(inside(one)));
  return hasServer && /^(src\/)?(client|web)\//.test(inside(source));
}

const NEXT_ENTRY =
  /(^|\/)app\/(.*\/)?(route|page|layout|template|default|not-found|sitemap|robots|opengraph-image)\.[jt]sx?$|(^|\/)pages\/api\/.*\.[jt]sx?$|(^|\/)server\.[jt]s$|\.server\.[jt]sx?$|(^|\/)(server|_?actions)\/|(^|\/)actions\.[jt]s$/;

const NEXT_DATA =
  /\bexport\s+(?:async\s+)?(?:function|const)\s+(?:getServerSideProps|getStaticProps|generateMetadata|generateStaticParams)\b/;

/** What only servers have: settings that are not made public, and Node's own modules. */
const SERVER_ONLY = /process\.env\.(?!NEXT_PUBLIC_|NODE_ENV\b)\w+|from ['"](?:node:\w+|fs|fs\/promises|net|tls)['"]/;

/** How far imports are followed back to an entry of Next's server. */
const MAX_IMPORTERS = 3;

function isNextServerCode(
  program: Program,
  unit: ProcessUnit,
  source: SourceCode,
  depth: number,
  seen = new Set<SourceCode>(),
): boolean {
  const { code } = source;
  if (seen.has(source) || isClientComponent(source) || isEdge(source) || isAside(unit, source)) return false;
  seen.add(source);
  if (/(^|\/)middleware\.[jt]s$/.test(source.path) || source.has(BROWSER_GLOBALS)) return false;
  if (
    source.has(/^\s*['"]use server['"]/m) ||
    code.imports.some(({ from }) => from === 'server-only' || from === 'next/headers' || from === 'next/server')
  )
    return true;
  if (NEXT_ENTRY.test(pathInUnit(unit, source)) || source.has(NEXT_DATA)) return true;
  const importers = importersOf(program, source);
  if (importers.some((one) => NEXT_ENTRY.test(pathInUnit(unit, one)) && isDrawnByServer(unit, one))) return true;
  if (importers.some((one) => isClientComponent(one))) return false;
  if (source.has(SERVER_ONLY)) return true;
  if (importers.length === 0) return depth === 0 && isLibrary(unit, source);
  if (depth >= MAX_IMPORTERS) return false;
  return importers.some((one) => isNextServerCode(program, unit, one, depth + 1, seen));
}

/** A page or route that the server runs itself: what it imports runs there too, whichever components share it. */
function isDrawnByServer(unit: ProcessUnit, source: SourceCode): boolean {
  return !isClientComponent(source) && !isEdge(source) && !isAside(unit, source);
}

/** A client of services whose importers are not among the files at hand. */
function isLibrary(unit: ProcessUnit, source: SourceCode): boolean {
  const { code } = source;
  if (!/(^|\/)(lib|services?|api|server|backend|data|features)\/.*\.[jt]s$/.test(pathInUnit(unit, source)))
    return false;
  return !code.imports.some(({ from, typeOnly }) => typeOnly !== true && isOfUi(from));
}
