import { Router } from 'express';
import { OrdersController } from './controller';

const controller = new OrdersController();
export const ordersRouter = Router();

ordersRouter.get('/', controller.list);
ordersRouter.post('/:id/pay', controller.pay);
