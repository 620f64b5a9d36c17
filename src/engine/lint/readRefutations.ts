import type { Refutation } from '../../model/refutation';

/** What the host kept; what is not of its form, as after an update, is left out. */
export function readRefutations(kept: unknown): Refutation[] {
  return Array.isArray(kept) ? kept.filter(isRefutation) : [];
}

const FIELDS = ['rule', 'file', 'code', 'said', 'words', 'since'] as const;

function isRefutation(value: unknown): value is Refutation {
  if (typeof value !== 'object' || value === null) return false;
  return FIELDS.every((field) => typeof (value as Record<string, unknown>)[field] === 'string');
}
