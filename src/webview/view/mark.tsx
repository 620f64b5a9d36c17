import type { JSX } from 'preact';

/** A small square in a service's colour. */
export function Mark({ color }: { readonly color: string }): JSX.Element {
  return <i class="mark" style={{ backgroundColor: color }} />;
}
