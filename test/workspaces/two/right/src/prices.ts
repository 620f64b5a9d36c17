export function quotePrice(item: string): number {
  return item.length * 3;
}
