import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Attributes } from '../../model/attributes';
import type { Trace } from '../../model/trace';
import type { KnownValue } from './liveSource';

/** Bounds of what is looked at, so that an answer comes while somebody types, and of what is kept of it. */
const MOST_SPANS = 4_000;
const MOST_MS = 150;
const SLICE_MS = 8;
const MOST_NAMES = 1_000;
const MOST_VALUES = 300;
const LONGEST_VALUE = 200;

interface CountedValue {
  readonly type: 'text' | 'literal';
  count: number;
}

/** Names and values of attributes, counted over a sample of spans. */
export class SampledAttributes {
  private readonly byName = new Map<string, { count: number; readonly values: Map<string, CountedValue> }>();

  /** Counts what one span has. */
  add(trace: Trace, row: number): void {
    const { attributes, resource, scope, events, links, statusMessage } = trace.details(row);
    this.addAll('span', attributes);
    this.addAll('resource', resource);
    this.addAll('instrumentation', scope.attributes);
    for (const event of events.slice(0, 20)) {
      this.addAll('event', event.attributes);
      this.addValue('event:name', event.name);
    }
    for (const link of links.slice(0, 20)) this.addAll('link', link.attributes);
    this.addValue('name', trace.names[trace.name[row]!] ?? '');
    if (statusMessage !== '') this.addValue('statusMessage', statusMessage);
    if (scope.name !== '') this.addValue('instrumentation:name', scope.name);
    if (scope.version !== '') this.addValue('instrumentation:version', scope.version);
    if (trace.parent[row]! < 0) {
      this.addValue('rootName', trace.names[trace.name[row]!] ?? '');
      this.addValue('rootServiceName', trace.services[trace.service[row]!] ?? '');
    }
  }

  /** With their scopes, the most frequent first; built-in fields are left out. */
  names(): string[] {
    const attributes = [...this.byName].filter(([name]) => name.includes('.') && !/^\w+:/.test(name));
    return attributes.sort(([, a], [, b]) => b.count - a.count).map(([name]) => name);
  }

  /** The most frequent first. */
  values(name: string): KnownValue[] {
    const values = [...(this.byName.get(name)?.values ?? [])];
    return values.sort(([, a], [, b]) => b.count - a.count).map(([text, { type }]) => ({ text, type }));
  }

  private addAll(scope: string, attributes: Attributes): void {
    for (const [key, value] of attributes) {
      if (typeof value === 'string') this.addValue(`${scope}.${key}`, value);
      else if (typeof value === 'object') this.countName(`${scope}.${key}`);
      else this.addValue(`${scope}.${key}`, String(value), 'literal');
    }
  }

  private addValue(name: string, text: string, type: CountedValue['type'] = 'text'): void {
    const values = this.countName(name)?.values;
    if (values === undefined || text.length > LONGEST_VALUE) return;
    const known = values.get(text);
    if (known !== undefined) known.count++;
    else if (values.size < MOST_VALUES) values.set(text, { type, count: 1 });
  }

  private countName(name: string) {
    let known = this.byName.get(name);
    if (known === undefined) {
      if (this.byName.size >= MOST_NAMES) return undefined;
      known = { count: 0, values: new Map() };
      this.byName.set(name, known);
    }
    known.count++;
    return known;
  }
}

/**
 * What the spans of some traces have, as far as can be looked at in a moment.
 * @throws the signal's reason when aborted.
 */
export async function attributesOfTraces(
  traces: AsyncIterable<Trace>,
  signal: AbortSignal,
): Promise<SampledAttributes> {
  const found = new SampledAttributes();
  const end = performance.now() + MOST_MS;
  let sliceEnd = performance.now() + SLICE_MS;
  let left = MOST_SPANS;
  for await (const trace of traces) {
    for (let row = 0; row < trace.count && left > 0; row++, left--) {
      found.add(trace, row);
      if (performance.now() < sliceEnd) continue;
      await nextTurn();
      signal.throwIfAborted();
      sliceEnd = performance.now() + SLICE_MS;
      if (sliceEnd > end) left = 0;
    }
    if (left <= 0) break;
  }
  return found;
}
