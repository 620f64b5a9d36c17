/** Texts of SigNoz's filter language (SigNoz/signoz `grammar/FilterQuery.g4`), put together. */

/** A text as a value; undefined where the language has no way to say it: what begins with `$` stands for a variable. */
export function quotedText(text: string): string | undefined {
  if (text.startsWith('$')) return undefined;
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** One of several values. */
export function inTexts(field: string, texts: readonly string[]): string {
  const quoted = texts.flatMap((text) => quotedText(text) ?? []);
  return quoted.length === 1 ? `${field} = ${quoted[0]}` : `${field} IN (${quoted.join(', ')})`;
}

/** All of them; undefined where there are none. */
export function allOf(filters: readonly (string | undefined)[]): string | undefined {
  const known = filters.filter((filter) => filter !== undefined);
  return known.length === 0 ? undefined : known.join(' AND ');
}

/** One of them at least; undefined where there are none. */
export function anyOf(filters: readonly string[]): string | undefined {
  if (filters.length <= 1) return filters[0];
  return `(${filters.map((filter) => (filter.includes(' ') ? `(${filter})` : filter)).join(' OR ')})`;
}

/** Whether a name can stand in a filter as it is. */
export function isKeyText(name: string): boolean {
  return /^[a-zA-Z$_@{#][\w$@#{}:\-/]*(\.([a-zA-Z$_@{#][\w$@#{}:\-/]*|\d+))*$/.test(name);
}
