import { isEmpty, isNull, toBool, toNumber, toText, type KqlValue } from './kqlValues';

type Scalar = (...values: readonly KqlValue[]) => KqlValue;

/** What tests call of KQL's functions of one row. */
export const KQL_SCALARS: Readonly<Record<string, Scalar>> = {
  tostring: toText,
  todouble: toNumber,
  tobool: toBool,
  isempty: isEmpty,
  isnotempty: (value) => !isEmpty(value),
  isnull: isNull,
  isnotnull: (value) => !isNull(value),
  not: (value) => !toBool(value),
  iff: (test, yes, no) => (toBool(test) === true ? yes : no),
  coalesce: (...values) => values.find((value) => !isEmpty(value)) ?? null,
  case: (...values) => {
    for (let at = 0; at + 1 < values.length; at += 2) if (toBool(values[at]) === true) return values[at + 1];
    return values.at(-1);
  },
  pack_array: (...values) => values,
  bag_pack: (...values) =>
    Object.fromEntries(values.flatMap((value, at) => (at % 2 === 0 ? [[toText(value), values[at + 1] ?? null]] : []))),
  bag_keys: (bag) => (isNull(bag) ? [] : Object.keys(bag as object)),
  array_concat: (...lists) => (lists as readonly KqlValue[][]).flat(),
  split: (text, by) => toText(text).split(toText(by)),
  substring: (text, from, length) => toText(text).slice(Number(from), Number(from) + Number(length)),
  extract: (pattern, group, text) => new RegExp(toText(pattern)).exec(toText(text))?.[Number(group)] ?? '',
};

/** Comparisons of texts. */
export const KQL_TEXT_OPERATORS: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  startswith: (a, b) => a.toLowerCase().startsWith(b.toLowerCase()),
  startswith_cs: (a, b) => a.startsWith(b),
  endswith: (a, b) => a.toLowerCase().endsWith(b.toLowerCase()),
  endswith_cs: (a, b) => a.endsWith(b),
  contains: (a, b) => a.toLowerCase().includes(b.toLowerCase()),
  contains_cs: (a, b) => a.includes(b),
  '=~': (a, b) => a.toLowerCase() === b.toLowerCase(),
};
