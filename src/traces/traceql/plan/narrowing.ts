import type { Keyword } from '../language/datum';
import type { Pushdown, SimpleCondition } from './pushdown';

/** The parts of a {@link Pushdown} that the search forms of most backends have a box for. */
export interface Narrowing {
  readonly service?: string;
  readonly name?: string;
  readonly status?: 'ok' | 'error' | 'unset';
  readonly kind?: string;
  /** Of one span, in nanoseconds; inclusive, so that a strict bound finds a little more. */
  readonly minDurationNs?: number;
  readonly maxDurationNs?: number;
  /** Of the whole trace. */
  readonly minTraceDurationNs?: number;
  readonly maxTraceDurationNs?: number;
  /** Attributes of the span or its resource that have exactly this value. */
  readonly attributes: readonly {
    readonly scope: string;
    readonly name: string;
    readonly value: string | number | bigint | boolean;
  }[];
  /** Nothing else is asked for, and no bound is strict: what this finds is what the query finds. */
  readonly exact: boolean;
}

/** The conditions of one group and of the trace, by what they are about. */
export function narrowing({ trace, exact }: Pushdown, group: readonly SimpleCondition[] = []): Narrowing {
  const found: Writable<Narrowing> = { attributes: [], exact };
  const attributes: Narrowing['attributes'][number][] = [];
  for (const condition of [...group, ...trace]) {
    const { field, operator, value } = condition;
    const equal = operator === '=';
    const name = field.node === 'attribute' ? `${field.scope}.${field.name}` : field.name;
    if (value === undefined) found.exact = false;
    else if (equal && name === 'resource.service.name') found.service ??= value.value as string;
    else if (equal && name === 'name') found.name ??= value.value as string;
    else if (equal && name === 'status') found.status ??= (value.value as Keyword).name as 'ok';
    else if (equal && name === 'kind') found.kind ??= (value.value as Keyword).name;
    else if (name === 'duration' || name === 'traceDuration') {
      bound(found, name === 'duration' ? 'DurationNs' : 'TraceDurationNs', operator, Number(value.value));
    } else if (
      equal &&
      field.node === 'attribute' &&
      (field.scope === 'span' || field.scope === 'any' || field.scope === 'resource')
    ) {
      attributes.push({ scope: field.scope, name: field.name, value: value.value as string });
    } else found.exact = false;
  }
  return { ...found, attributes };
}

/** The group that narrows a search the most: a service and a name first, then whatever has most conditions. */
export function bestGroup({ groups }: Pushdown): readonly SimpleCondition[] {
  const weight = (group: readonly SimpleCondition[]): number => {
    const { service, name, status } = narrowing({ groups: [], trace: [], exact: false }, group);
    return (
      (service === undefined ? 0 : 100) + (name === undefined ? 0 : 50) + (status === undefined ? 0 : 10) + group.length
    );
  };
  return groups.reduce<readonly SimpleCondition[]>((best, group) => (weight(group) > weight(best) ? group : best), []);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function bound(
  found: Writable<Narrowing>,
  what: 'DurationNs' | 'TraceDurationNs',
  operator: string,
  value: number,
): void {
  const [least, most] = [`min${what}`, `max${what}`] as const;
  if (operator.startsWith('>') || operator === '=') found[least] = Math.max(found[least] ?? value, value);
  if (operator.startsWith('<') || operator === '=') found[most] = Math.min(found[most] ?? value, value);
  if (!['>=', '<=', '='].includes(operator)) found.exact = false;
}
