import { SpanlightError } from '../base/errors';
import type { Attributes, AttributeValue } from '../model/attributes';
import { SPAN_KINDS, type OperationKey, type SpanKind } from '../model/operation';

/** One operation that `spanlight map` was asked about. */
export interface OperationRequest {
  /** As given: text or number. */
  readonly id: string | number;
  readonly key: OperationKey;
}

const SHAPE = 'Each operation is {id, service, resource, scope, kind, name, attributes}.';

/** Reads the `--operations` file's value. Throws {@link SpanlightError} naming the entry that has the wrong shape. */
export function parseOperations(value: unknown, file: string): OperationRequest[] {
  if (!Array.isArray(value)) throw new SpanlightError('The operations are no array.', file, SHAPE);
  return value.map((item: unknown, i) => {
    const place = `${file}, operation ${i + 1}`;
    if (!isRecord(item)) throw new SpanlightError('The operation is no object.', place, SHAPE);
    const id = item['id'];
    if (typeof id !== 'string' && typeof id !== 'number')
      throw new SpanlightError('The operation has no id.', place, SHAPE);
    const resource = attributes(item['resource'], 'resource', place);
    const service = text(item['service'], 'service', place);
    const named = resource.get('service.name');
    return {
      id,
      key: {
        service: service === '' && typeof named === 'string' ? named : service,
        resource,
        scope: scopeName(item['scope'], place),
        kind: spanKind(item['kind'], place),
        name: text(item['name'], 'name', place),
        attributes: attributes(item['attributes'], 'attributes', place),
      },
    };
  });
}

/** Reads the `--services` file's value: service name → folder. */
export function parseServices(value: unknown, file: string): Record<string, string> {
  if (!isRecord(value)) throw new SpanlightError('The services are no object from service name to folder.', file);
  const services: [service: string, folder: string][] = [];
  for (const [service, folder] of Object.entries(value)) {
    if (typeof folder !== 'string') throw new SpanlightError(`The folder of "${service}" is no text.`, file);
    services.push([service, folder]);
  }
  // Not by assignment: a service may be called __proto__.
  return Object.fromEntries(services);
}

function text(value: unknown, name: string, place: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw new SpanlightError(`"${name}" is no text.`, place, SHAPE);
}

/** A scope's name, also of the form `{name, version}`. */
function scopeName(value: unknown, place: string): string {
  return text(isRecord(value) ? value['name'] : value, 'scope', place);
}

/** `SERVER`, `server`, `SPAN_KIND_SERVER`, or OTLP's number. */
function spanKind(value: unknown, place: string): SpanKind {
  if (value === undefined || value === null || value === '') return 'UNSPECIFIED';
  if (typeof value === 'number' && SPAN_KINDS[value] !== undefined) return SPAN_KINDS[value];
  const name = typeof value === 'string' ? value.toUpperCase().replace(/^SPAN_KIND_/, '') : '';
  const found = SPAN_KINDS.find((kind) => kind === name);
  if (found !== undefined) return found;
  throw new SpanlightError('"kind" is no span kind.', place, `Use one of ${SPAN_KINDS.join(', ')}.`);
}

function attributes(value: unknown, name: string, place: string): Attributes {
  if (value === undefined || value === null) return new Map();
  if (!isRecord(value)) throw new SpanlightError(`"${name}" is no object.`, place, SHAPE);
  return new Map(Object.entries(value) as [string, AttributeValue][]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
