import type { OperationStats } from '../../model/operation';
import type { Mapping } from '../../model/location';
import type { MappingHealth } from '../../protocol/engine';
import type { PlaceFinder } from '../hints/placeFinder';

/** An operation without a place. */
interface Unplaced {
  readonly stats: OperationStats;
  readonly mapping: Exclude<Mapping, { status: 'mapped' }>;
}

/** How many of the window's operations have a place, and why the others have none, most frequent reason first. */
export function mappingHealth(operations: readonly OperationStats[], places: PlaceFinder): MappingHealth {
  let mapped = 0;
  let ambiguous = 0;
  const reasons = new Map<string, { text: string; count: number; cure?: string }>();
  const unplaced = unplacedOperations(operations, places);
  for (const { stats } of placedOperations(operations, places)) if (stats.count > 0) mapped++;
  for (const { mapping } of unplaced) {
    if (mapping.status === 'ambiguous') ambiguous++;
    const { text, cure } = mapping.reason;
    const known = reasons.get(text);
    if (known === undefined) reasons.set(text, { text, count: 1, ...(cure === undefined ? {} : { cure }) });
    else known.count++;
  }
  return {
    mapped,
    ambiguous,
    unmapped: unplaced.length - ambiguous,
    reasons: [...reasons.values()].sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1)),
  };
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
  if (total === 0) {
    lines.push('No operations have been seen in the window yet, so there is nothing to map.');
    return lines.join('\n');
  }
  lines.push(
    `${health.mapped} of ${total} operations have a place in this workspace; ${health.ambiguous} are ambiguous, ${health.unmapped} have none.`,
    '',
  );
  const unplaced = unplacedOperations(operations, places);
  for (const reason of health.reasons) {
    lines.push(`## ${cell(reason.text)} (${reason.count})`, '');
    if (reason.cure !== undefined) lines.push(`Cure: ${cell(reason.cure)}`, '');
    for (const { stats, mapping } of unplaced) {
      if (mapping.reason.text !== reason.text) continue;
      const candidates = mapping.candidates.map(
        (place) => `${code(describePlace(place.file, place.line))} (${place.confidence.toFixed(2)})`,
      );
      const possible = candidates.length === 0 ? '' : `, possible: ${candidates.join(', ')}`;
      lines.push(`* ${describeOperation(stats)}${possible}`);
    }
    lines.push('');
  }
  const placed = placedOperations(operations, places);
  if (placed.length > 0) {
    lines.push('## Mapped', '', '| operation | place | confidence | because |', '|---|---|---|---|');
    for (const { stats, mapping } of placed) {
      const { location } = mapping;
      const why = location.evidence.map((evidence) => cell(evidence.text)).join('; ');
      const place = code(describePlace(location.file, location.line));
      lines.push(`| ${describeOperation(stats)} | ${place} | ${location.confidence.toFixed(2)} | ${why} |`);
    }
  }
  return lines.join('\n');
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
  return `${cell(key.service)} ${key.kind.toLowerCase()} ${code(key.name)}`;
}

/** Names come from outside: nothing of them may be Markdown, a table's border or a second line. */
function cell(text: string): string {
  return text
    .slice(0, 300)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>#|]/g, '\\$&');
}

function code(text: string): string {
  return `\`${text.slice(0, 300).replace(/\s+/g, ' ').replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}
