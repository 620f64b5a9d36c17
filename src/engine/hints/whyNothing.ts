import type { Place, NothingReason } from '../../hints/hover/nothingHover';
import { DISPLAY_CONFIDENCE, type Mapping, type SourceLocation } from '../../model/location';
import type { OperationId, OperationStats } from '../../model/operation';
import type { EngineStatus } from '../../protocol/engine';
import { needsNoPlace } from '../../source/report/causes';
import type { PlaceFinder } from './placeFinder';
import { uriOfPath } from '../workspace/uris';

/** A function that somebody asks about. */
export interface AskedFunction {
  readonly file: string;
  /** The line of its name, where its hint would be. */
  readonly line: number;
}

/** What is known when somebody asks why nothing is shown. */
export interface KnownState {
  readonly status: EngineStatus;
  readonly operations: readonly OperationStats[];
  readonly places: PlaceFinder;
  readonly windowMinutes: number;
  /** The user cancelled the reading of the workspace. */
  readonly readingCancelled: boolean;
  readonly folders: readonly string[];
  /** All services seen since the engine started. */
  readonly services: readonly string[];
  /** Absolute folder that a service is bound to. */
  folderOf(service: string): string | undefined;
  /** Milliseconds since an operation was last called. */
  lastCallAgo(id: OperationId): number | undefined;
  describePlace(file: string, line: number): string;
  /** A path as people of the workspace write it. */
  describeFile(file: string): string;
}

/** The first reason that explains it: what concerns the function itself comes before what concerns everything. */
export function whyNothing(asked: AskedFunction, known: KnownState): NothingReason {
  return (
    aboutFunction(asked, known) ??
    aboutReading(asked, known) ??
    (known.status.source.kind === 'embedded' ? aboutReceiver(known) : aboutBackend(known)) ??
    aboutService(asked, known)
  );
}

function aboutFunction(asked: AskedFunction, known: KnownState): NothingReason | undefined {
  let weaker: NothingReason | undefined;
  for (const [id, mapping] of known.places.entries()) {
    const operation = known.places.key(id)?.name ?? '';
    const here = placesOf(mapping).find((place) => isAt(place, asked));
    if (here === undefined) continue;
    if (mapping.status === 'ambiguous') {
      const others = mapping.candidates.filter((place) => !isAt(place, asked)).map((place) => placeOf(place, known));
      return { kind: 'ambiguous', operation, id, here: placeOf(here, known), others };
    }
    if (mapping.status === 'mapped' && mapping.location === here) {
      const ago = known.lastCallAgo(id);
      const outside = { kind: 'outsideWindow', operation, windowMinutes: known.windowMinutes } as const;
      return ago === undefined ? outside : { ...outside, lastCallAgoMs: ago };
    }
    weaker ??=
      mapping.status === 'mapped'
        ? { kind: 'mappedElsewhere', operation, place: placeOf(mapping.location, known) }
        : weakCandidate(id, operation, here, known);
  }
  return weaker;
}

/** The operations that a function is one of several places of. */
export function ambiguousAt(asked: AskedFunction, known: KnownState): Extract<NothingReason, { kind: 'ambiguous' }>[] {
  const found: Extract<NothingReason, { kind: 'ambiguous' }>[] = [];
  for (const [id, mapping] of known.places.entries()) {
    const here = mapping.status === 'ambiguous' ? mapping.candidates.find((place) => isAt(place, asked)) : undefined;
    if (mapping.status !== 'ambiguous' || here === undefined) continue;
    const others = mapping.candidates.filter((place) => place !== here).map((place) => placeOf(place, known));
    found.push({
      kind: 'ambiguous',
      operation: known.places.key(id)?.name ?? '',
      id,
      here: placeOf(here, known),
      others,
    });
  }
  return found;
}

function weakCandidate(
  id: OperationId,
  operation: string,
  here: SourceLocation,
  known: KnownState,
): NothingReason | undefined {
  if (here.confidence >= DISPLAY_CONFIDENCE) return undefined;
  const evidence = here.evidence.map((item) => item.text).join(', ');
  const { confidence } = here;
  return { kind: 'lowConfidence', operation, id, here: placeOf(here, known), confidence, evidence };
}

function aboutReading({ file }: AskedFunction, known: KnownState): NothingReason | undefined {
  const { indexing } = known.status;
  if (!known.folders.some((folder) => isInside(file, folder))) return { kind: 'outsideWorkspace' };
  if (indexing !== undefined) return { kind: 'indexing', done: indexing.done, total: indexing.total };
  return known.readingCancelled ? { kind: 'readingCancelled' } : undefined;
}

function aboutReceiver({ status }: KnownState): NothingReason | undefined {
  const { receiver } = status;
  if (receiver.state === 'failed') return { kind: 'receiverFailed', reason: receiver.reason ?? 'the output says why.' };
  if (receiver.state !== 'listening' && status.spans === 0) {
    return { kind: 'receiverOff', ...(receiver.reason === undefined ? {} : { reason: receiver.reason }) };
  }
  if (status.spans > 0) return undefined;
  return { kind: 'noSpans', url: receiver.http?.url ?? receiver.grpc?.url ?? 'its ports' };
}

function aboutBackend({ status: { source } }: KnownState): NothingReason | undefined {
  const { name, problem } = source;
  if (source.state === 'failed')
    return { kind: 'backendFailed', backend: name, problem: problem ?? 'the output says why.' };
  return source.state === 'ready' ? undefined : { kind: 'backendLoading', backend: name };
}

function aboutService({ file }: AskedFunction, known: KnownState): NothingReason {
  const owner = ownerOfFile(file, known);
  if (owner === undefined) return { kind: 'serviceUnknown', services: known.services };
  const own = known.operations.filter((stats) => stats.key.service === owner.service && stats.count > 0);
  if (own.length === 0) {
    const { kind, name } = known.status.source;
    const silent = { kind: 'serviceSilent', service: owner.service, windowMinutes: known.windowMinutes } as const;
    return kind === 'embedded' ? silent : { ...silent, backend: name };
  }
  const unplaced = own.filter((stats) => {
    const mapping = known.places.get(stats.id);
    return mapping !== undefined && mapping.status !== 'mapped' && !needsNoPlace(mapping);
  });
  const notCalled = { kind: 'notCalled', service: owner.service, unplaced: unplaced.length } as const;
  const partial = own.find(({ exact }) => !exact);
  if (partial === undefined) return notCalled;
  return { ...notCalled, sampled: partial.estimate ?? 'some were sampled or dropped before they could be counted' };
}

/** The service whose folder a file lies in: the deepest of them. */
export function ownerOfFile(
  file: string,
  known: Pick<KnownState, 'services' | 'folderOf'>,
): { readonly service: string } | undefined {
  return known.services
    .map((service) => ({ service, folder: known.folderOf(service) }))
    .filter(({ folder }) => folder !== undefined && isInside(file, folder))
    .sort((a, b) => b.folder!.length - a.folder!.length)[0];
}

function placesOf(mapping: Mapping): readonly SourceLocation[] {
  return mapping.status === 'mapped' ? [mapping.location, ...mapping.alternatives] : mapping.candidates;
}

function isAt(place: SourceLocation, asked: AskedFunction): boolean {
  return place.file === asked.file && place.line === asked.line;
}

function placeOf(place: SourceLocation, known: KnownState): Place {
  return { label: known.describePlace(place.file, place.line), uri: uriOfPath(place.file), line: place.line };
}

/** Whether `file` lies in `folder` or below; both absolute, either separator. */
export function isInside(file: string, folder: string): boolean {
  if (!file.startsWith(folder)) return false;
  return (
    folder.endsWith('/') || file.length === folder.length || file[folder.length] === '/' || file[folder.length] === '\\'
  );
}
