import type { CodeFunction } from '../../../syntax/code/code';
import type { Call, Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { givenFor } from '../names/givenValues';
import { lastPart, type PythonCode } from '../names/pythonCode';

/** How far an address is followed: a field, the parameter it is made of, what the class is made with. */
const MAX_STEPS = 7;

/** Parameters that hold the configuration of the process, not what a caller wants. */
const CONFIGURATION = /^(self|cls|_?(settings?|config(uration)?|cfg|conf|options|opts|env|environ|app))$/i;

/** What addresses are taken apart into. */
const PART = /^(scheme|netloc)$/;

/**
 * Whether an address comes from whoever calls, or from data: a parameter for which no caller is seen (`f"{base}/items"`),
 * the field of an item (`site.url`, `answer["uploadUrl"]`, `request.query_params["at"]`), an address taken apart.
 */
export function isTold(code: PythonCode, source: SourceCode, fn: CodeFunction, url: Expression, steps = 0): boolean {
  if (steps > MAX_STEPS) return false;
  const next = (one: Expression | undefined): boolean => one !== undefined && isTold(code, source, fn, one, steps + 1);
  switch (url.kind) {
    case 'text':
      return /^([a-z]+:\/\/)?$/.test(url.pieces[0] ?? '') && next(url.holes[0]);
    case 'binary':
      return next(url.left);
    case 'call': {
      if (isBody(url)) return true;
      const isOfObject =
        url.callee.kind === 'member' && /^(r?strip|format|lower|replace|get|decode)$/.test(url.callee.name);
      if (isOfObject && url.callee.kind === 'member') return next(url.callee.object);
      return /^(str|URL|urljoin|join|urlparse|urlsplit)$/.test(lastPart(url.callee)) && next(url.args[0]?.value);
    }
    case 'index':
      return isData(source, fn, url.object) || next(url.object);
    case 'member':
    case 'name': {
      const values = code.names.valuesOf(source, fn, url).filter((place) => !isMadeOfItself(url, place.value));
      if (values.length > 0)
        return values.some((place) => isTold(code, place.source, place.function, place.value, steps + 1));
      if (url.kind === 'member') return PART.test(url.name) || isData(source, fn, url.object);
      if (!isParameter(source, fn, url.name) || CONFIGURATION.test(url.name)) return false;
      const given = givenFor(code, source, fn, url.name);
      return given.length === 0 || given.some((one) => isTold(code, one.source, one.function, one.value, steps + 1));
    }
    default:
      return false;
  }
}

/** `url = url.strip()`: still what was given. */
function isMadeOfItself(url: Expression, value: Expression): boolean {
  if (url.kind !== 'name' || value.kind !== 'call' || value.callee.kind !== 'member') return false;
  return value.callee.object.kind === 'name' && value.callee.object.name === url.name;
}

/** `request.body()`, `await request.json()`: what came with a request. */
function isBody({ callee }: Call): boolean {
  return (
    callee.kind === 'member' &&
    /^(body|json|form|text|read|get_json|get_data)$/.test(callee.name) &&
    /^(request|req)$/.test(lastPart(callee.object))
  );
}

/** Whether a value is, or lies in, a parameter or what a loop or a call gave: `site`, `request.query_params`. */
function isData(source: SourceCode, fn: CodeFunction, value: Expression): boolean {
  let root = value;
  while (root.kind === 'member' || root.kind === 'index') root = root.object;
  return root.kind === 'name' && isParameter(source, fn, root.name) && !CONFIGURATION.test(root.name);
}

function isParameter(source: SourceCode, fn: CodeFunction, name: string): boolean {
  return [fn, ...source.around(fn)].some(({ parameters }) => parameters.some((one) => one.name === name));
}
