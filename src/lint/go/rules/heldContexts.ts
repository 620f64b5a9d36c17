import type { Finding } from '../../../model/finding';
import type { CodeFunction } from '../../../syntax/code/code';
import type { Expression } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { isOfRequest } from '../closures';
import { contextAround, isBackground } from '../contexts';
import type { GoAnalysis } from '../goAnalysis';
import { calledName, type CallPlace } from '../goUnit';
import { isGeneratedSource } from '../httpCalls';
import { CONTEXT_TYPE, outermost, servesRequest } from '../relevance';
import type { GoType } from '../values/goType';
import { assignedIn, lookUp } from '../values/scope';
import type { Value } from '../values/values';
import { OWN_LIFE, TRACES_ITSELF } from './backgroundContext';
import { workWith } from './contextWork';
import { isAside } from './plainClients';

type Member = Expression & { readonly kind: 'member' };

/** What is made for one request, connection or piece of work, whose context it keeps. */
const OF_ONE =
  /req(uest)?|resp|conn(ection)?|session|stream|call|tx|transaction|query|command|cmd|task|job|step|op(eration)?|scope|iter(ator)?|cursor|batch|exec(ution)?$|run(ner)?$|builder|visitor|resolver|collector|walker|context|ctx|suite|test/i;
const CONTEXT_NAME = /(ctx|context)$/i;
/** `vm.onShutdownCtx`: what runs with it is meant to run until the program ends. */
const UNTIL_THE_END = /shut_?down|life(time|cycle)|stop|exit/i;

/** GO-CTX-BACKGROUND where work gets the context that something was made with, although the request's is at hand. */
export function heldContexts(analysis: GoAnalysis): Finding[] {
  const found: Finding[] = [];
  const lives = new Map<string, boolean>();
  const isOfLife = (type: GoType, field: string): boolean => {
    const key = `${type.qualified}#${field}`;
    let known = lives.get(key);
    if (known === undefined) lives.set(key, (known = isKeptFromStart(analysis, type, field)));
    return known;
  };
  const seen = new Set<CodeFunction>();
  for (const file of analysis.unit.files) {
    for (const place of file.calls) {
      const held = place.call.args.find(({ value }) => isNamed(value))?.value;
      if (held?.kind !== 'member' || seen.has(outermost(place.source, place.function))) continue;
      const one = lostToHeld(analysis, place, held, isOfLife);
      if (one === undefined) continue;
      seen.add(outermost(place.source, place.function));
      found.push(one);
    }
  }
  return found;
}

/** `s.ctx`. */
function isNamed(value: Expression): value is Member {
  return (
    value.kind === 'member' &&
    value.object.kind === 'name' &&
    CONTEXT_NAME.test(value.name) &&
    !UNTIL_THE_END.test(value.name)
  );
}

function lostToHeld(
  analysis: GoAnalysis,
  { source, function: fn, call }: CallPlace,
  held: Member,
  isOfLife: (type: GoType, field: string) => boolean,
): Finding | undefined {
  const { unit, relevance } = analysis;
  const outer = outermost(source, fn);
  if (isGeneratedSource(source) || isAside(analysis, source) || TRACES_ITSELF.test(source.file.relative))
    return undefined;
  if (OWN_LIFE.test(outer.name) || relevance.isProbe(source, fn)) return undefined;
  const around = contextAround(source, fn, call.start);
  if (around === undefined || !isOfRequest(source, fn, around.scope, false)) return undefined;
  const written = source.textOf(held);
  if (
    (assignedIn(around.scope).get(around.written) ?? []).some(
      ({ value }) => value && source.textOf(value).includes(written),
    )
  )
    return undefined;
  if (held.object.kind !== 'name' || lookUp(unit.packages, source, fn, held.object.name)?.kind !== 'receiver')
    return undefined;
  const type = unit.types.typeOf(source, fn, held.object);
  if (type === undefined || !relevance.isTraced(source, fn) || LINKS.test(source.textOf(outer))) return undefined;
  const work = workWith(analysis, source, fn, held);
  if (work === undefined || OWN_LIFE.test(calledName(work) ?? '') || !isOfLife(type, held.name)) return undefined;
  return findingAt('GO-CTX-BACKGROUND', source, held, {
    severity: 'warning',
    message:
      `\`${source.textOf(work.callee)}\` gets the context that \`${type.name ?? ''}\` was made with, which has no span of this ` +
      `request, although \`${around.written}\` is at hand: what it starts or calls begins a trace of its own.`,
    related: work === call ? [] : [relatedAt(source, work.callee, 'Called with it.')],
    fixes: [],
  });
}

const LINKS = /WithNewRoot\(|WithLinks\(|LinkFromContext\(|ContextWith(Remote)?Span(Context)?\(/;

/** Whether a field is filled once, when what has it is made or started, and nowhere for a request. */
function isKeptFromStart(analysis: GoAnalysis, type: GoType, field: string): boolean {
  const { unit, values } = analysis;
  const declared = unit.types.declarationOf(type)?.type;
  const { length } = declared?.fields ?? [];
  if (length < 3 || OF_ONE.test(type.name ?? '')) return false;
  if (!declared!.fields.some((one) => one.name === field && CONTEXT_TYPE.test(one.type ?? ''))) return false;
  const given = values.fieldValues(type, field);
  return given.values.length > 0 && given.values.every((one) => isOfStart(analysis, one));
}

/** A context that is put into a field by what makes or starts the whole, which no handler of requests calls. */
function isOfStart(analysis: GoAnalysis, { source, function: fn, expression }: Value): boolean {
  const maker = outermost(source, fn);
  if (expression.kind === 'call' && isBackground(analysis.unit, source, fn, expression)) return true;
  if (!OWN_LIFE.test(maker.name) && maker.id !== 0) return false;
  return !servesAround(source, fn) && analysis.relevance.callersOf({ source, function: maker }).every(isCalledAtStart);
}

function isCalledAtStart({ source, function: fn }: CallPlace): boolean {
  return !servesAround(source, fn);
}

function servesAround(source: SourceCode, fn: CodeFunction): boolean {
  return [fn, ...source.around(fn)].some((one) => one.id !== 0 && servesRequest(one));
}
