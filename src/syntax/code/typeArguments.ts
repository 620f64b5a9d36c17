/** `<A, B<C, D>>` is `A` and `B<C, D>`. */
export function typeArguments(written: string): string[] {
  const found: string[] = [];
  let nesting = 0;
  let from = 1;
  for (let at = 1; at < written.length; at++) {
    const sign = written[at]!;
    if ('<([{'.includes(sign)) nesting++;
    const closes = '>)]}'.includes(sign) && written[at - 1] !== '=';
    if ((sign === ',' && nesting === 0) || (closes && nesting === 0)) {
      found.push(written.slice(from, at).trim());
      from = at + 1;
    }
    if (closes) nesting--;
  }
  return found;
}
