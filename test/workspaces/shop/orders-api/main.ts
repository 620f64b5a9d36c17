import Fastify from 'fastify';
import { startAudit } from './audit';
import { connectEvents } from './events';
import { registerOrderRoutes } from './routes';

async function main(): Promise<void> {
  const app = Fastify();
  await app.register(registerOrderRoutes, { prefix: '/internal' });
  await connectEvents();
  startAudit();
  await app.listen({ port: Number(process.env.PORT ?? 8081), host: process.env.HOST ?? '127.0.0.1' });
  console.log('orders-api listens');
}

void main();
