import type { FileFacts, HandlerFact } from '../../syntax/facts';
import type { Range0 } from '../../base/positions';
import { parseRoute } from './routeShape';

/** What a function of a file does because of where the file lies and the name the function is exported under. */
export type FileRouteRole =
  'page' | 'layout' | 'handler' | 'api' | 'middleware' | 'metadata' | 'props' | 'load' | 'loader' | 'action' | 'server';

/** A function that a framework calls because of where its file lies. */
export interface FileRouteEntry {
  readonly framework: 'next' | 'sveltekit' | 'remix' | 'nuxt';
  /** Whether it is Next's app router. */
  readonly isApp: boolean;
  readonly role: FileRouteRole;
  /** Upper case, `*` for all; of `action` the action's name. */
  readonly method: string;
  readonly segments: readonly string[];
  /** Undefined where the file does not say which function it is: the export stands for it. */
  readonly handler: HandlerFact | undefined;
  readonly range: Range0;
}

/** The key of functions that no route leads to: middleware. */
export const NO_ROUTE = '*';

type Place = Pick<FileRouteEntry, 'framework' | 'isApp'> & { readonly path: string; readonly what: string };

const SCRIPT = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const VERBS = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/;

const ANSWERS =
  'default|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|fallback|load|loader|action|middleware|proxy|generateMetadata|getS\\w+';
const MAY_ANSWER = new RegExp(
  String.raw`\bexport\s+default\b|\bexport\b[^;{]*\{[^}]*\b(?:${ANSWERS})\b|` +
    String.raw`\bexport\s+(?:async\s+)?(?:const|let|var|function\b\s*\*?|class)\s*(?:${ANSWERS})\b|\bactions\b`,
);

/** Whether a text may export something of the names in {@link meaningOf}: a look at it without parsing. */
export function mayAnswer(text: string): boolean {
  return MAY_ANSWER.test(text);
}

/** Whether a framework gives a file a meaning because of where it lies, whatever else is in it. */
export function isConventionalFile(relative: string): boolean {
  return placesOf(relative).length > 0;
}

/**
 * What a file answers by the conventions of Next.js (https://nextjs.org/docs/app/getting-started/project-structure),
 * SvelteKit (https://svelte.dev/docs/kit/routing), Remix and React Router (flat file routes) and Nuxt's server.
 * @param relative with `/`, relative to the workspace folder.
 */
export function fileRoutes(relative: string, facts: FileFacts): FileRouteEntry[] {
  return placesOf(relative).flatMap((place) => {
    const { framework, isApp, path } = place;
    const shapes = path === NO_ROUTE ? [[NO_ROUTE]] : parseRoute(path).map(({ segments }) => segments);
    const meant = facts.exports.flatMap(({ name, handler, range }) => {
      const meaning = meaningOf(place, name);
      return meaning === undefined ? [] : [{ ...meaning, handler, range }];
    });
    if (place.what === 'load') meant.push(...formActions(facts));
    return shapes.flatMap((segments) => meant.map((one) => ({ framework, isApp, ...one, segments })));
  });
}

/** The members of SvelteKit's `actions`. */
function formActions(facts: FileFacts): Pick<FileRouteEntry, 'role' | 'method' | 'handler' | 'range'>[] {
  return facts.functions.flatMap(({ name, container, nameRange }, index) =>
    container.length === 1 && container[0] === 'actions'
      ? [
          {
            role: 'action' as const,
            method: name,
            handler: { kind: 'function' as const, function: index },
            range: nameRange,
          },
        ]
      : [],
  );
}

function meaningOf(place: Place, name: string): Pick<FileRouteEntry, 'role' | 'method'> | undefined {
  const isVerb = VERBS.test(name);
  switch (place.what) {
    case 'route':
      return isVerb ? { role: 'handler', method: name } : undefined;
    case 'page':
    case 'layout':
      if (name === 'default') return { role: place.what, method: '*' };
      if (name === 'generateMetadata') return { role: 'metadata', method: place.what };
      return /^getS/.test(name) && name !== 'getStaticPaths' ? { role: 'props', method: name } : undefined;
    case 'api':
      if (name.startsWith('default.')) return { role: 'api', method: name.slice('default.'.length) };
      return name === 'default' ? { role: 'api', method: '*' } : undefined;
    case 'middleware':
      return /^(default|middleware|proxy)$/.test(name) ? { role: 'middleware', method: '*' } : undefined;
    case 'load':
      if (name.startsWith('actions.')) return { role: 'action', method: name.slice('actions.'.length) };
      return name === 'load' ? { role: 'load', method: 'GET' } : undefined;
    case '+server':
      if (name === 'fallback') return { role: 'server', method: '*' };
      return isVerb ? { role: 'server', method: name } : undefined;
    case 'module':
      if (name === 'loader' || name === 'action') return { role: name, method: '*' };
      return name === 'default' ? { role: 'page', method: '*' } : undefined;
    default:
      return name === 'default' ? { role: 'server', method: place.what } : undefined;
  }
}

function placesOf(relative: string): Place[] {
  if (!SCRIPT.test(relative) || relative.endsWith('.d.ts')) return [];
  const bare = relative.replace(SCRIPT, '');
  const only = svelteKit(bare) ?? nuxt(bare) ?? nextPages(bare) ?? nextMiddleware(bare);
  // A folder `app` is Next's and Remix' alike; what the file exports tells them apart.
  return [only ?? nextApp(bare), ...(only === undefined ? remix(bare) : [])].filter((place) => place !== undefined);
}

function svelteKit(bare: string): Place | undefined {
  const match = /(?:^|\/)routes\/((?:.*\/)?)\+(page|layout|server)(\.server)?$/.exec(bare);
  if (!match) return undefined;
  const path = withoutGroups(match[1]!);
  return { framework: 'sveltekit', isApp: false, path, what: match[2] === 'server' ? '+server' : 'load' };
}

function nuxt(bare: string): Place | undefined {
  const match = /(?:^|\/)server\/(api|routes|middleware)\/(.+?)(?:\.(get|post|put|patch|delete|head|options))?$/.exec(
    bare,
  );
  if (!match || match[1] === 'middleware') return undefined;
  const tail = match[2]!.replace(/(^|\/)index$/, '').replace(/\[\.\.\.\]/g, '[...path]');
  const path = match[1] === 'api' ? `/api/${tail}` : `/${tail}`;
  return { framework: 'nuxt', isApp: false, path, what: match[3]?.toUpperCase() ?? '*' };
}

/** Below the first folder `app` that is not the name of a package. */
function nextApp(bare: string): Place | undefined {
  const match = /^((?:[^/]+\/)*?)app\/((?:.*\/)?)(page|route|layout)$/.exec(
    bare.replace(/^(.*\/)?(apps|packages|services|projects)\/app\//, '$1$2/-/'),
  );
  if (!match) return undefined;
  const inner = match[2]!.split('src/app/').at(-1)!;
  // Intercepted routes answer only within the application; folders with `_` take no part.
  if (/(^|\/)(\(\.+\)|_)/.test(inner)) return undefined;
  return { framework: 'next', isApp: true, path: withoutGroups(inner), what: match[3]! };
}

function nextPages(bare: string): Place | undefined {
  const tail = /(?:^|\/)pages\/(.+)$/.exec(bare)?.[1]?.replace(/(^|\/)index$/, '');
  if (tail === undefined || /(^|\/)_|\.(test|spec|stories)$/.test(tail)) return undefined;
  const what = /^api(\/|$)/.test(tail) ? 'api' : 'page';
  return { framework: 'next', isApp: false, path: `/${tail}`, what };
}

function nextMiddleware(bare: string): Place | undefined {
  if (!/(^|\/)(middleware|proxy)$/.test(bare)) return undefined;
  return { framework: 'next', isApp: true, path: NO_ROUTE, what: 'middleware' };
}

function remix(bare: string): Place[] {
  const module = { framework: 'remix', isApp: false, what: 'module' } as const;
  // The root's loader runs with every route; spans name its module.
  if (/(?:^|\/)app\/root$/.test(bare)) return [{ ...module, path: NO_ROUTE }];
  const tail = /(?:^|\/)app\/routes\/(.+)$/.exec(bare)?.[1];
  if (tail === undefined) return [];
  // `($lang).about` answers with and without its first segment, and spans have it as `/:lang?/about`.
  const whole = tail.replace(/(^|[./])\(([^()./]+)\)(?=[./]|$)/g, '$1$2');
  return [...new Set([tail, whole])].map((written) => ({ ...module, path: flatRoute(written) }));
}

/** `_auth.posts.$id` and its folder form `posts.$id/route`; the older `posts/$id` and `posts/index`. */
function flatRoute(tail: string): string {
  const name = tail.replace(/\/(route|_?index)$/, '').replace(/^(_?index)$/, '');
  const parts = name.replace(/\[([^\]]*)\]/g, (_, text: string) => text.replaceAll('.', '\0')).split(/[./]/);
  const kept = parts.filter((part) => !/^(__?|\(.*\)$)/.test(part) || part === '');
  return `/${kept
    .map((part) => part.replace(/_$/, '').replaceAll('\0', '.'))
    .map((part) => (part === '$' ? '*' : part.startsWith('$') ? `:${part.slice(1)}` : part))
    .join('/')}`;
}

/** Takes out `(groups)` and `@slots`. */
function withoutGroups(path: string): string {
  const kept = path.split('/').filter((part) => part !== '' && !/^(\(.*\)|@.*)$/.test(part));
  return `/${kept.join('/')}`;
}
