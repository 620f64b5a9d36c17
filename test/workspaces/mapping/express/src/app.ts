import express from 'express';
import { requireUser } from './requireUser';
import { ordersRouter } from './orders/router';

const app = express();
app.use(requireUser);
app.use('/api/orders', ordersRouter);
app.get('/health', (req, res) => {
  res.send('ok');
});
