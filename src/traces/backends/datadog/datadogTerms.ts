/** Texts of Datadog's query language, which is that of its pages. */

/** Every span. */
export const EVERYTHING = '*';
/** Longer texts may have been cut where they are indexed. */
const SURE_LENGTH = 180;

/** A text in quotes, in which nothing but quotes and backslashes has a meaning; undefined where it cannot be asked for. */
export function quoted(text: string): string | undefined {
  if (text === '' || text.length > SURE_LENGTH || /\p{Cc}/u.test(text)) return undefined;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Those that all must hold; what is undefined is left out. */
export function allOf(...terms: readonly (string | undefined)[]): string {
  const asked = terms.filter((term) => term !== undefined && term !== '' && term !== EVERYTHING);
  return asked.length === 0 ? EVERYTHING : asked.join(' ');
}

/** Of which one must hold. */
export function anyOf(terms: readonly string[]): string {
  return terms.length === 1 ? terms[0]! : `(${terms.join(' OR ')})`;
}

/** `facet:"text"`; undefined where that cannot be asked for. */
export function equals(facet: string, text: string): string | undefined {
  const value = quoted(text);
  return value === undefined ? undefined : `${facet}:${value}`;
}

/** Names of attributes that need no escaping, which is all that conventions have. */
export function isPlainKey(name: string): boolean {
  return /^[A-Za-z_][\w.-]*$/.test(name);
}
