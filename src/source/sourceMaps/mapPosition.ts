import { decodedMappings, LEAST_UPPER_BOUND, originalPositionFor, type TraceMap } from '@jridgewell/trace-mapping';

/** A place as a map names it. */
export interface MappedPosition {
  /** Resolved against `sourceRoot`. */
  readonly source: string;
  /** 1-based; undefined where only the source is known. */
  readonly line: number | undefined;
  /** 1-based. */
  readonly column?: number | undefined;
  /** The source's text when it was compiled, if the map keeps it. */
  readonly content?: string | undefined;
  /** The map says that nobody is to be led there. */
  readonly isIgnored: boolean;
}

/** Why a map does not tell: it says nothing of the line, or many lines became this one and the column is not known. */
export type Unmapped = 'line' | 'column';

/** A statement that was joined to one line stood on so many; a minifier puts more on one. */
const MOST_JOINED = 10;

/**
 * Where a line of a compiled file came from.
 * @param line 1-based. @param column 1-based; where it is not known all of the line counts.
 */
export function positionIn(
  map: TraceMap,
  line: number | undefined,
  column: number | undefined,
): MappedPosition | Unmapped {
  const only = map.sources.length === 1 ? position(map, 0, undefined) : undefined;
  if (line === undefined) return only ?? 'line';
  if (column === undefined) return wholeLine(map, line) ?? only ?? 'line';
  const needle = { line, column: Math.max(0, column - 1) };
  let found = originalPositionFor(map, needle);
  if (found.source === null) found = originalPositionFor(map, { ...needle, bias: LEAST_UPPER_BOUND });
  if (found.source === null) return only ?? 'line';
  const { source, line: row, column: at } = found;
  const index = map.resolvedSources.indexOf(source);
  return position(map, index, row, at + 1) ?? only ?? 'line';
}

function wholeLine(map: TraceMap, line: number): MappedPosition | Unmapped | undefined {
  const segments = (decodedMappings(map)[line - 1] ?? []).flatMap((segment) =>
    segment.length === 1 ? [] : [{ source: segment[1], row: segment[2] }],
  );
  const [first] = segments;
  if (first === undefined) return undefined;
  const rows = segments.map(({ row }) => row);
  const isJoined = Math.max(...rows) - Math.min(...rows) <= MOST_JOINED;
  if (!isJoined || segments.some(({ source }) => source !== first.source)) return 'column';
  return position(map, first.source, Math.min(...rows) + 1);
}

function position(map: TraceMap, index: number, line: number | undefined, column?: number): MappedPosition | undefined {
  const source = map.resolvedSources[index];
  if (typeof source !== 'string' || source === '') return undefined;
  const content = map.sourcesContent?.[index] ?? undefined;
  return { source, line, column, content, isIgnored: map.ignoreList?.includes(index) ?? false };
}
