/** The widths of object names in bytes: SHA-1, which nearly all repositories have, and SHA-256. */
const NAME_BYTES = [20, 32];

/** What stands before an object's name in an entry: times, device, inode, mode, owner and size. */
const STAT_BYTES = 40;

const MODE_AT = 24;
const HEADER_BYTES = 12;
const EXTENDED = 0x4000;
const PATH_LENGTH = 0x0fff;

/** The kind of a file in the upper bits of its mode; links and submodules are others. */
const REGULAR = 0b1000;

/**
 * The files that git's index lists, relative to the top of the work tree, with `/`; undefined where it is no index, or one
 * of a version that is not known. Versions 2 to 4 as in `gitformat-index`. A file's own entries only: what a split index
 * leaves in the shared one is not looked up.
 */
export function trackedPaths(index: Buffer): string[] | undefined {
  if (index.length < HEADER_BYTES || index.toString('latin1', 0, 4) !== 'DIRC') return undefined;
  const version = index.readUInt32BE(4);
  if (version < 2 || version > 4) return undefined;
  // The index does not say how wide its names are, but each path's length stands before it, which only one width meets.
  for (const width of NAME_BYTES) {
    const paths = readEntries(index, version, width);
    if (paths !== undefined) return paths;
  }
  return undefined;
}

function readEntries(index: Buffer, version: number, nameBytes: number): string[] | undefined {
  const paths: string[] = [];
  let at = HEADER_BYTES;
  let path = '';
  for (let left = index.readUInt32BE(8); left > 0; left--) {
    const flagsAt = at + STAT_BYTES + nameBytes;
    if (flagsAt + 2 > index.length) return undefined;
    const flags = index.readUInt16BE(flagsAt);
    let from = flagsAt + ((flags & EXTENDED) > 0 ? 4 : 2);
    let kept = '';
    if (version === 4) {
      const strip = readOffset(index, from);
      if (strip === undefined || strip.value > path.length) return undefined;
      kept = path.slice(0, path.length - strip.value);
      from = strip.end;
    }
    const end = index.indexOf(0, from);
    if (end < 0) return undefined;
    // As bytes: lengths and what a path shares with the one before it are counted in them.
    path = kept + index.toString('latin1', from, end);
    const length = flags & PATH_LENGTH;
    if (path.length === 0 || (length === PATH_LENGTH ? path.length < length : path.length !== length)) return undefined;
    if (index.readUInt16BE(at + MODE_AT + 2) >> 12 === REGULAR) paths.push(asText(path));
    at = version === 4 ? end + 1 : at + (((end - at) >> 3) + 1) * 8;
  }
  return paths;
}

/** A number of 7 bits a byte, each byte but the last standing for one more, as git's pack files have it. */
function readOffset(bytes: Buffer, from: number): { readonly value: number; readonly end: number } | undefined {
  let value = -1;
  for (let at = from; at < bytes.length && at < from + 4; at++) {
    const byte = bytes[at]!;
    value = ((value + 1) << 7) | (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return undefined;
}

function asText(bytes: string): string {
  // What is ASCII is the same in UTF-8, and nearly all paths are.
  return /^[\0-\x7f]*$/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}
