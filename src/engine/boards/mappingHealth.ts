import type { OperationStats } from '../../model/operation';
import type { Mapping, UnmappedCode } from '../../model/location';
import type { MappingHealth, MappingReason } from '../../protocol/engine';
import { CAUSES, isNeutral } from '../../source/report/causes';
import { evidenceSnippet } from '../../source/report/evidenceSnippets';
import type { PlaceFinder } from '../hints/placeFinder';

/** An operation without a place. */
interface Unplaced {
  readonly stats: OperationStats;
  readonly mapping: Exclude<Mapping, { status: 'mapped' }>;
}

/** Operations named per cause in the status. */
const MOST_EXAMPLES = 3;

/** How many of the window's operations have a place, and why the others have none, most frequent cause first. */
export function mappingHealth(operations: readonly OperationStats[], places: PlaceFinder): MappingHealth {
  const groups = unplacedByCause(operations, places);
  const counted = (codes: (code: UnmappedCode) => boolean): number =>
    groups.reduce((sum, { code, members }) => sum + (codes(code) ? members.length : 0), 0);
  return {
    mapped: placedOperations(operations, places).length,
    ambiguous: counted((code) => code === 'ambiguous'),
    unmapped: counted((code) => code !== 'ambiguous' && !isNeutral(code)),
    library: counted((code) => isNeutral(code)),
    reasons: groups.filter(({ code }) => !isNeutral(code)).map(reasonOf),
  };
}

/** Operations without a place for one cause, those called most often first. */
interface Cause {
  readonly code: UnmappedCode;
  readonly members: readonly Unplaced[];
}

function unplacedByCause(operations: readonly OperationStats[], places: PlaceFinder): Cause[] {
  const groups = new Map<UnmappedCode, Unplaced[]>();
  for (const one of unplacedOperations(operations, places)) {
    const { code } = one.mapping.reason;
    const members = groups.get(code);
    if (members) members.push(one);
    else groups.set(code, [one]);
  }
  return [...groups.entries()]
    .map(([code, members]) => ({ code, members: members.sort((a, b) => b.stats.count - a.stats.count) }))
    .sort((a, b) => b.members.length - a.members.length || (a.code < b.code ? -1 : 1));
}

function reasonOf({ code, members }: Cause): MappingReason {
  const examples = [...new Set(members.map(({ stats }) => stats.key.name.slice(0, 100)))].slice(0, MOST_EXAMPLES);
  const cure = cureOf(members);
  return { text: CAUSES[code], count: members.length, examples, ...(cure === undefined ? {} : { cure }) };
}

/** What helps most of them. */
function cureOf(members: readonly Unplaced[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { mapping } of members) {
    const { cure } = mapping.reason;
    if (cure !== undefined) counts.set(cure, (counts.get(cure) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** The mapping report as Markdown: what has a place, and what has none, by reason with its cure. */
export function mappingReport(
  operations: readonly OperationStats[],
  places: PlaceFinder,
  describePlace: (file: string, line: number) => string,
): string {
  const health = mappingHealth(operations, places);
  const total = health.mapped + health.ambiguous + health.unmapped;
  const lines = ['# Mapping report', ''];
  if (total + health.library === 0) {
    lines.push('No operations have been seen in the window yet, so there is nothing to map.');
    return lines.join('\n');
  }
  const library = health.library === 0 ? '' : ` ${health.library} more are made by libraries and need none.`;
  lines.push(
    `${health.mapped} of ${total} operations have a place in this workspace; ${health.ambiguous} are ambiguous, ${health.unmapped} have none.${library}`,
    '',
  );
  lines.push(...serviceLines(operations, places));
  const causes = unplacedByCause(operations, places);
  for (const { code, members } of [...causes].sort((a, b) => Number(isNeutral(a.code)) - Number(isNeutral(b.code)))) {
    lines.push(`## ${CAUSES[code]} (${members.length})`, '');
    const cure = cureOf(members);
    if (cure !== undefined) lines.push(`Cure: ${cell(cure)}`, '');
    for (const { stats, mapping } of members) {
      const candidates = mapping.candidates.map(
        (place) => `${quoted(describePlace(place.file, place.line))} (${place.confidence.toFixed(2)})`,
      );
      const possible = candidates.length === 0 ? '' : ` Possible: ${candidates.join(', ')}.`;
      const own = mapping.reason.cure;
      const next = own === undefined || own === cure ? '' : ` ${cell(own)}`;
      lines.push(`* ${describeOperation(stats)}: ${cell(mapping.reason.text)}${possible}${next}`);
    }
    lines.push('', ...snippetLines(code, members));
  }
  const placed = placedOperations(operations, places);
  if (placed.length > 0) {
    lines.push('## Mapped', '', '| operation | place | confidence | because |', '|---|---|---|---|');
    for (const { stats, mapping } of placed) {
      const { location } = mapping;
      const why = location.evidence.map((evidence) => cell(evidence.text)).join('; ');
      const place = quoted(describePlace(location.file, location.line));
      lines.push(`| ${describeOperation(stats)} | ${place} | ${location.confidence.toFixed(2)} | ${why} |`);
    }
  }
  return lines.join('\n');
}

/** The same counts of each of several services. */
function serviceLines(operations: readonly OperationStats[], places: PlaceFinder): string[] {
  const services = [...new Set(operations.filter(({ count }) => count > 0).map(({ key }) => key.service))].sort();
  if (services.length < 2) return [];
  const rows = services.map((service) => {
    const own = operations.filter(({ key }) => key.service === service);
    const { mapped, ambiguous, unmapped, library } = mappingHealth(own, places);
    return `| ${service === '' ? '(no name)' : cell(service)} | ${mapped} | ${ambiguous} | ${unmapped} | ${library} |`;
  });
  return ['| service | with a place | ambiguous | without | of libraries |', '|---|---|---|---|---|', ...rows, ''];
}

/** What to put into a service so that its spans say more, one a language. */
function snippetLines(code: UnmappedCode, members: readonly Unplaced[]): string[] {
  const snippets = new Set(members.flatMap(({ stats }) => evidenceSnippet(stats.key, code) ?? []));
  return [...snippets].flatMap(({ text, language, code: lines }) => [
    `What would help: ${cell(text)}`,
    '',
    `\`\`\`${language}`,
    lines.trimEnd(),
    '```',
    '',
  ]);
}

function unplacedOperations(operations: readonly OperationStats[], places: PlaceFinder): Unplaced[] {
  return operations.flatMap((stats) => {
    const mapping = stats.count === 0 ? undefined : places.get(stats.id);
    return mapping === undefined || mapping.status === 'mapped' ? [] : [{ stats, mapping }];
  });
}

function placedOperations(
  operations: readonly OperationStats[],
  places: PlaceFinder,
): { stats: OperationStats; mapping: Extract<Mapping, { status: 'mapped' }> }[] {
  return operations.flatMap((stats) => {
    const mapping = stats.count === 0 ? undefined : places.get(stats.id);
    return mapping?.status === 'mapped' ? [{ stats, mapping }] : [];
  });
}

function describeOperation({ key }: OperationStats): string {
  return `${cell(key.service)} ${key.kind.toLowerCase()} ${quoted(key.name)}`;
}

/** Names come from outside: nothing of them may be Markdown, a table's border or a second line. */
function cell(text: string): string {
  return text
    .slice(0, 300)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>#|]/g, '\\$&');
}

function quoted(text: string): string {
  return `\`${text.slice(0, 300).replace(/\s+/g, ' ').replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}
