export function billOrder(order: { id: string }): string {
  return order.id;
}
