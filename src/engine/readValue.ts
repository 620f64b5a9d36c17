import { SpanlightError } from '../base/errors';

/**
 * Readers for values from outside (parameters, settings): each returns what it was asked for or throws a
 * {@link SpanlightError} that names the field.
 */
export type ReadObject = Readonly<Record<string, unknown>>;

export function readObject(value: unknown, name: string): ReadObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name, 'an object');
  return value as ReadObject;
}

export function readText(object: ReadObject, key: string): string {
  const value = object[key];
  if (typeof value !== 'string') throw wrong(key, 'a text');
  return value;
}

/** A whole number from 0 to `most`. */
export function readCount(object: ReadObject, key: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = object[key];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) {
    throw wrong(key, `a whole number from 0 to ${most}`);
  }
  return value;
}

export function readChoice<T extends string>(object: ReadObject, key: string, choices: readonly T[]): T {
  const value = choices.find((choice) => choice === object[key]);
  if (value === undefined) throw wrong(key, `one of ${choices.join(', ')}`);
  return value;
}

function wrong(name: string, expected: string): SpanlightError {
  return new SpanlightError(`\`${name}\` must be ${expected}.`);
}
