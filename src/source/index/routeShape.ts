/** A route template, comparable between frameworks. */
export interface RouteShape {
  /** One per path segment: static text, or with every parameter as `{}`; a catch-all is `{*}`. */
  readonly segments: readonly string[];
  /** Names of the parameters, in order. */
  readonly parameters: readonly string[];
}

/** A segment that is a parameter as a whole. */
export const PARAMETER = '{}';
const REST = '{*}';

/**
 * Reads `:id`, `{id}`, `{id:int}`, `{id...}`, `<int:pk>`, `[id]`, `[...slug]`, `(?P<id>…)`, `*` alike; drops query,
 * anchors, a method in front (Go's patterns), Rails' `(.:format)` and what Ruby writes around a regular expression. An
 * optional last parameter (`:id?`, `{id?}`) gives two shapes, without and with it.
 */
export function parseRoute(text: string): RouteShape[] {
  return PLAIN.test(text) ? [plainShape(text)] : anyShape(text);
}

/** Routes of whole parameters and names alone, as most are: read without looking at each letter. */
const PLAIN = /^(?:\/(?:[\w.-]+|:\w+|\{\w+\}))+$/;

function plainShape(text: string): RouteShape {
  const segments = text.slice(1).split('/');
  const parameters: string[] = [];
  for (const [i, segment] of segments.entries()) {
    const isBraced = segment.startsWith('{');
    if (!isBraced && !segment.startsWith(':')) continue;
    parameters.push(isBraced ? segment.slice(1, -1) : segment.slice(1));
    segments[i] = PARAMETER;
  }
  return { segments, parameters };
}

function anyShape(text: string): RouteShape[] {
  let rest = text
    .trim()
    .replace(/^[A-Z]+\s+(?=\/)/, '')
    .replace(/^~/, '')
    .replace(/^\(\?-mix:(.*)\)$/, '$1')
    .replace(/\(\.:format\)$/, '')
    .replace(/^\^/, '')
    .replace(/(?:\\Z|\$)$/, '');
  const parameters: string[] = [];
  let optional = false;
  let shape = '';
  while (rest !== '') {
    const parameter = readParameter(rest);
    if (parameter === undefined) {
      if (rest[0] === '?' || rest[0] === '#') break;
      // Django joins the patterns of its levels as they are: `^api/^orders/$`.
      if (rest[0] === '^' && (shape === '' || shape.endsWith('/'))) {
        rest = rest.slice(1);
        continue;
      }
      if (rest[0] !== '\\') shape += rest[0];
      rest = rest.slice(1);
      continue;
    }
    parameters.push(parameter.name);
    shape += parameter.rest ? REST : PARAMETER;
    rest = rest.slice(parameter.length);
    optional = parameter.optional || /^\?(\/|$)/.test(rest);
    if (rest.startsWith('?')) rest = rest.slice(1);
  }
  const segments = shape.split('/').filter((segment) => segment !== '');
  const whole = { segments, parameters };
  if (!optional || segments.at(-1) !== PARAMETER) return [whole];
  return [whole, { segments: segments.slice(0, -1), parameters: parameters.slice(0, -1) }];
}

interface Parameter {
  readonly name: string;
  readonly length: number;
  readonly rest: boolean;
  readonly optional: boolean;
}

function readParameter(text: string): Parameter | undefined {
  switch (text[0]) {
    case '{':
      return bracketed(text, '{', '}');
    case '<':
      return bracketed(text, '<', '>');
    case '[':
      return bracketed(text, '[', ']');
    case '(':
      return regexGroup(text);
    case ':':
      return colon(text);
    case '*': {
      const length = /^\*+[\w]*/.exec(text)![0].length;
      return { name: '', length, rest: true, optional: false };
    }
    default:
      return undefined;
  }
}

/** `{id:[a-z]{2}}`, `{id?}`, `{*path}`, `{id...}`, `<int:pk>`, `[...slug]`, `[[...slug]]`. */
function bracketed(text: string, open: string, close: string): Parameter | undefined {
  const length = closing(text, open, close);
  if (length === 0) return undefined;
  const inside = text.slice(1, length - 1).replace(/^\[|\]$/g, '');
  const rest = /^(\*|\.\.\.)|\.\.\.$|^path:/.test(inside);
  const plain = inside.replace(/^[*.]+/, '').replace(/\.\.\.$/, '');
  const name = open === '<' ? plain.replace(/^[^:]*:/, '') : plain.replace(/[:=].*$/s, '');
  return { name: name.replace(/\?$/, ''), length, rest, optional: inside.endsWith('?') };
}

/** `(?P<id>\d+)`; a group without a name is a parameter too. */
function regexGroup(text: string): Parameter | undefined {
  const length = closing(text, '(', ')');
  if (length === 0) return undefined;
  const name = /^\(\?P?<(\w+)>/.exec(text)?.[1] ?? '';
  return { name, length, rest: /\.[*+]\)$/.test(text.slice(0, length)), optional: false };
}

/** `:id`, `:id(\d+)`, `:path*`. */
function colon(text: string): Parameter | undefined {
  const match = /^:(\w+)/.exec(text);
  if (!match) return undefined;
  let length = match[0].length;
  if (text[length] === '(') length += closing(text.slice(length), '(', ')');
  const rest = text[length] === '*' || text[length] === '+';
  return { name: match[1]!, length: rest ? length + 1 : length, rest, optional: false };
}

/** Length up to and with the bracket that closes the first one; 0 if none does. */
function closing(text: string, open: string, close: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) return i + 1;
  }
  return 0;
}

/** Under which key a route is found: all of it, in lower case. */
export function routeKey(segments: readonly string[]): string {
  return segments.join('/').toLowerCase();
}

/** The keys of what a route may be registered as: routers put prefixes of their own before it. */
export function endKeys(segments: readonly string[]): string[] {
  const whole = routeKey(segments);
  if (whole === '') return [whole];
  const keys = [whole];
  for (let at = whole.indexOf('/'); at >= 0; at = whole.indexOf('/', at + 1)) keys.push(whole.slice(at + 1));
  return [...keys, ''];
}

/** Segments at the end of a path that may each be a parameter's value: there are two to the power of this many keys. */
const MOST_VALUES = 6;

/** The same for a path that was asked for. */
export function pathKeys(segments: readonly string[]): string[] {
  const found = [''];
  let ends: string[][] = [[]];
  for (const segment of segments.slice(-MOST_VALUES).reverse()) {
    ends = ends.flatMap((end) => [
      [segment, ...end],
      [PARAMETER, ...end],
    ]);
    found.push(...ends.map(routeKey));
  }
  return [...new Set(found)];
}

/** Whether `tail` is the end of `whole`. @param foldCase for frameworks that ignore case (ASP.NET). */
export function endsWith(whole: readonly string[], tail: readonly string[], foldCase: boolean): boolean {
  if (tail.length > whole.length) return false;
  return tail.every((segment, i) => {
    const other = whole[whole.length - tail.length + i]!;
    return segment === other || (foldCase && segment.toLowerCase() === other.toLowerCase());
  });
}

/** Whether a segment has no parameter in it. */
export function isStatic(segment: string): boolean {
  return !segment.includes('{');
}
