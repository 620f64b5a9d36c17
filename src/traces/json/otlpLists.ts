/** What an item of OTLP/JSON's lists is. */
export type OtlpLabel = 'resource' | 'scope' | 'span';

/** Every way in which OTLP/JSON is wrapped and its lists are called, up to the lists of spans; for `JsonItems`. */
export function otlpLists(): Record<string, OtlpLabel> {
  const lists: Record<string, OtlpLabel> = {};
  for (const wrapper of ['', 'result.', 'trace.', 'data.']) {
    for (const resources of ['resourceSpans', 'resource_spans', 'batches']) {
      const resource = `${wrapper}${resources}[]`;
      lists[resource] = 'resource';
      for (const scopes of SCOPE_LISTS) {
        lists[`${resource}.${scopes}[]`] = 'scope';
        lists[`${resource}.${scopes}[].spans[]`] = 'span';
      }
    }
  }
  return lists;
}

/** The names of the list of scopes in an item of `resourceSpans`. */
export const SCOPE_LISTS = ['scopeSpans', 'scope_spans', 'instrumentationLibrarySpans'];
