import { toLine1 } from '../../base/positions';
import { seenFrom } from '../../lint/seenFrom';
import type { Finding } from '../../model/finding';
import { isInside } from '../../source/workspace/workspaceFiles';
import type { Relative } from './lintFormats';

/**
 * The finding with its sentences naming files as the report does. Rules name them as they are seen from the folder that
 * was linted; a report on several folders, or one for a code host, begins elsewhere.
 */
export function withToldPlaces(finding: Finding, folders: readonly string[], relative: Relative): Finding {
  const own = folders.filter((folder) => isInside(folder, finding.file));
  const told = new Map<string, string>();
  for (const { file, range } of [finding, ...finding.evidence, ...finding.related])
    for (const folder of own) {
      const line = toLine1(range.startLine);
      const [seen, reported] = [seenFrom(folder, file), relative(file)];
      if (seen !== reported) told.set(`${seen}:${line}`, `${reported}:${line}`);
    }
  if (told.size === 0) return finding;
  const places = [...told.keys()].map((place) => place.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const place = new RegExp(`(?<![\\w./\\\\-])(?:${places.join('|')})(?!\\d)`, 'g');
  const named = (text: string): string => text.replace(place, (seen) => told.get(seen)!);
  return {
    ...finding,
    message: named(finding.message),
    evidence: finding.evidence.map((one) => ({ ...one, text: named(one.text) })),
    related: finding.related.map((one) => ({ ...one, message: named(one.message) })),
  };
}
