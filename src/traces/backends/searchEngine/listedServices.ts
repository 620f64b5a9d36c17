import { nanosFromMillis, type TimeWindow } from '../../../model/time';
import type { ServiceSummary } from '../../../model/traceSource';
import { isObject } from '../../otlp/jsonFields';
import { allOf, anyOf, within, type Clause } from './clauses';
import { ofShape, type SpanSchema } from './spanSchema';
import { bucketsIn, countIn, numberOf } from './aggregationValues';
import type { SpanIndex } from './spanPages';

/** Services asked for at once. */
const PAGE = 500;
const SERVICES = 'aggregations.services';
const PARTS = [
  `${SERVICES}.after_key`,
  ...['key', 'doc_count', 'failed.doc_count', 'last.value'].map((part) => `${SERVICES}.buckets.${part}`),
];

/** Every service with spans in a window, page by page to the end; times are to the millisecond. */
export async function listedServices(
  { api, schema }: SpanIndex,
  window: TimeWindow,
  always: readonly Clause[],
  signal: AbortSignal,
): Promise<ServiceSummary[]> {
  const services: ServiceSummary[] = [];
  const sources = [{ service: { terms: { field: schema.service } } }];
  const aggs = { failed: { filter: failedSpans(schema) }, last: { max: { field: schema.start } } };
  for (let after: unknown; ;) {
    const composite = { size: PAGE, sources, ...(after === undefined ? {} : { after }) };
    const query = allOf([within(schema.start, window), ...always]);
    const { body } = await api.aggregate({ query, aggs: { services: { composite, aggs } } }, { parts: PARTS }, signal);
    const found = isObject(body.aggregations) ? body.aggregations.services : undefined;
    const buckets = bucketsIn(found);
    for (const bucket of buckets) {
      if (!isObject(bucket.key)) continue;
      services.push({
        service: String(bucket.key.service),
        spanCount: countIn(bucket),
        errorCount: countIn(bucket.failed),
        lastSeen: nanosFromMillis(isObject(bucket.last) ? numberOf(bucket.last.value) : 0),
      });
    }
    after = isObject(found) ? found.after_key : undefined;
    if (buckets.length < PAGE || after === undefined) return services;
  }
}

function failedSpans({ shapes }: SpanSchema): Clause {
  return anyOf(shapes.map((shape) => allOf(ofShape(shape, [shape.status('error')]))));
}
