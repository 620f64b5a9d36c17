import { line0 } from '../../base/positions';
import type { IgnoredPlace } from './ignoreEdit';

/** What the edit of a code action is worked out of when it is chosen: the rest would be work for nothing. */
export type LazyAction =
  | ({ readonly do: 'ignore' } & IgnoredPlace)
  | { readonly do: 'fixAll'; readonly rule: string; readonly file: string | undefined };

/** Reads what an editor sends back; undefined where it is not ours. */
export function readLazyAction(data: unknown): LazyAction | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { do: what, rule, file, line, column } = data as Record<string, unknown>;
  if (typeof rule !== 'string') return undefined;
  if (what === 'fixAll') return { do: what, rule, file: typeof file === 'string' ? file : undefined };
  const isPlace = typeof file === 'string' && Number.isInteger(line) && Number.isInteger(column);
  return what === 'ignore' && isPlace
    ? { do: what, rule, file, line: line0(Number(line)), column: Number(column) }
    : undefined;
}
