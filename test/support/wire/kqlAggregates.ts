import { compared, isNull, toBool, toNumber, type KqlExpression, type KqlRow, type KqlValue } from './kqlValues';

/** An aggregation of some rows; those that give several columns name them. */
export type KqlAggregate = (rows: readonly KqlRow[]) => KqlValue;

type Build = (args: readonly KqlExpression[]) => KqlAggregate;

/** What tests call of KQL's aggregations, but for `arg_max`. */
export const KQL_AGGREGATES: Readonly<Record<string, Build>> = {
  count: () => (rows) => rows.length,
  sum:
    ([of]) =>
    (rows) =>
      sum(numbers(rows, of!)),
  sumif:
    ([of, test]) =>
    (rows) =>
      sum(numbers(rows.filter(meets(test!)), of!)),
  min:
    ([of]) =>
    (rows) =>
      extreme(rows, of!, -1),
  max:
    ([of]) =>
    (rows) =>
      extreme(rows, of!, 1),
  take_any:
    ([of]) =>
    (rows) =>
      rows[0] === undefined ? null : of!(rows[0]),
  take_anyif:
    ([of, test]) =>
    (rows) => {
      const first = rows.find(meets(test!));
      return first === undefined ? null : of!(first);
    },
  make_list_if:
    ([of, test, most]) =>
    (rows) =>
      rows
        .filter(meets(test!))
        .slice(0, Number(most!({})))
        .map(of!),
  percentilew:
    ([of, weight, percent]) =>
    (rows) =>
      weighted(rows, of!, weight!)(Number(percent!({}))),
  percentilesw_array:
    ([of, weight, ...percents]) =>
    (rows) => {
      const at = weighted(rows, of!, weight!);
      return percents.map((percent) => at(Number(percent({}))));
    },
};

/** The row in which an expression is largest; any where it is nowhere. */
export function argMax(rows: readonly KqlRow[], of: KqlExpression): KqlRow | undefined {
  return rows.reduce<KqlRow | undefined>((best, row) => {
    if (best === undefined) return row;
    const order = compared(of(row), of(best));
    return (order !== undefined && order > 0) || (isNull(of(best)) && !isNull(of(row))) ? row : best;
  }, undefined);
}

function meets(test: KqlExpression): (row: KqlRow) => boolean {
  return (row) => toBool(test(row)) === true;
}

function numbers(rows: readonly KqlRow[], of: KqlExpression): number[] {
  return rows.flatMap((row) => toNumber(of(row)) ?? []);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function extreme(rows: readonly KqlRow[], of: KqlExpression, sign: number): KqlValue {
  const values = rows.map(of).filter((value) => !isNull(value));
  return values.reduce<KqlValue>(
    (best, value) => (best === null || compared(value, best)! * sign > 0 ? value : best),
    null,
  );
}

/** Each value counts as often as its weight says. */
function weighted(rows: readonly KqlRow[], of: KqlExpression, weight: KqlExpression): (percent: number) => KqlValue {
  const pairs = rows
    .flatMap((row) => {
      const value = toNumber(of(row));
      return value === null ? [] : [{ value, weight: toNumber(weight(row)) ?? 0 }];
    })
    .sort((a, b) => a.value - b.value);
  const total = sum(pairs.map((pair) => pair.weight));
  return (percent) => {
    let counted = 0;
    for (const pair of pairs) {
      counted += pair.weight;
      if (counted >= (percent / 100) * total) return pair.value;
    }
    return null;
  };
}
