import { NO_ATTRIBUTES, type Attributes, type AttributeValue } from '../../../model/attributes';
import {
  OPERATION_ATTRIBUTES,
  SPAN_KINDS,
  STATUS_ERROR,
  type ErrorExemplar,
  type OperationKey,
  type OperationStats,
} from '../../../model/operation';
import { textOf } from '../../formats/recordValues';
import type { SpanRecord } from '../../formats/spanRecord';
import { errorExemplar, exemplar, lengthOf } from '../spanExemplars';
import { keyText, type GroupKey } from './operationGroups';

/** Spans that were seen of groups that were counted: what they carry, and which are worth opening. */
export class SampledGroups {
  private readonly byKey = new Map<string, SpanRecord[]>();
  private readonly resources = new Map<string, Attributes>();

  add(span: SpanRecord): void {
    const service = textOf(span.resource.get('service.name')) ?? '';
    const kind = SPAN_KINDS[span.kind] ?? 'UNSPECIFIED';
    const key = keyText({ service, name: span.name, kind });
    const known = this.byKey.get(key);
    const same = known?.findIndex(({ spanId, traceId }) => spanId === span.spanId && traceId === span.traceId) ?? -1;
    if (known === undefined) this.byKey.set(key, [span]);
    else if (same < 0) known.push(span);
    // Found again as failed, it is known to be.
    else if (span.status.code === STATUS_ERROR) known[same] = span;
    if (!this.resources.has(service)) this.resources.set(service, span.resource);
  }

  /** How long the slowest took that was seen; NaN where none was. */
  slowestNs(key: GroupKey): number {
    const lengths = this.of(key).map(lengthOf);
    return lengths.length === 0 ? NaN : Math.max(...lengths);
  }

  hasFailed(key: GroupKey): boolean {
    return this.of(key).some(({ status }) => status.code === STATUS_ERROR);
  }

  /**
   * What the spans of a group have in common. Datadog groups by names: where spans of one name say different things of
   * where their code is, none of it is said of all.
   */
  operationKey(key: GroupKey): OperationKey {
    const spans = this.of(key);
    const [first] = spans;
    const scope = first?.scope.name ?? '';
    const shared = [...(first?.attributes ?? [])].filter(
      ([name, value]) =>
        OPERATION_ATTRIBUTES.includes(name) && spans.every(({ attributes }) => isSame(attributes.get(name), value)),
    );
    return {
      service: key.service,
      resource: this.resources.get(key.service) ?? NO_ATTRIBUTES,
      scope: spans.every((span) => span.scope.name === scope) ? scope : '',
      kind: key.kind,
      name: key.name,
      attributes: new Map(shared),
    };
  }

  exemplars(key: GroupKey, medianNs: number): OperationStats['exemplars'] {
    const spans = this.of(key);
    const longest = spans.reduce<SpanRecord | undefined>(
      (most, span) => (most === undefined || lengthOf(span) > lengthOf(most) ? span : most),
      undefined,
    );
    const failed = spans
      .filter(({ status }) => status.code === STATUS_ERROR)
      .sort((a, b) => Number(b.startNs - a.startNs));
    const distance = (span: SpanRecord): number => Math.abs(Math.log((lengthOf(span) + 1) / (medianNs + 1)));
    const [typical] = spans
      .filter(({ status }) => status.code !== STATUS_ERROR)
      .sort((a, b) => distance(a) - distance(b));
    return {
      ...(longest === undefined ? {} : { slowest: exemplar(longest) }),
      ...(failed[0] === undefined ? {} : { error: withOwnStack(failed[0]) }),
      ...(typical === undefined ? {} : { typical: exemplar(typical) }),
    };
  }

  private of(key: GroupKey): readonly SpanRecord[] {
    return this.byKey.get(keyText(key)) ?? [];
  }
}

function isSame(a: AttributeValue | undefined, b: AttributeValue): boolean {
  return a === b || (a !== undefined && JSON.stringify(a) === JSON.stringify(b));
}

/** Datadog writes the stack of a failure onto the span as well. */
function withOwnStack(span: SpanRecord): ErrorExemplar {
  const stack = textOf(span.attributes.get('exception.stacktrace'));
  return { ...errorExemplar(span), ...(stack === undefined ? {} : { stack }) };
}
