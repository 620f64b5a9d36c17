import type { AttributeValue } from '../../../model/attributes';
import type { MetricsFunction } from '../language/ast';
import { compileCondition } from '../evaluate/compilePipeline';
import { datumKey, type Datum } from '../language/datum';
import { fieldText } from '../language/fieldText';
import { labelValue, type Series } from './series';
import type { SpanReader } from '../evaluate/spanReader';

const META = '__meta_type';
const INTRINSICS = [
  ...['name', 'status', 'statusMessage', 'kind', 'rootName', 'rootServiceName', 'span:childCount'],
  ...['instrumentation:name', 'instrumentation:version'],
] as const;

type Compare = Extract<MetricsFunction, { name: 'compare' }>;
type Counts = Map<string, Map<string, { value: Datum; count: number }>>;

/** Counts every attribute's values, of the spans that are selected and of the others apart. */
export class CompareSeries {
  private readonly isSelected;
  private readonly counts: Readonly<Record<'baseline' | 'selection', Counts>> = {
    baseline: new Map(),
    selection: new Map(),
  };

  constructor(private readonly compare: Compare) {
    this.isSelected = compileCondition(compare.selection.condition);
  }

  /** Counts the span that the reader stands on. */
  add(span: SpanReader): void {
    const side = this.isWithinWindow(span) && this.isSelected(span) ? 'selection' : 'baseline';
    const counts = this.counts[side];
    for (const name of INTRINSICS) count(counts, name, span.intrinsic(name));
    const { attributes, resource, scope, events, links } = span.details;
    const add = (
      prefix: 'span' | 'resource' | 'event' | 'link' | 'instrumentation',
      key: string,
      value: AttributeValue,
    ) => {
      if (typeof value === 'object') return;
      count(counts, fieldText({ node: 'attribute', scope: prefix, name: key, from: 0, to: 0 }), value);
    };
    for (const [key, value] of attributes) add('span', key, value);
    for (const [key, value] of resource) add('resource', key, value);
    for (const [key, value] of scope.attributes) add('instrumentation', key, value);
    for (const event of events) {
      count(counts, 'event:name', event.name);
      for (const [key, value] of event.attributes) add('event', key, value);
    }
    for (const link of links) for (const [key, value] of link.attributes) add('link', key, value);
  }

  /** The values that are there most often, with how often; and per attribute how often it is there at all. */
  series(): Series[] {
    const series: Series[] = [];
    const crowded = new Set<string>();
    for (const side of ['baseline', 'selection'] as const) {
      for (const [name, values] of this.counts[side]) {
        const sorted = [...values.values()].sort((a, b) => b.count - a.count);
        if (sorted.length > this.compare.top) crowded.add(name);
        for (const { value, count } of sorted.slice(0, this.compare.top)) {
          series.push({ labels: { [META]: side, [name]: labelValue(value) }, value: count });
        }
        const total = sorted.reduce((sum, { count }) => sum + count, 0);
        series.push({ labels: { [META]: `${side}_total`, [name]: 'nil' }, value: total });
      }
    }
    return series;
  }

  private isWithinWindow({ trace, row }: SpanReader): boolean {
    const { window } = this.compare;
    if (window === undefined) return true;
    const start = trace.startNs + BigInt(Math.round(trace.start[row]!));
    return start > window.from && start <= window.to;
  }
}

function count(counts: Counts, name: string, value: Datum): void {
  if (value === undefined) return;
  let values = counts.get(name);
  if (values === undefined) {
    values = new Map<string, { value: Datum; count: number }>();
    counts.set(name, values);
  }
  const key = datumKey(value);
  const known = values.get(key);
  if (known === undefined) values.set(key, { value, count: 1 });
  else known.count++;
}
