import type { TimeWindow } from '../../../model/time';

/** What NRQL does not read as the end of a text, or as an escape: such texts are written as they are. */
const SAFE_TEXT = /^[^'\\\p{Cc}\p{Zl}\p{Zp}]*$/u;
const UNSAFE = /['\\\p{Cc}\p{Zl}\p{Zp}]+/gu;
/** Longer texts are cut off when they are stored. */
const MAX_TEXT = 4_000;
const NS_PER_MS = 1_000_000n;

/** Part of a `WHERE`. */
export interface Condition {
  readonly nrql: string;
  /** It holds for the spans that are meant, and no others; otherwise for some more. */
  readonly exact: boolean;
}

/**
 * An attribute equals a text. Nothing that could end a text in NRQL is ever written into one: in its place stands the `%`
 * of `LIKE`, which finds a little more.
 */
export function equalsText(name: string, text: string): Condition | undefined {
  if (text.length > MAX_TEXT) return undefined;
  if (SAFE_TEXT.test(text)) return { nrql: `${name} = '${text}'`, exact: true };
  return { nrql: `${name} LIKE '${text.replace(UNSAFE, '%')}'`, exact: false };
}

/** An attribute is one of some texts; undefined where there is none to compare with. */
export function isOneOf(name: string, texts: readonly string[]): Condition | undefined {
  const safe = texts.filter((text) => SAFE_TEXT.test(text) && text.length <= MAX_TEXT);
  const conditions = texts.filter((text) => !safe.includes(text)).map((text) => equalsText(name, text));
  if (safe.length > 0)
    conditions.unshift({ nrql: `${name} IN (${safe.map((text) => `'${text}'`).join(', ')})`, exact: true });
  return conditions.length === 0 ? undefined : anyOf(conditions);
}

/** A pattern of `LIKE`, out of the texts between its wildcards. */
export function likeAnyCase(name: string, parts: readonly string[]): Condition {
  return { nrql: `${name} LIKE '${parts.map((part) => part.replace(UNSAFE, '%')).join('%')}'`, exact: false };
}

/** At least one holds; undefined where one of them cannot be said. */
export function anyOf(conditions: readonly (Condition | undefined)[]): Condition | undefined {
  const said = conditions.filter((condition) => condition !== undefined);
  if (said.length < conditions.length || said.length === 0) return undefined;
  if (said.length === 1) return said[0];
  return { nrql: `(${said.map(({ nrql }) => nrql).join(' OR ')})`, exact: said.every(({ exact }) => exact) };
}

/** All hold; without any, every span is meant. */
export function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

/** The name of an attribute in its quotes; undefined for one that NRQL cannot name. */
export function attributeName(name: string): string | undefined {
  return /[`\\\p{Cc}\p{Zl}\p{Zp}]/u.test(name) || name.length > 255 ? undefined : `\`${name}\``;
}

/** Epoch milliseconds are what NRQL knows: the window that holds the one that is meant. */
export function timeRange({ from, to }: TimeWindow): string {
  return ` SINCE ${from / NS_PER_MS} UNTIL ${ceilMillis(to)}`;
}

/** Nanoseconds in whole milliseconds, not earlier than they are. */
export function ceilMillis(ns: bigint): bigint {
  return (ns + NS_PER_MS - 1n) / NS_PER_MS;
}
