import { isAscii } from 'node:buffer';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of a source file: a byte-order mark decides (UTF-8, UTF-16 of either order), else UTF-8, else Latin-1,
 * which reads every byte. A `\r` that ends a line alone becomes `\n`: editors take it for one, and grammars would take
 * all that follows a comment for its rest. Undefined for binary content (a zero byte near the start).
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const text = decoded(bytes);
  return text?.includes('\r') === true ? text.replace(/\r(?!\n)/g, '\n') : text;
}

function decoded(bytes: Uint8Array): string | undefined {
  // Most sources are: a string of one byte a character is a copy of them.
  if (isAscii(bytes)) return isBinary(bytes) ? undefined : latin1(bytes);
  if (isUtf16(bytes)) return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
  const body = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  if (isBinary(body)) return undefined;
  try {
    return utf8.decode(body);
  } catch {
    // Not UTF-8: names and routes are ASCII in practice, and Latin-1 keeps every line and column in place.
    return latin1(body);
  }
}

/** Whether a byte-order mark says so. */
export function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** Whether bytes that are not UTF-16 are no text. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8192).includes(0);
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
