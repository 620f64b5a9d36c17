import { OPERATION_ATTRIBUTES } from '../../../model/operation';
import type { TimeWindow } from '../../../model/time';
import { attributeText } from '../../traceql/language/fieldText';
import type { TempoApi } from './tempoApi';
import { sumOf, type TempoSeries } from './tempoSeries';

/** Tempo groups by five labels at most; `name` and `kind` are always two of them. */
const FAMILY_SIZE = 3;
/** Attributes by which spans of one name can be told apart besides: name, kind, two and a bucket are five. */
const MAX_SPLIT = 2;
/** Splits besides the one of most names; each is a question more. */
const MAX_SPECIAL = 4;
/** Names that one question lists. */
const MAX_NAMES = 24;
/** Families asked for at the same time. */
const PARALLEL = 3;
/** Bytes that each may bring: all together stay well below what a file's hints may cost. */
const MAX_WIRE_BYTES = 24 * 1024;

/** Values of a family of attributes that occur together under one name and kind. */
type Combination = ReadonlyMap<string, string>;

/** Name and kind as one text. */
export type SpanLabel = string;

/** Spans that are told apart by the same attributes. */
export interface SplitGroup {
  /** As labels: `span.http.route`. */
  readonly split: readonly string[];
  /** Only these names of spans; all others where left out. */
  readonly names?: readonly string[];
}

/** What spans of a service carry that says which operation they are of. */
export class ServiceAttributes {
  /** The first is that of every label that no other has. */
  readonly groups: readonly SplitGroup[];
  /** By name and kind; one list per family. */
  private readonly found = new Map<SpanLabel, Map<number, Combination[]>>();
  private readonly special = new Map<SpanLabel, SplitGroup>();

  /** @param isWhole every answer was read to its end: what is not known was not called. */
  constructor(
    families: readonly (readonly TempoSeries[])[],
    readonly isWhole = true,
  ) {
    families.forEach((series, family) => {
      for (const { labels } of series) this.add(labels, family);
    });
    const needs = new Map([...this.found].map(([label, combinations]) => [label, neededSplit(combinations)]));
    const split = mostNeeded([...needs.values()].flat());
    const special = this.specialGroups(needs, split);
    this.groups = [{ split }, ...special];
  }

  /** Whether spans of this label were called when the attributes were read. */
  knows(label: SpanLabel): boolean {
    return this.found.has(label);
  }

  /** The group whose question counts the spans of a label. */
  groupOf(label: SpanLabel): SplitGroup {
    return this.special.get(label) ?? this.groups[0]!;
  }

  /** The attributes, without their scope, that all spans of a group share. */
  of(label: SpanLabel, splitValues: ReadonlyMap<string, string>): Map<string, string> {
    const { split } = this.groupOf(label);
    const shared = new Map<string, string>();
    for (const combinations of this.found.get(label)?.values() ?? []) {
      const fitting = combinations.filter((combination) => fits(combination, splitValues, split));
      const [first, ...others] = fitting;
      for (const [name, value] of first ?? []) {
        if (others.every((other) => other.get(name) === value)) shared.set(name, value);
      }
    }
    return shared;
  }

  private add(labels: ReadonlyMap<string, string>, family: number): void {
    const combination = new Map([...labels].filter(([name]) => name !== 'name' && name !== 'kind'));
    const label = labelOf(labels);
    const families = this.found.get(label) ?? new Map<number, Combination[]>();
    this.found.set(label, families);
    families.set(family, [...(families.get(family) ?? []), combination]);
  }

  /** Groups of the labels that need another split than most do. */
  private specialGroups(needs: ReadonlyMap<SpanLabel, readonly string[]>, split: readonly string[]): SplitGroup[] {
    const bySplit = new Map<string, { split: readonly string[]; labels: SpanLabel[] }>();
    for (const [label, own] of needs) {
      if (own.every((name) => split.includes(name))) continue;
      const key = [...own].sort().join();
      const group = bySplit.get(key) ?? { split: own, labels: [] };
      bySplit.set(key, group);
      group.labels.push(label);
    }
    const largest = [...bySplit.values()].sort((a, b) => b.labels.length - a.labels.length).slice(0, MAX_SPECIAL);
    return largest.map(({ split: own, labels }) => {
      const counted = labels.slice(0, MAX_NAMES);
      const group = { split: own, names: [...new Set(counted.map(nameOf))] };
      for (const label of counted) this.special.set(label, group);
      return group;
    });
  }
}

/** Name and kind of a series, as one text. */
export function labelOf(labels: ReadonlyMap<string, string>): SpanLabel {
  return `${labels.get('kind') ?? ''} ${labels.get('name') ?? ''}`;
}

/** The name in a {@link SpanLabel}. */
function nameOf(label: SpanLabel): string {
  return label.slice(label.indexOf(' ') + 1);
}

/** The attributes that vary within one label: those with most values. */
function neededSplit(families: ReadonlyMap<number, readonly Combination[]>): string[] {
  const counts = new Map<string, number>();
  for (const combinations of families.values()) {
    const names = new Set(combinations.flatMap((combination) => [...combination.keys()]));
    for (const name of names) counts.set(name, new Set(combinations.map((combination) => combination.get(name))).size);
  }
  const varying = [...counts].filter(([, count]) => count > 1);
  varying.sort(([a, first], [b, second]) => second - first || rank(a) - rank(b));
  return varying.slice(0, MAX_SPLIT).map(([name]) => name);
}

function mostNeeded(names: readonly string[]): string[] {
  const votes = new Map<string, number>();
  for (const name of names) votes.set(name, (votes.get(name) ?? 0) + 1);
  const byVotes = [...votes].sort(([a, first], [b, second]) => second - first || rank(a) - rank(b));
  return byVotes.slice(0, MAX_SPLIT).map(([name]) => name);
}

/**
 * Asks for the values of every identifying attribute that a service's spans have, with the names and kinds they occur at.
 * @param conditions TraceQL for the spans of the service.
 * @param present names of attributes that spans of any service have: Tempo's lists by service leave some out.
 */
export async function readServiceAttributes(
  api: TempoApi,
  conditions: string,
  present: ReadonlySet<string>,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<ServiceAttributes> {
  const labels = OPERATION_ATTRIBUTES.filter((name) => present.has(name)).map((name) => `span.${attributeText(name)}`);
  const families: string[][] = [];
  for (let at = 0; at < labels.length; at += FAMILY_SIZE) families.push(labels.slice(at, at + FAMILY_SIZE));
  const queries = families.map((family) => {
    const any = family.map((label) => `${label} != nil`).join(' || ');
    return `{ ${conditions} && (${any}) } | count_over_time() by (name, kind, ${family.join(', ')})`;
  });
  queries.push(`{ ${conditions} } | count_over_time() by (name, kind, instrumentation:name)`);
  const answers: (readonly TempoSeries[])[] = [];
  let isWhole = true;
  const left = [...queries.entries()];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, query] = next;
      const { series, partial } = await api.instant({ q: query, window, maxWireBytes: MAX_WIRE_BYTES }, signal);
      isWhole &&= partial === undefined;
      answers[index] = series.filter((one) => sumOf(one) > 0);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return new ServiceAttributes(answers, isWhole);
}

function fits(combination: Combination, values: ReadonlyMap<string, string>, split: readonly string[]): boolean {
  return split.every((name) => !combination.has(name) || combination.get(name) === values.get(name));
}

function rank(label: string): number {
  return OPERATION_ATTRIBUTES.indexOf(label.replace(/^span\./, '').replaceAll('"', ''));
}
