/** Longer texts are generated code or data far more often than something a person traces. UTF-16 units. */
export const MAX_SOURCE_LENGTH = 1_000_000;

/** A text with this many units per line on average, or one line this long among few, was not written by hand. */
const MINIFIED_MEAN = 400;
const MINIFIED_LINE = 30_000;

/** Why a text is not worth (or not safe) to parse, or undefined if it is. */
export function whyUnsuitable(text: string): string | undefined {
  if (text.length > MAX_SOURCE_LENGTH) {
    return `larger than ${MAX_SOURCE_LENGTH / 1_000_000} MB (${(text.length / 1_000_000).toFixed(1)} MB)`;
  }
  if (text.includes('\0')) return 'binary';
  if (text.length < 2_000) return undefined;
  let lines = 0;
  let longest = 0;
  for (let start = 0; start <= text.length;) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    lines++;
    longest = Math.max(longest, end - start);
    start = end + 1;
  }
  return longest > MINIFIED_LINE || text.length / lines > MINIFIED_MEAN ? 'minified' : undefined;
}

/** Text of a file's bytes: UTF-8, or UTF-16 where a byte order mark says so. Bytes that are neither become U+FFFD. */
export function decodeSource(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}
