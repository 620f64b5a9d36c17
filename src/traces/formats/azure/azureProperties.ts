import { isObject, type JsonObject } from '../../otlp/jsonFields';
import { textOf, typedText, valueOf } from '../recordValues';
import type { MutableAttributes, RecordLink } from '../spanRecord';
import { spanIdOf, traceIdOf } from '../recordIds';

/** Exporters of links write them as a text under this name. */
const LINKS = '_MS.links';
/** Under names like these exporters and the service keep what is no attribute. */
const NO_ATTRIBUTE = /^(_MS\.|otel\.status_(code|description)$|instrumentationlibrary\.(name|version)$)/i;
/** Attributes of a span's and of its process are in one list; by these names they are told apart. */
const RESOURCE =
  /^(service\.(?!peer)|host($|\.)|process\.|telemetry\.|os\.|container\.|k8s\.|cloud\.|deployment\.|device\.|webengine\.|faas\.(name|version|instance)$|aws\.(ecs|eks|log)\.)/;

/** What a row says besides its columns. */
export interface AzureProperties {
  readonly attributes: MutableAttributes;
  readonly resource: MutableAttributes;
  readonly links: readonly RecordLink[];
  readonly statusCode: string | undefined;
  readonly statusMessage: string | undefined;
  readonly scope: { readonly name: string; readonly version: string };
}

/** Whether an attribute is the process's and not the span's, as far as names tell. */
export function isAzureResource(name: string): boolean {
  return RESOURCE.test(name);
}

/** Whether a property is no attribute. */
export function isAzureField(name: string): boolean {
  return NO_ATTRIBUTE.test(name);
}

/** Properties, which are texts, and measurements, which are numbers; either is an object or the JSON text of one. */
export function azureProperties(row: JsonObject): AzureProperties {
  const properties = objectOf(row.Properties);
  const attributes: MutableAttributes = new Map();
  const resource: MutableAttributes = new Map();
  for (const values of [objectOf(row.Measurements), properties]) {
    for (const [key, value] of Object.entries(values)) {
      if (value === null || value === undefined || NO_ATTRIBUTE.test(key)) continue;
      const typed = typeof value === 'string' ? typedText(key, value) : valueOf(value);
      (RESOURCE.test(key) ? resource : attributes).set(key, typed);
    }
  }
  return {
    ...{ attributes, resource, links: linksOf(properties[LINKS]) },
    statusCode: textOf(properties['otel.status_code']),
    statusMessage: textOf(properties['otel.status_description']),
    scope: {
      name: textOf(properties['instrumentationlibrary.name']) ?? '',
      version: textOf(properties['instrumentationlibrary.version']) ?? '',
    },
  };
}

function linksOf(value: unknown): RecordLink[] {
  const links = typeof value === 'string' ? parsed(value) : value;
  if (!Array.isArray(links)) return [];
  return links.filter(isObject).flatMap((link) => {
    const traceId = traceIdOf(link.operation_Id);
    const spanId = spanIdOf(link.id);
    return traceId === undefined || spanId === undefined ? [] : [{ traceId, spanId, attributes: new Map() }];
  });
}

function objectOf(value: unknown): JsonObject {
  const object = typeof value === 'string' ? parsed(value) : value;
  return isObject(object) ? object : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Cut off, or never JSON: there is nothing to be read.
    return undefined;
  }
}
