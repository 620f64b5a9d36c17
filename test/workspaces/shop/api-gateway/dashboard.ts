import type { Request, Response } from 'express';
import { orders, payments, upstream } from './upstream';

/** Three questions at once: in the trace they lie side by side, and the slowest of them is the critical path. */
export async function dashboard(_req: Request, res: Response): Promise<void> {
  const [latest, stock, balance] = await Promise.all([
    upstream(orders, '/internal/orders?limit=3'),
    upstream(orders, '/internal/stock'),
    upstream(payments, '/payments/balance'),
  ]);
  res.json({ latest, stock, balance });
}
