import express, { type NextFunction, type Request, type Response } from 'express';
import { createOrder, listOrders, refundOrder } from './orders';
import { dashboard } from './dashboard';
import { salesReport } from './reports';

const app = express();
app.use(express.json());

app.post('/orders', createOrder);
app.get('/orders', listOrders);
app.post('/orders/:id/refund', refundOrder);
app.get('/dashboard', dashboard);
app.get('/reports/sales', salesReport);

app.use((error: Error & { status?: number }, _req: Request, res: Response, _next: NextFunction) => {
  res.status(error.status ?? 500).json({ error: error.message });
});

const host = process.env.HOST ?? '127.0.0.1';
app.listen(Number(process.env.PORT ?? 8080), host, () => console.log('api-gateway listens'));
