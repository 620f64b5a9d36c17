import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The absolute path of a `file:` URI; undefined for any other scheme and for what is no URI. */
export function pathOfUri(uri: string): string | undefined {
  if (!/^file:\/\//i.test(uri)) return undefined;
  try {
    return path.normalize(fileURLToPath(uri));
  } catch {
    // A host on Linux, a bad escape: there is no such file.
    return undefined;
  }
}

/**
 * A path as a `file:` URI, spelled as VS Code spells it (everything but unreserved characters escaped, the drive letter
 * in lower case), so that both sides can compare texts.
 */
export function uriOfPath(file: string): string {
  const slashed = file.split(path.sep).join('/');
  const drive = /^([A-Za-z]):/.exec(slashed);
  const rest = drive === null ? slashed : slashed.slice(2);
  const head = drive === null ? '' : `/${drive[1]!.toLowerCase()}%3A`;
  return `file://${head}${rest.split('/').map(escapeSegment).join('/')}`;
}

function escapeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
