import type { CodeFunction } from '../../../syntax/code/code';
import { ownerOf } from '../../code/program';
import type { SourceCode } from '../../code/sourceCode';
import type { GoAnalysis } from '../goAnalysis';
import type { CallPlace } from '../goUnit';
import { outermost } from '../relevance';

/** A proxy hands on the headers it got, the trace context among them. */
const COPIES_HEADERS =
  /range\s+([\w.]*[hH]eaders?)\s*\{(?:[^{}]|\{[^{}]*\})*?(?:\{[^}]*?)?\.Header\.(Add|Set)\(|\.Header\s*=\s*[\w.]+\.Header(\.Clone\(\))?\s*$|copyHeaders?\(/gim;
/** What holds one request's headers rather than those that are set for all. */
const OF_ONE_REQUEST = /req|proxy|forward|relay|message|msg|event|call/i;
/** A function that sees headers of a request or message, which may be handed on. */
const SEES_HEADERS = /\.(Headers?|Metadata)\b(?!\.Get\()|\brange\s+[\w.]*[hH]eaders?\s*\{/;
const PLAIN_MAP = /^map\[string\](string|any|interface\{\})$/;
const MAX_LEVELS = 5;

/** Whether a function puts the headers that it got of somebody into its request. */
export function copiesHeaders(analysis: GoAnalysis, source: SourceCode, fn: CodeFunction): boolean {
  const { self } = fn;
  const isConfigured = (headers: string): boolean =>
    self !== undefined && headers.startsWith(`${self}.`) && !OF_ONE_REQUEST.test(ownerOf(source, fn) ?? '');
  return [...source.textOf(fn).matchAll(COPIES_HEADERS)].some(
    ([, over]) => over === undefined || (!isConfigured(over) && !isFilledByCallers(analysis, source, fn, over)),
  );
}

/** `headers map[string]string` that all callers in sight fill by themselves: with no header they got, and no context. */
function isFilledByCallers(
  analysis: GoAnalysis,
  source: SourceCode,
  fn: CodeFunction,
  headers: string,
  levels = MAX_LEVELS,
): boolean {
  const index = fn.parameters.findIndex(({ name, type }) => name === headers && PLAIN_MAP.test(type ?? ''));
  if (index < 0 || levels === 0) return false;
  const callers = analysis.relevance.callersOf({ source, function: fn }).filter((place) => {
    const callee = analysis.unit.callee(place);
    return callee.kind === 'own' && callee.places.some((one) => one.function === fn);
  });
  // In a cut-out who calls is often not among the files.
  if (callers.length === 0) return !analysis.unit.isWhole;
  return callers.every((place) => isFilledAt(analysis, place, index, levels));
}

function isFilledAt(
  analysis: GoAnalysis,
  { source, function: fn, call }: CallPlace,
  index: number,
  levels: number,
): boolean {
  const around = outermost(source, fn);
  const given = call.args[index]?.value;
  if (given === undefined || analysis.injections.injects({ source, function: around }, 1)) return false;
  if (given.kind === 'name' && around.parameters.some(({ name }) => name === given.name))
    return isFilledByCallers(analysis, source, around, given.name, levels - 1);
  return !SEES_HEADERS.test(source.textOf(around));
}
