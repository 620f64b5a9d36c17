import { trace } from '@opentelemetry/api';
import { Table } from '../shared/table';
import type { Basket } from './pricing';

export interface Order {
  readonly id: string;
  readonly total: number;
  readonly skus: readonly string[];
}

const tracer = trace.getTracer('orders-api');
const orders = new Table<Order>('orders', [2, 6]);
const items = new Table<{ id: string; sku: string }>('items', [1, 4]);
const stock = new Table<{ id: string; left: number }>('stock', [15, 40]);
let lastId = 1_000;

export async function saveOrder(basket: Basket, total: number): Promise<Order> {
  const order = { id: String(++lastId), total, skus: basket.items.map((item) => item.sku) };
  await orders.insert(order);
  return order;
}

/** N+1: one statement for the orders, then one for each item of each of them. */
export function ordersWithItems(limit: number): Promise<unknown[]> {
  return tracer.startActiveSpan('orders with items', async (span) => {
    const found = [];
    for (const order of await orders.list(limit)) {
      const lines = [];
      for (const sku of order.skus) lines.push(await items.find(sku));
      found.push({ ...order, lines });
    }
    span.end();
    return found;
  });
}

export function stockLevels(): Promise<unknown[]> {
  return stock.list(20);
}
