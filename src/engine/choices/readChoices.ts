import type { Choice } from '../../model/choice';
import { SPAN_KINDS } from '../../model/operation';

/** The choices that the host kept; what is not of their form, as after an update, is left out. */
export function readChoices(kept: unknown): Choice[] {
  return Array.isArray(kept) ? kept.filter(isChoice) : [];
}

function isChoice(value: unknown): value is Choice {
  if (!isObject(value) || !isObject(value['operation']) || !isObject(value['place'])) return false;
  const { verdict, operation, place } = value as Record<string, Record<string, unknown>>;
  return (
    ((verdict as unknown) === 'pick' || (verdict as unknown) === 'not') &&
    [operation!['service'], operation!['name'], place!['file'], place!['symbol']].every(isText) &&
    SPAN_KINDS.some((kind) => kind === operation!['kind']) &&
    (operation!['scope'] === undefined || isText(operation!['scope'])) &&
    (operation!['attributes'] === undefined || isObject(operation!['attributes'])) &&
    typeof place!['line'] === 'number'
  );
}

/** Whether a value that was kept is a text. */
export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Whether a value that was kept is an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
