/** Checks of what another process sends, field by field. Fields that are not named may be there and hold anything. */

/** Whether a value is of the kind that is expected. */
export type Check = (value: unknown) => boolean;
export type FieldChecks = Readonly<Record<string, Check>>;

export const isText: Check = (value) => typeof value === 'string';
export const isFlag: Check = (value) => typeof value === 'boolean';
export const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
/** A whole number, exact, not below 0: of things, or of a row. */
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isTexts: Check = isListOf(isText);
export const isAnything: Check = () => true;

export function isOptional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

export function isListOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

/** One of the keys of `names`: a record, so that the compiler says which name of a union is missing. */
export function isKeyOf(names: Readonly<Record<string, true>>): Check {
  return (value) => typeof value === 'string' && Object.hasOwn(names, value);
}

export function hasFields(fields: FieldChecks): Check {
  const checks = Object.entries(fields);
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    checks.every(([key, check]) => check((value as Readonly<Record<string, unknown>>)[key]));
}

/** One of a union whose members have a name in the field `tag`, with the fields of that member. */
export function isVariant(tag: string, variants: Readonly<Record<string, FieldChecks>>): Check {
  const checks = new Map(Object.entries(variants).map(([name, fields]) => [name, hasFields(fields)]));
  return (value) => {
    const name = (value as Readonly<Record<string, unknown>> | null | undefined)?.[tag];
    return typeof name === 'string' && checks.get(name)?.(value) === true;
  };
}
