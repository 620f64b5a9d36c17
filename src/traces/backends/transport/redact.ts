/** Shorter texts would blot out half of every message. */
const SHORTEST = 4;
const MAX_LENGTH = 300;

/** What a backend said, fit to be shown: one line, of bounded length, without any of `secrets` in it. */
export function quotable(text: string, secrets: readonly string[]): string {
  const flat = redacted(text, secrets).replace(/\s+/g, ' ').trim();
  return flat.length > MAX_LENGTH ? `${flat.slice(0, MAX_LENGTH - 1)}…` : flat;
}

/** The text with `…` for secrets, and for what looks like credentials. */
export function redacted(text: string, secrets: readonly string[]): string {
  let safe = text;
  for (const secret of secrets) {
    if (secret.length >= SHORTEST) safe = safe.replaceAll(secret, '…').replaceAll(encodeURIComponent(secret), '…');
  }
  return safe
    .replace(/\b(bearer|basic)\s+[\w.~+/-]{6,}=*/gi, '$1 …')
    .replace(/\/\/[^/@\s]*@/g, '//…@')
    .replace(/([?&](?:[\w-]*(?:token|key|secret|password|signature))=)[^&\s]+/gi, '$1…');
}
