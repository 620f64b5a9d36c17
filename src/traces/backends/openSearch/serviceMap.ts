import type { ServiceGraph } from '../../../model/traceSource';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { hasFault } from '../backendError';
import { exists } from '../searchEngine/clauses';
import { bucketsIn } from '../searchEngine/aggregationValues';
import type { SearchApi } from '../searchEngine/searchApi';

/** Relations asked for at once. */
const PAGE = 1_000;
const RELATIONS = 'aggregations.relations';
const PARTS = [`${RELATIONS}.after_key`, `${RELATIONS}.buckets.key`];

/** One half of a call: a service, and the place where it meets the other half. */
interface Half {
  readonly service: string;
  readonly place: string;
}

/**
 * Who calls whom, as Data Prepper's `service_map` processor has noted it: a document says that a service calls a place
 * (`destination`: a domain and a resource) or answers there (`target`); a call is two documents that meet in one place. It
 * notes neither when nor how often, so each call counts as the one that was seen at least.
 */
export async function serviceMapCalls(api: SearchApi, signal: AbortSignal): Promise<ServiceGraph['edges']> {
  try {
    const [calling, answering] = [await halves(api, 'destination', signal), await halves(api, 'target', signal)];
    const callees = new Map<string, Set<string>>();
    for (const { service, place } of answering) callees.set(place, (callees.get(place) ?? new Set()).add(service));
    const edges = new Map<string, ServiceGraph['edges'][number]>();
    for (const { service: caller, place } of calling) {
      for (const callee of callees.get(place) ?? []) {
        if (callee !== caller) edges.set(`${caller}\n${callee}`, { caller, callee, count: 1, errorCount: 0 });
      }
    }
    return [...edges.values()];
  } catch (error) {
    // Not every pipeline has the processor, and not everybody may read its index.
    if (hasFault(error, 'notFound', 'forbidden', 'badRequest')) return [];
    throw error;
  }
}

async function halves(api: SearchApi, side: 'destination' | 'target', signal: AbortSignal): Promise<Half[]> {
  const fields = { service: 'serviceName', domain: `${side}.domain`, resource: `${side}.resource` };
  const sources = Object.entries(fields).map(([name, field]) => ({ [name]: { terms: { field } } }));
  const found: Half[] = [];
  for (let after: unknown; ;) {
    const composite = { size: PAGE, sources, ...(after === undefined ? {} : { after }) };
    const request = { query: exists(fields.domain), aggs: { relations: { composite } } };
    const { body } = await api.aggregate(request, { parts: PARTS }, signal);
    const relations: JsonObject = isObject(body.aggregations) ? body.aggregations : {};
    const buckets = bucketsIn(relations.relations);
    for (const { key } of buckets) {
      if (isObject(key))
        found.push({ service: String(key.service), place: JSON.stringify([key.domain, key.resource]) });
    }
    after = isObject(relations.relations) ? relations.relations.after_key : undefined;
    if (buckets.length < PAGE || after === undefined) return found;
  }
}
