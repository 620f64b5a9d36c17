import { OPERATION_ATTRIBUTES } from '../../../model/operation';
import type { TimeWindow } from '../../../model/time';
import { attributeText } from '../../traceql/fieldText';
import type { TempoApi } from './tempoApi';
import { sumOf, type TempoSeries } from './tempoSeries';

/** Tempo groups by five labels at most; `name` and `kind` are always two of them. */
const FAMILY_SIZE = 3;
/** Attributes that vary within a name, by which its spans can be told apart besides: name, kind, two and a bucket are five. */
const MAX_SPLIT = 2;
/** Families asked for at the same time. */
const PARALLEL = 3;
/** Bytes that each may bring: all together stay well below what a file's hints may cost. */
const MAX_WIRE_BYTES = 24 * 1024;

/** Values of a family of attributes that occur together under one name and kind. */
type Combination = ReadonlyMap<string, string>;

/** Name and kind as one text. */
export type SpanLabel = string;

/** What spans of a service carry that says which operation they are of. */
export class ServiceAttributes {
  /** By name and kind; one list per family. */
  private readonly found = new Map<SpanLabel, Map<number, Combination[]>>();
  /** Attributes by which spans of one name and kind are told apart, as labels (`span.http.route`). */
  readonly split: readonly string[];

  constructor(families: readonly (readonly TempoSeries[])[]) {
    families.forEach((series, family) => {
      for (const { labels } of series) this.add(labels, family);
    });
    this.split = this.chooseSplit();
  }

  /** The attributes, without their scope, that all spans of a group share. */
  of(label: SpanLabel, splitValues: ReadonlyMap<string, string>): Map<string, string> {
    const shared = new Map<string, string>();
    for (const combinations of this.found.get(label)?.values() ?? []) {
      const fitting = combinations.filter((combination) => fits(combination, splitValues, this.split));
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

  /** Those that vary under most names. */
  private chooseSplit(): string[] {
    const votes = new Map<string, number>();
    for (const families of this.found.values()) {
      for (const combinations of families.values()) {
        const names = new Set(combinations.flatMap((combination) => [...combination.keys()]));
        for (const name of names) {
          const values = new Set(combinations.map((combination) => combination.get(name)));
          if (values.size > 1) votes.set(name, (votes.get(name) ?? 0) + 1);
        }
      }
    }
    const byVotes = [...votes].sort(([a, first], [b, second]) => second - first || rank(a) - rank(b));
    return byVotes.slice(0, MAX_SPLIT).map(([name]) => name);
  }
}

/** Name and kind of a series, as one text. */
export function labelOf(labels: ReadonlyMap<string, string>): SpanLabel {
  return `${labels.get('kind') ?? ''} ${labels.get('name') ?? ''}`;
}

/**
 * Asks for the values of every identifying attribute that a service's spans have, with the names and kinds they occur at.
 * @param conditions TraceQL for the spans of the service.
 */
export async function readServiceAttributes(
  api: TempoApi,
  conditions: string,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<ServiceAttributes> {
  const tags = await api.tags(window, `{ ${conditions} }`, signal);
  const present = new Set(tags.get('span') ?? []);
  const labels = OPERATION_ATTRIBUTES.filter((name) => present.has(name)).map((name) => `span.${attributeText(name)}`);
  const families: string[][] = [];
  for (let at = 0; at < labels.length; at += FAMILY_SIZE) families.push(labels.slice(at, at + FAMILY_SIZE));
  const queries = families.map((family) => {
    const any = family.map((label) => `${label} != nil`).join(' || ');
    return `{ ${conditions} && (${any}) } | count_over_time() by (name, kind, ${family.join(', ')})`;
  });
  queries.push(`{ ${conditions} } | count_over_time() by (name, kind, instrumentation:name)`);
  const answers: (readonly TempoSeries[])[] = [];
  const left = [...queries.entries()];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, query] = next;
      const { series } = await api.instant({ q: query, window, maxWireBytes: MAX_WIRE_BYTES }, signal);
      answers[index] = series.filter((one) => sumOf(one) > 0);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return new ServiceAttributes(answers);
}

function fits(combination: Combination, values: ReadonlyMap<string, string>, split: readonly string[]): boolean {
  return split.every((name) => !combination.has(name) || combination.get(name) === values.get(name));
}

function rank(label: string): number {
  return OPERATION_ATTRIBUTES.indexOf(label.replace(/^span\./, '').replaceAll('"', ''));
}
