export function storeOrder(order: { id: string }): string {
  return order.id;
}
