/** Names come from the wire and may be a megabyte long; a hover shows this many characters of one. */
const LONGEST = 120;

/** On one line, and cut with `…` where it is too long to read. */
export function shorten(words: string, longest = LONGEST): string {
  const head = words.length > longest * 2 ? words.slice(0, longest * 2) : words;
  const line = head.replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}

/** Text for XML 1.0: markup escaped; control characters and lone surrogates, which XML forbids in any form, left out. */
export function escapeXml(words: string): string {
  return words
    .replace(/[\p{Surrogate}\p{Control}\ufffe\uffff]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A share of 1 as `71 %`; `<1 %` for what would round to nothing. */
export function formatShare(share: number): string {
  const percent = Math.round(100 * share);
  return percent === 0 && share > 0 ? '<1\u202f%' : `${percent}\u202f%`;
}

/** Calls per second, or per minute or hour where that is less than one. */
export function formatRate(count: number, windowMs: number): string {
  const perSecond = count / (windowMs / 1000);
  for (const [unit, factor] of [
    ['s', 1],
    ['min', 60],
  ] as const) {
    const rate = perSecond * factor;
    if (rate >= 0.95)
      return `${rate >= 9.95 ? Math.round(rate).toLocaleString('en-US') : Number(rate.toFixed(1))}/${unit}`;
  }
  return `${Number((perSecond * 3600).toFixed(1))}/h`;
}

/** An exact count with a separator for thousands. */
export function exactCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** `just now`, `4 min ago`, `2 h ago`. */
export function formatAgo(milliseconds: number): string {
  if (milliseconds < 60_000) return 'just now';
  const minutes = Math.floor(milliseconds / 60_000);
  return minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
}
