import { isAscii } from 'node:buffer';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of a source file: a byte-order mark decides (UTF-8, UTF-16 of either order), else UTF-8, else Latin-1,
 * which reads every byte. Undefined for binary content (a zero byte near the start).
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes;
  // Most sources are: a string of one byte a character is a copy of them.
  if (isAscii(bytes)) return hasZero(bytes) ? undefined : latin1(bytes);
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const body = a === 0xef && b === 0xbb && c === 0xbf ? bytes.subarray(3) : bytes;
  if (hasZero(body)) return undefined;
  try {
    return utf8.decode(body);
  } catch {
    // Not UTF-8: names and routes are ASCII in practice, and Latin-1 keeps every line and column in place.
    return latin1(body);
  }
}

function hasZero(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8192).includes(0);
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
