import { save, type Order } from './store';

export class OrderService {
  async create(order: Order): Promise<string> {
    const id = await save(order);
    return id;
  }

  async list(limit: number): Promise<Order[]> {
    return Array.from({ length: limit }, (_, index) => ({ id: String(index), items: [] }));
  }

  async cancel(id: string): Promise<void> {
    await save({ id, items: [] });
  }
}
