import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { auditLater } from './audit';
import { orderPlaced } from './events';
import { refundInLedger } from './ledger';
import { takePayment } from './payments';
import { priceOf, type Basket } from './pricing';
import { ordersWithItems, saveOrder, stockLevels } from './repository';

export async function registerOrderRoutes(app: FastifyInstance): Promise<void> {
  app.post('/orders', placeOrder);
  app.get('/orders', listOrders);
  app.get('/stock', stockLevels);
  app.post('/orders/:id/refund', refund);
}

/** Prices, saves, pays and announces an order: one after the other, as each needs what came before. */
async function placeOrder(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const basket = request.body as Basket;
  const total = await priceOf(basket);
  const order = await saveOrder(basket, total);
  await takePayment(order.id, total);
  await orderPlaced(order);
  auditLater(`order ${order.id} placed`);
  return reply.code(201).send(order);
}

async function listOrders(request: FastifyRequest): Promise<unknown> {
  const { limit } = request.query as { limit?: string };
  return ordersWithItems(Number(limit ?? 10));
}

async function refund(request: FastifyRequest): Promise<unknown> {
  const { id } = request.params as { id: string };
  return refundInLedger(id);
}
