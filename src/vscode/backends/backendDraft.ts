import type { BackendItem, BackendKindItem } from '../../protocol/backends';
import type { BackendEntry } from './backendEntry';

/** A backend that is being added or changed. */
export interface BackendDraft {
  readonly kind: BackendKindItem;
  readonly entry: BackendEntry;
  /** Names that other backends have. */
  readonly taken: readonly string[];
  /** The one that it takes the place of. */
  readonly replaced?: BackendItem;
}

/** What it is called. */
export function draftName({ entry, kind, replaced }: BackendDraft): string {
  return entry.name ?? replaced?.name ?? kind.label;
}
