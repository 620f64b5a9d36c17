import express, { type Request, type Response } from 'express';
import { OrderService } from './orders';

const app = express();
const service = new OrderService();

async function postOrder(request: Request, response: Response): Promise<void> {
  response.json({ id: await service.create(request.body) });
}

async function getOrders(request: Request, response: Response): Promise<void> {
  response.json(await service.list(10));
}

app.post('/orders', postOrder);
app.get('/orders', getOrders);
app.listen(3000);
