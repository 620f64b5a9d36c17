import { SORTS, type SortKey } from './results/resultOrder';
import { LIMITS, type SearchModel } from './searchModel';
import { RANGES, type RangeChoice, type RangeKey } from './timeRange';

/** What VS Code keeps over hide and reload. */
export interface SavedSearch {
  readonly query: string;
  readonly range?: RangeChoice;
  readonly limit: number;
  readonly anySemconv: boolean;
  readonly sort: SortKey;
  readonly selectedId?: string;
  readonly scrollTop: number;
  /** A search had been made: after a reload it is made again. */
  readonly searched: boolean;
}

/** What is worth keeping of a page. */
export function savedSearch(model: SearchModel): SavedSearch {
  const { query, options, results, asked } = model;
  const { range, limit, anySemconv } = options;
  const { sort, selectedId, scrollTop } = results;
  return {
    ...{ query, limit, anySemconv, sort, scrollTop, searched: asked !== undefined },
    ...(range === undefined ? {} : { range }),
    ...(selectedId === undefined ? {} : { selectedId }),
  };
}

/** Sets a page up as it was kept; what an older version kept, or nobody, is left out. @returns whether it had searched. */
export function restoreSearch(model: SearchModel, kept: unknown): boolean {
  if (typeof kept !== 'object' || kept === null) return false;
  const { query, range, limit, anySemconv, sort, selectedId, scrollTop, searched } = kept as Partial<
    Record<keyof SavedSearch, unknown>
  >;
  if (typeof query === 'string') model.query = query;
  model.options = {
    range: isRange(range) ? range : undefined,
    limit: LIMITS.find((known) => known === limit) ?? model.options.limit,
    anySemconv: anySemconv !== false,
  };
  model.results.sort = SORTS.find((known) => known === sort) ?? 'newest';
  if (typeof selectedId === 'string') model.results.selectedId = selectedId;
  if (typeof scrollTop === 'number' && scrollTop >= 0) model.results.scrollTop = scrollTop;
  return searched === true;
}

function isRange(value: unknown): value is RangeChoice {
  if (typeof value !== 'object' || value === null) return false;
  const { key, from, to } = value as Partial<Record<keyof RangeChoice, unknown>>;
  return RANGES.includes(key as RangeKey) && typeof from === 'string' && typeof to === 'string';
}
