/** Red, green and blue from 0 to 255, opacity from 0 to 1. */
export interface Rgba {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly a: number;
}

/** Reads what a canvas gives back for a colour: `#rrggbb` or `rgba(…)`. */
export function parseColor(text: string): Rgba | undefined {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})?$/i.exec(text.trim());
  if (hex !== null) {
    const [r, g, b] = hex.slice(1, 4).map((part) => Number.parseInt(part, 16));
    return { r: r!, g: g!, b: b!, a: hex[4] === undefined ? 1 : Number.parseInt(hex[4], 16) / 255 };
  }
  const parts = /^rgba?\(([^)]+)\)$/i
    .exec(text.trim())?.[1]
    ?.split(/[\s,/]+/)
    .map(Number);
  if (parts === undefined || parts.length < 3 || parts.some(Number.isNaN)) return undefined;
  return { r: parts[0]!, g: parts[1]!, b: parts[2]!, a: parts[3] ?? 1 };
}

/** `share` of `other` in `color`, opaque where both are. */
export function mixColors(color: Rgba, other: Rgba, share: number): Rgba {
  const mix = (x: number, y: number) => x + (y - x) * share;
  return {
    r: Math.round(mix(color.r, other.r)),
    g: Math.round(mix(color.g, other.g)),
    b: Math.round(mix(color.b, other.b)),
    a: mix(color.a, other.a),
  };
}

export function cssColor({ r, g, b, a }: Rgba): string {
  return a >= 1 ? `rgb(${r}, ${g}, ${b})` : `rgba(${r}, ${g}, ${b}, ${a})`;
}

/** Perceived brightness from 0 (black) to 1 (white). */
export function brightness({ r, g, b }: Rgba): number {
  return (0.299 * r + 0.587 * g + 0.114 * b) / 255;
}
