import type { TimeWindow } from '../../../model/time';

/** What stands in a text as it is; of what needs an escape only what KQL's documentation names is written. */
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};
/** Texts with these are not compared: nothing is known of how KQL would read them. */
const UNWRITABLE = /[^\P{Cc}\n\r\t]|[\u2028\u2029]/u;
/** Longer texts are cut off when they are stored. */
const MAX_TEXT = 8_192;
const TICK_NS = 100n;
const SECOND_NS = 1_000_000_000n;

/** Part of a `where`. */
export interface Condition {
  readonly kql: string;
  /** It holds for the spans that are meant, and no others; otherwise for some more. */
  readonly exact: boolean;
}

/** A text in quotes; undefined for one that cannot be written. */
export function quoted(text: string): string | undefined {
  if (text.length > MAX_TEXT || UNWRITABLE.test(text)) return undefined;
  return `"${text.replace(/["\\\n\r\t]/g, (sign) => ESCAPES[sign]!)}"`;
}

/** A text in quotes that is known to be writable: a name of our own, an id. */
export function literal(text: string): string {
  const written = quoted(text);
  if (written === undefined) throw new RangeError('no text for KQL');
  return written;
}

/** Whether an expression is one of some texts; those that cannot be written are left out. Undefined where none is left. */
export function isOneOf(expression: string, texts: readonly string[]): Condition | undefined {
  const written = texts.flatMap((text) => quoted(text) ?? []);
  if (written.length === 0) return undefined;
  return { kql: `${expression} in (${written.join(', ')})`, exact: written.length === texts.length };
}

/** At least one holds; undefined where one of them cannot be said. */
export function anyOf(conditions: readonly (Condition | undefined)[]): Condition | undefined {
  const said = conditions.filter((condition) => condition !== undefined);
  if (said.length < conditions.length || said.length === 0) return undefined;
  if (said.length === 1) return said[0];
  return { kql: `(${said.map(({ kql }) => kql).join(' or ')})`, exact: said.every(({ exact }) => exact) };
}

/** A `where` of several conditions. */
export function where(conditions: readonly (Condition | string | undefined)[]): string {
  const written = conditions.flatMap((one) => (one === undefined ? [] : [typeof one === 'string' ? one : one.kql]));
  return written.length === 0 ? '' : ` | where ${written.join(' and ')}`;
}

/** An instant, to the 100 ns that the service knows; not later than it is. */
export function datetime(ns: bigint): string {
  const ticks = String((ns % SECOND_NS) / TICK_NS).padStart(7, '0');
  const seconds = new Date(Number(ns / SECOND_NS) * 1000).toISOString().slice(0, 19);
  return `datetime(${seconds}.${ticks}Z)`;
}

/** Rows that begin within a window. */
export function within({ from, to }: TimeWindow): string {
  const end = ((to + TICK_NS - 1n) / TICK_NS) * TICK_NS;
  return `TimeGenerated >= ${datetime(from)} and TimeGenerated < ${datetime(end)}`;
}

/** What an attribute's property says, as a text; empty where there is none. */
export function propertyText(name: string): string {
  return `tostring(Properties[${literal(name)}])`;
}
