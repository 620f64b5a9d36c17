import { trace } from '@opentelemetry/api';
import type { Request, Response } from 'express';
import { work } from '../shared/random';

const tracer = trace.getTracer('api-gateway');

/** Slow on purpose, and its parts run one after the other. */
export async function salesReport(_req: Request, res: Response): Promise<void> {
  const sales = await collectSales();
  const page = await renderReport(sales);
  res.json(page);
}

/** Found by the name of its span, which stands here as a literal. */
function collectSales(): Promise<number[]> {
  return tracer.startActiveSpan('collect sales', async (span) => {
    await work(350, 600);
    span.setAttribute('shop.sales.days', 30);
    span.end();
    return Array.from({ length: 30 }, () => Math.round(Math.random() * 100));
  });
}

function renderReport(sales: readonly number[]): Promise<{ total: number }> {
  return tracer.startActiveSpan('render report', async (span) => {
    await work(120, 260);
    span.end();
    return { total: sales.reduce((sum, day) => sum + day, 0) };
  });
}
