import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A small service in a folder of its own. */
export interface ShopWorkspace {
  readonly folder: string;
  readonly ordersFile: string;
  readonly ordersText: string;
  dispose(): void;
}

const ORDERS = `import { trace } from '@opentelemetry/api';
import express from 'express';

const tracer = trace.getTracer('orders');
export const router = express.Router();

router.post('/orders', async function createOrder(request, response) {
  response.json(await priceOrder(request.body));
});

async function priceOrder(order: { items: number }): Promise<number> {
  return tracer.startActiveSpan('price order', async (span) => {
    const price = order.items * 2;
    span.end();
    return price;
  });
}

export function neverCalled(): void {
  priceOrder({ items: 1 });
}
`;

/** Writes the service into a temporary folder. @param name of the service and of its package. */
export function shopWorkspace(name = 'orders-api'): ShopWorkspace {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'spanlight-shop-')));
  const ordersFile = path.join(folder, 'src', 'orders.ts');
  mkdirSync(path.dirname(ordersFile));
  const dependencies = { '@opentelemetry/sdk-node': '^0.223.0', express: '^5.1.0' };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, dependencies }, undefined, 2));
  writeFileSync(ordersFile, ORDERS);
  return { folder, ordersFile, ordersText: ORDERS, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** 0-based line of the first line that contains `text`. */
export function lineOf(source: string, text: string): number {
  return source.split('\n').findIndex((line) => line.includes(text));
}
