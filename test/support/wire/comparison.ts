/** Whether two values of a type compare as an operator says that query languages write alike. @throws Error for any other. */
export function compares(operator: string, a: string | number, b: string | number): boolean {
  switch (operator) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      throw new Error(`no operator: ${operator}`);
  }
}
