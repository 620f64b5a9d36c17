type Mapping = Readonly<Record<string, unknown>>;

/** Which of Elastic APM's two shapes. */
export type ElasticShape = 'classic' | 'native';

const KEYWORD = { type: 'keyword', ignore_above: 1024 };
const LONG = { type: 'long' };

/**
 * The mappings of Elastic's own templates, as far as OpenSearch knows their types: fields of a `passthrough` object, which
 * can be asked for without its name, are aliases here, and `version` is a keyword.
 *
 * Source: elastic/elasticsearch, `apm-data` (`apm@mappings`, `traces-apm@mappings`) and `otel-data` (`otel@mappings`,
 * `traces-otel@mappings`, `logs-otel@mappings`), with `ecs@mappings` for all texts.
 */
export function elasticMappings(shape: ElasticShape): Mapping {
  return shape === 'classic' ? classicMappings() : nativeMappings();
}

const TEXTS = { all_strings_to_keywords: { match_mapping_type: 'string', mapping: KEYWORD } };

function classicMappings(): Mapping {
  const numbers = { type: 'scaled_float', scaling_factor: 1_000_000 };
  const duration = { properties: { us: LONG } };
  return {
    date_detection: false,
    dynamic_templates: [{ numeric_labels: { path_match: 'numeric_labels.*', mapping: numbers } }, TEXTS],
    properties: {
      '@timestamp': { type: 'date' },
      processor: { properties: { event: { type: 'keyword' } } },
      span: { properties: { duration } },
      transaction: { properties: { duration } },
      error: { properties: { exception: { properties: { stacktrace: { type: 'object', enabled: false } } } } },
    },
  };
}

function nativeMappings(): Mapping {
  const keyword = { type: 'keyword' };
  const alias = (path: string): Mapping => ({ type: 'alias', path });
  return {
    date_detection: false,
    dynamic_templates: [TEXTS],
    properties: {
      '@timestamp': { type: 'date' },
      ...{ trace_id: keyword, span_id: keyword, parent_span_id: keyword, trace_state: keyword },
      ...{ name: keyword, kind: keyword, duration: LONG, event_name: keyword },
      trace: { properties: { id: alias('trace_id') } },
      span: { properties: { id: alias('span_id'), name: alias('name') } },
      parent: { properties: { id: alias('parent_span_id') } },
      service: { properties: { name: alias('resource.attributes.service.name') } },
      resource: {
        properties: { attributes: { properties: { service: { properties: { name: KEYWORD } } } } },
      },
      scope: { properties: { name: KEYWORD, version: keyword } },
      status: { properties: { code: keyword, message: keyword } },
    },
  };
}
