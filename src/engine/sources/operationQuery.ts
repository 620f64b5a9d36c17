import type { OperationKey } from '../../model/operation';
import type { AttributeValue } from '../../model/attributes';

/** A name that TraceQL reads without quotes. */
const PLAIN_NAME = /^[\w.-]+$/;

/** TraceQL for the spans of an operation. */
export function operationQuery(key: OperationKey): string {
  const terms = [`resource.service.name = ${quoted(key.service)}`, `name = ${quoted(key.name)}`];
  if (key.kind !== 'UNSPECIFIED') terms.push(`kind = ${key.kind.toLowerCase()}`);
  for (const [name, value] of key.attributes) {
    const literal = literalOf(value);
    if (literal === undefined || name.startsWith('exception.')) continue;
    terms.push(`span.${PLAIN_NAME.test(name) ? name : quoted(name)} = ${literal}`);
  }
  return `{ ${terms.join(' && ')} }`;
}

/** Undefined for what TraceQL has no literal for. */
function literalOf(value: AttributeValue): string | undefined {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return undefined;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
