export function refund(order: { id: string }): string {
  return order.id;
}
