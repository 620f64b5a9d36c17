/** A path as a running process named it, taken apart. */
export interface RuntimePath {
  /** Without drive, scheme, `.` and `..`. */
  readonly segments: readonly string[];
  /** It began with `/`, a drive or `file://`. */
  readonly absolute: boolean;
  /** It came from a file system that ignores case. */
  readonly ignoresCase: boolean;
  /** What it reads as on this machine, for an exact look-up: `/app/main.py`, `C:/app/main.cs`. */
  readonly text: string;
}

/**
 * Schemes that bundlers put before the path of a source, after vscode-js-debug's `defaultSourceMapPathOverrides`:
 * what stands after them is relative to the project.
 */
const BUNDLER_SCHEME =
  /^(?:webpack(?:-internal)?:\/\/|turbopack:\/\/|vite:\/\/|rollup:\/\/|ng:\/\/|meteor:\/\/💻app\/)/;

/**
 * Takes apart what a span or a stack calls a file: Windows and POSIX paths, `file://` URLs (percent-encoded), and
 * bundlers' schemes. Undefined for what cannot be a file (`<anonymous>`, `node:fs`, `https://…`).
 */
export function parseRuntimePath(raw: string): RuntimePath | undefined {
  let text = raw.trim();
  if (text === '' || text.includes('\0') || text.startsWith('<')) return undefined;
  let absolute = false;
  if (BUNDLER_SCHEME.test(text)) text = withoutBundlerScheme(text);
  else if (/^file:\/\//i.test(text)) {
    // What an URL says behind `?` and `#` is no part of its path; in a path it has these as %3F and %23.
    text = decodePercent(text.replace(/^file:\/\/(localhost)?/i, '').replace(/[?#].*$/, ''));
    absolute = true;
  } else if (/^[a-z][a-z0-9+.-]+:/i.test(text)) return undefined;
  text = withoutDevicePrefix(text).replace(/\\/g, '/').replace(QUERY, '$1');
  const drive = /^\/?([A-Za-z]):\//.exec(text);
  if (drive) text = text.slice(drive[0].length - 1);
  absolute ||= text.startsWith('/');
  const segments = normaliseSegments(text.split('/'));
  if (segments.length === 0) return undefined;
  const joined = segments.join('/');
  return {
    segments,
    absolute: absolute || drive !== null,
    ignoresCase: drive !== null || raw.includes('\\'),
    text: drive ? `${drive[1]!.toUpperCase()}:/${joined}` : absolute ? `/${joined}` : joined,
  };
}

/** What development servers put behind a module's name; a folder may well be called `C#`. */
const QUERY = /(\.\w+)[?#][^/]*$/;

/** `\\?\C:\shop` and `\\?\UNC\server\share`, as Windows writes paths of any length. */
function withoutDevicePrefix(text: string): string {
  return text.replace(/^\\\\[?.]\\(?:UNC\\)?/i, (prefix) => (/UNC/i.test(prefix) ? '\\\\' : ''));
}

/** `webpack://my-app/./src/a.ts?1f2e` and `webpack:///src/a.ts` both to `src/a.ts`. */
function withoutBundlerScheme(text: string): string {
  const rest = text.replace(BUNDLER_SCHEME, '');
  if (rest.startsWith('/')) return rest.replace(/^\/+/, '').replace(/^\(\w+\)\//, '');
  const dotted = rest.indexOf('/./');
  if (dotted >= 0) return rest.slice(dotted + 3);
  return rest.replace(/^(?:\[project\]|\([\w-]+\)|_N_E|@?[\w.-]+(?=\/src\/))\//, '');
}

function normaliseSegments(parts: readonly string[]): string[] {
  const segments: string[] = [];
  for (const part of parts) {
    if (part === '..') segments.pop();
    else if (part !== '' && part !== '.') segments.push(part);
  }
  return segments;
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: the path is meant as it stands.
    return text;
  }
}

/** How many segments at the end of a runtime path are those at the end of a file's. */
export function commonTail(runtime: Pick<RuntimePath, 'segments' | 'ignoresCase'>, file: readonly string[]): number {
  const equal = (a: string, b: string): boolean =>
    a === b || (runtime.ignoresCase && a.toLowerCase() === b.toLowerCase());
  const most = Math.min(runtime.segments.length, file.length);
  let length = 0;
  while (length < most && equal(runtime.segments.at(-1 - length)!, file.at(-1 - length)!)) length++;
  return length;
}

/** The first segments of a path as people write them: `/srv/app`, `C:/app`. */
export function rootWords(runtime: RuntimePath, segments: number): string {
  const front = runtime.text.slice(0, runtime.text.length - runtime.segments.join('/').length);
  return front + runtime.segments.slice(0, segments).join('/');
}
