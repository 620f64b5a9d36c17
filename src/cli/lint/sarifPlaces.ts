import type { ArtifactLocation, Location, Region } from 'sarif';
import { toLine1, type Range0 } from '../../base/positions';

/** What stands for the top of the repository, in the form that the standard's examples and code hosts use. */
export const BASE = '%SRCROOT%';

/** `server.js:4`, in marks of code or without, or what has to be escaped. */
const PLACE = /(`?)([^`\s:()[\]\\]+):(\d+)\1|[[\]\\]/g;

/** A place with a file relative to the top, and what is said of it. */
export interface SarifPlace {
  readonly file: string;
  /** The whole file without. */
  readonly range?: Range0;
  readonly text?: string;
}

/** A place that messages may link to by its number. */
export interface NumberedPlace extends SarifPlace {
  readonly id: number;
  readonly range: Range0;
}

/** A place as SARIF writes it. */
export function located({ file, range, text }: SarifPlace): Location {
  return {
    physicalLocation: {
      artifactLocation: artifact(file),
      ...(range === undefined ? {} : { region: region(range) }),
    },
    ...(text === undefined || text === '' ? {} : { message: { text } }),
  };
}

/** A file: a URI relative to the top. */
export function artifact(file: string): ArtifactLocation {
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: BASE };
}

/** Lines and columns from 1, the end's column behind it. */
export function region(range: Range0): Region {
  return {
    startLine: toLine1(range.startLine),
    startColumn: range.startColumn + 1,
    endLine: toLine1(range.endLine),
    endColumn: range.endColumn + 1,
  };
}

/**
 * A message as plain text of SARIF (3.11.6): brackets and backslashes escaped, and `file:line` of a numbered place as a
 * link to it, since code hosts show related places only where the message links to them. Places that no word of the
 * message names are listed behind it.
 */
export function linkedMessage(message: string, places: readonly NumberedPlace[]): string {
  const linked = new Set<number>();
  const text = message.replace(PLACE, (found, _mark?: string, file?: string, line?: string) => {
    if (file === undefined) return `\\${found}`;
    const place = places.find(
      (one) => toLine1(one.range.startLine) === Number(line) && (one.file === file || one.file.endsWith(`/${file}`)),
    );
    if (place === undefined) return found;
    linked.add(place.id);
    return link(`${file}:${line}`, place.id);
  });
  const named = new Set<string>();
  const rest = places.flatMap((place) => {
    const at = `${place.file}:${toLine1(place.range.startLine)}`;
    if (linked.has(place.id) || named.has(at)) return [];
    named.add(at);
    return [link(at, place.id)];
  });
  return rest.length === 0 ? text : `${text} See ${rest.join(', ')}.`;
}

function link(text: string, id: number): string {
  return `[${text.replace(/[[\]\\]/g, '\\$&')}](${id})`;
}
