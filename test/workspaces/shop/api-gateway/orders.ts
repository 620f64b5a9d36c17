import type { Request, Response } from 'express';
import { orders, upstream } from './upstream';

/** Answers `POST /orders`: found by its method and route. */
export async function createOrder(req: Request, res: Response): Promise<void> {
  const order = await upstream(orders, '/internal/orders', req.body);
  res.status(201).json(order);
}

export async function listOrders(_req: Request, res: Response): Promise<void> {
  res.json(await upstream(orders, '/internal/orders'));
}

export async function refundOrder(req: Request, res: Response): Promise<void> {
  res.json(await upstream(orders, `/internal/orders/${String(req.params.id)}/refund`, {}));
}
