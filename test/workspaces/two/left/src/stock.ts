export function reserveStock(item: string): string {
  return `reserved ${item}`;
}
