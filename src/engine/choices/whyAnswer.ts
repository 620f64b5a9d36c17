import { nothingHover } from '../../hints/hover/nothingHover';
import { whySections, type WhyOperation, type WhyPlace } from '../../hints/hover/whyHover';
import { attributeText } from '../../model/attributes';
import type { HoverContent } from '../../model/hover';
import type { Mapping, SourceLocation } from '../../model/location';
import type { OperationStats } from '../../model/operation';
import type { MappingExplanation } from '../../source/explain';
import type { SourceMapper } from '../../source/sourceMapper';
import type { FunctionFact } from '../../syntax/facts';
import { needsNoPlace } from '../../source/report/causes';
import { symbolOf } from '../hints/hoverAnswers';
import { ownerOfFile, whyNothing, type KnownState } from '../hints/whyNothing';
import { uriOfPath } from '../workspace/uris';

/** Operations that are told of one function, and of its service beyond those. */
const MOST_HERE = 12;
const MOST_ELSEWHERE = 6;

/** The function that is asked about. */
export interface Asked {
  readonly file: string;
  readonly fact: FunctionFact;
}

/** Why something, or nothing, is shown at a function: every operation that was considered, with what became of it. */
export async function whyAnswer(
  asked: Asked,
  known: KnownState,
  mapper: SourceMapper | undefined,
): Promise<HoverContent> {
  const { startLine, startColumn, endLine, endColumn } = asked.fact.nameRange;
  const range = { startLine, startColumn, endLine, endColumn };
  const here = consideredHere(asked, known);
  const isShown = here.some(({ id }) => isMappedTo(known.places.get(id), asked));
  const symbol = symbolOf(asked.fact);
  const head = isShown
    ? [
        {
          rows: [
            [
              { text: symbol, style: 'strong' as const },
              { text: '  why here', style: 'muted' as const },
            ],
          ],
        },
      ]
    : nothingHover(symbol, whyNothing({ file: asked.file, line: startLine }, known));
  const told = here.length > 0 ? here.slice(0, MOST_HERE) : unplacedOfService(asked, known).slice(0, MOST_ELSEWHERE);
  const operations: WhyOperation[] = [];
  for (const stats of mapper === undefined ? [] : told) {
    operations.push(describe(stats, await mapper!.explain(stats.key), asked, known));
  }
  return { range, sections: [...head, ...whySections(operations)] };
}

/** Operations of the window that have the function among their places, those called most often first. */
export function consideredHere({ file, fact }: Asked, known: KnownState): OperationStats[] {
  const line = fact.nameRange.startLine;
  return known.operations
    .filter(({ id, count }) => {
      const mapping = count === 0 ? undefined : known.places.get(id);
      return mapping !== undefined && placesOf(mapping).some((place) => isIn(place, file, fact, line));
    })
    .sort((a, b) => b.count - a.count);
}

/** Operations of the file's service that have no place, though they should. */
export function unplacedOfService({ file }: Asked, known: KnownState): OperationStats[] {
  const service = ownerOfFile(file, known)?.service;
  return known.operations
    .filter(({ id, key, count }) => {
      const mapping =
        count === 0 || (service !== undefined && key.service !== service) ? undefined : known.places.get(id);
      return mapping !== undefined && mapping.status !== 'mapped' && !needsNoPlace(mapping);
    })
    .sort((a, b) => b.count - a.count);
}

/** All places of a mapping, the answer first. */
export function placesOf(mapping: Mapping): readonly SourceLocation[] {
  return mapping.status === 'mapped' ? [mapping.location, ...mapping.alternatives] : mapping.candidates;
}

function describe(stats: OperationStats, explained: MappingExplanation, asked: Asked, known: KnownState): WhyOperation {
  const { key, id } = stats;
  const { considered, misses, lostPick, history } = explained;
  const line = asked.fact.nameRange.startLine;
  const places = considered.map(({ location, as }): WhyPlace => ({
    label: known.describePlace(location.file, location.line),
    uri: uriOfPath(location.file),
    line: location.line,
    confidence: location.confidence,
    as,
    evidence: location.evidence.map(({ text }) => text),
    isHere: isIn(location, asked.file, asked.fact, line),
    isPicked: location.evidence.some(({ kind }) => kind === 'pick'),
  }));
  const rule = explained.mapping.status === 'mapped' ? undefined : ruleFor(stats, asked.file, known.folders);
  const lost =
    lostPick && `${lostPick.place.symbol}, ${known.describePlace(lostPick.place.file, lostPick.place.line - 1)}`;
  return {
    id,
    name: key.name,
    about: `${key.service} · ${key.kind.toLowerCase()}`,
    // Two lines of one function would be told apart by nothing.
    places: places.toSorted((a, b) => Number(b.isHere) - Number(a.isHere)),
    misses:
      explained.mapping.status === 'mapped'
        ? []
        : [
            explained.mapping.reason,
            ...misses.filter(({ text }) => text !== (explained.mapping as { reason: { text: string } }).reason.text),
          ],
    ...(lost === undefined ? {} : { lost }),
    ...(history === undefined ? {} : { history }),
    ...(rule === undefined ? {} : { rule }),
  };
}

/** `/app/src/a.ts`, asked about in `services/api/src/a.ts`: what lies below `/app` is below `services/api`. */
export function ruleFor(
  { key }: Pick<OperationStats, 'key'>,
  file: string,
  folders: readonly string[],
): { from: string; to: string } | undefined {
  const path = attributeText(key.attributes, 'code.file.path') ?? attributeText(key.attributes, 'code.filepath');
  const folder = folders.find((one) => file.startsWith(one));
  if (path === undefined || folder === undefined) return undefined;
  const runtime = path.replace(/^file:\/\//, '').split(/[\\/]/);
  const below = file
    .slice(folder.length)
    .split(/[\\/]/)
    .filter((part) => part !== '');
  let tail = 0;
  while (tail < Math.min(runtime.length - 1, below.length) && runtime.at(-1 - tail) === below.at(-1 - tail)) tail++;
  if (tail === 0 || !/^([\\/]|[A-Za-z]:)/.test(path.replace(/^file:\/\//, ''))) return undefined;
  const to = below.slice(0, below.length - tail).join('/');
  return { from: runtime.slice(0, runtime.length - tail).join('/'), to: to === '' ? '.' : to };
}

function isMappedTo(mapping: Mapping | undefined, { file, fact }: Asked): boolean {
  return mapping?.status === 'mapped' && isIn(mapping.location, file, fact, fact.nameRange.startLine);
}

function isIn({ file, line, anchor }: SourceLocation, asked: string, fact: FunctionFact, nameLine: number): boolean {
  if (file !== asked) return false;
  return anchor === 'owner' ? line === nameLine : fact.range.startLine <= line && line <= fact.range.endLine;
}
