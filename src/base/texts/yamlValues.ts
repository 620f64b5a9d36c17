import { parseAllDocuments } from 'yaml';

/** A YAML mapping, or undefined for anything else. */
export function mapping(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** A YAML sequence; empty for anything else. */
export function sequence(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A scalar as text. */
export function scalar(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

/**
 * The documents of a YAML text as plain values. Documents that do not parse (Helm templates) are left out; aliases are
 * bounded, so a small text cannot grow into a large value.
 */
export function parseYaml(text: string): unknown[] {
  try {
    return parseAllDocuments(text, { merge: true, logLevel: 'silent', uniqueKeys: false }).flatMap((document) =>
      document.errors.length > 0 ? [] : [document.toJS({ maxAliasCount: 100 }) as unknown],
    );
  } catch {
    // Not YAML at all, or an alias bomb: it declares nothing.
    return [];
  }
}
